/** Reads a local file, or a stretch of it, in chunks. */
import { open } from "node:fs/promises";
import { messageOf } from "../errors/message-of.ts";
import { UserError } from "../errors/user-error.ts";

/** Size of the chunks: to send larger ones takes no less of a processor. */
const CHUNK_BYTES = 512 * 1024;

/**
 * The bytes in chunks, the next of which is read while one is used; fewer when the file ends before. A chunk is good
 * until the next one is asked for: new buffers for each would cost more than a hash.
 *
 * @throws {UserError} when the file cannot be read
 */
export async function* readAhead(
  path: string,
  offset = 0,
  sizeBytes = Infinity,
): AsyncGenerator<Buffer> {
  try {
    await using file = await open(path);
    const end = offset + sizeBytes;
    // Many small files may be under way at once.
    const rest = Math.min((await file.stat()).size, end) - offset;
    const chunkBytes = Math.min(Math.max(rest, 1), CHUNK_BYTES);
    let position = offset;
    const read = async (buffer: Buffer): Promise<Buffer> => {
      const length = Math.min(chunkBytes, end - position);
      const { bytesRead } = await file.read(buffer, 0, length, position);
      position += bytesRead;
      return buffer.subarray(0, bytesRead);
    };
    let [used, free] = [Buffer.allocUnsafe(chunkBytes), Buffer.allocUnsafe(chunkBytes)];
    let chunk = await read(used);
    while (chunk.length > 0) {
      const reading = read(free);
      // Whoever takes no more does not hear that the next one could not be read.
      reading.catch(() => undefined);
      yield chunk;
      chunk = await reading;
      [used, free] = [free, used];
    }
  } catch (error) {
    throw new UserError(`Cannot read "${path}": ${messageOf(error)}`);
  }
}
