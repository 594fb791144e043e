/** Reads a stretch of a local file. */
import { open } from "node:fs/promises";
import { messageOf } from "../../../common/errors/message-of.ts";
import { UserError } from "../../../common/errors/user-error.ts";

/** Bytes read at a time. */
const READ_BYTES = 1024 * 1024;

/**
 * The bytes of a stretch in chunks, each good until the next one is asked for; fewer when the file ends before.
 *
 * @throws {UserError} when the file cannot be read
 */
export async function* readStretch(
  path: string,
  offset = 0,
  sizeBytes = Infinity,
): AsyncGenerator<Buffer> {
  try {
    await using file = await open(path);
    const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, sizeBytes));
    const end = offset + sizeBytes;
    for (let position = offset; position < end;) {
      const length = Math.min(buffer.length, end - position);
      const { bytesRead } = await file.read(buffer, 0, length, position);
      if (bytesRead === 0) {
        return;
      }
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    throw new UserError(`Cannot read "${path}": ${messageOf(error)}`);
  }
}
