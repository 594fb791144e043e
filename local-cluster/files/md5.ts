import { createHash } from "node:crypto";

/** MD5 of no bytes, which a new file has. */
export const EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e";

/** The MD5 of a stream, in 32 hexadecimal digits. */
export async function md5Of(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("md5");
  for await (const piece of bytes) hash.update(piece);
  return hash.digest("hex");
}
