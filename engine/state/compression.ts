/** State files that are compressed, as Pulumi's file backend writes them when it is asked to (`resolveCompression` in pkg/backend/diy/backend.go of pulumi/pulumi). */
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { UserError } from "../../common/errors/user-error.ts";

/** How a state file is compressed, by what its name has after `.json`. */
export type Compression = "" | ".gz" | ".zst";

/** All of them, in the order in which the CLI looks for them. */
export const COMPRESSIONS: readonly Compression[] = ["", ".gz", ".zst"];

/** By which bytes compressed content begins: RFC 1952 section 2.3.1, RFC 8878 section 3.1.1. */
const GZIP_START = Buffer.of(0x1f, 0x8b);
const ZSTD_START = Buffer.of(0x28, 0xb5, 0x2f, 0xfd);

/**
 * How state files are to be written.
 *
 * @throws {UserError} when the environment asks for two ways at once
 */
export function compressionOf(environment: NodeJS.ProcessEnv): Compression {
  const asksFor = (name: string): boolean =>
    /^(1|true)$/i.test(environment[`PULUMI_DIY_BACKEND_${name}`] ?? "") ||
    /^(1|true)$/i.test(environment[`PULUMI_SELF_MANAGED_STATE_${name}`] ?? "");
  const [gzip, zstd] = [asksFor("GZIP"), asksFor("ZSTD")];
  if (gzip && zstd) {
    throw new UserError(
      "Cannot write state both ways: set only one of PULUMI_DIY_BACKEND_GZIP and PULUMI_DIY_BACKEND_ZSTD",
    );
  }
  if (gzip) {
    return ".gz";
  }
  return zstd ? ".zst" : "";
}

/** Compresses the text of a state file. */
export function compress(text: string, compression: Compression): Buffer {
  switch (compression) {
    case "":
      return Buffer.from(text);
    case ".gz":
      return gzipSync(text);
    case ".zst":
      return zstdCompressSync(text);
  }
}

/**
 * The text of a state file. What it begins with counts, not its name.
 *
 * @throws {Error} when compressed content is damaged
 */
export function decompress(bytes: Buffer): string {
  if (bytes.subarray(0, GZIP_START.length).equals(GZIP_START)) {
    return gunzipSync(bytes).toString();
  }
  if (bytes.subarray(0, ZSTD_START.length).equals(ZSTD_START)) {
    return zstdDecompressSync(bytes).toString();
  }
  return bytes.toString();
}
