/**
 * The manifests that `check` has read, kept for the create or update that follows in the same
 * process: what is packed is what was checked and shown, file by file.
 */
import { NewestWithin } from "../../common/values/newest-within.ts";
import { normalConfigurationFile, readManifest } from "../manifest/read-manifest.ts";
import type { ReadManifestOptions } from "../manifest/read-manifest.ts";
import type { Manifest } from "../manifest/manifest.ts";

/** How many files all of them may have, which take half a KiB each; one counts for a few. What is forgotten is read again. */
const MAX_FILES = 200_000;
const OF_ONE = 100;

/** By directory, configuration file and digest. A process checks each resource once or twice. */
const remembered = new NewestWithin<string, Manifest>(MAX_FILES, countFiles);

/** Keeps a manifest for {@link recallManifest}. */
export function rememberManifest(manifest: Manifest): void {
  remembered.set(keyOf(manifest, manifest.digest), manifest);
}

/** The manifest of that digest, from memory or else read again. */
export async function recallManifest(
  options: ReadManifestOptions,
  digest: string,
): Promise<Manifest> {
  return findRemembered(options, digest) ?? readManifest(options);
}

/** The manifest of that digest, from memory alone. */
export function findRemembered(options: ReadManifestOptions, digest: string): Manifest | undefined {
  const { pipelineDirectory } = options;
  const configurationFile = normalConfigurationFile(options);
  return remembered.get(keyOf({ pipelineDirectory, configurationFile }, digest));
}

function countFiles({ parts }: Manifest): number {
  return parts.reduce((count, { files }) => count + files.length, OF_ONE);
}

function keyOf(
  {
    pipelineDirectory,
    configurationFile,
  }: Pick<Manifest, "configurationFile" | "pipelineDirectory">,
  digest: string,
): string {
  return [digest, configurationFile, pipelineDirectory].join("\0");
}
