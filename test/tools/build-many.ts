/**
 * A program: reads and then builds many pipelines at once, as the provider's process does in an
 * update, and writes what that took.
 */
import { readFileSync } from "node:fs";
import { buildArchive } from "../../provider/archive/build/build.ts";
import { readManifest } from "../../provider/manifest/read-manifest.ts";
import { rememberModules } from "../../provider/pipeline/python/module-memory.ts";

/** What the program writes, as JSON. */
export interface SharedBuilds {
  readonly digests: readonly string[];
  /** What reading all manifests has read from files, in bytes. */
  readonly bytesRead: number;
  /** The content that was compressed, in bytes. */
  readonly compressedBytes: number;
  /** The content of all parts but the module, in bytes. */
  readonly ownBytes: number;
}

/** How much this process has asked the system to read so far, in bytes. */
function bytesReadSoFar(): number {
  const found = /^rchar: (?<count>\d+)$/m.exec(readFileSync("/proc/self/io", "utf8"));
  return Number(found?.groups?.["count"]);
}

const before = bytesReadSoFar();
const findModules = rememberModules();
const manifests = await Promise.all(
  process.argv
    .slice(2)
    .map((pipelineDirectory) => readManifest({ pipelineDirectory, findModules })),
);
const bytesRead = bytesReadSoFar() - before;
const built = await Promise.all(manifests.map((manifest) => buildArchive(manifest)));
const ownParts = manifests.flatMap(({ parts }) => parts.filter((part) => part.kind !== "module"));
const outcome: SharedBuilds = {
  digests: manifests.map((manifest) => manifest.digest),
  bytesRead,
  compressedBytes: built.reduce((sum, { compressedBytes }) => sum + compressedBytes, 0),
  ownBytes: ownParts.reduce((sum, part) => sum + part.sizeBytes, 0),
};
process.stdout.write(JSON.stringify(outcome));
