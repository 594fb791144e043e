/** The archive that a pipeline would be packed into now, from its manifest; nothing is packed. */
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { isMissing } from "../../../common/files/file-errors.ts";
import type { ArchiveEntry } from "../../../provider/archive/read/read-archive.ts";
import { sha256 } from "../../../provider/manifest/digests.ts";
import type { FileContent, ManifestFile } from "../../../provider/manifest/manifest.ts";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import type { OpenedArchive } from "./opened-archive.ts";
import { assertAllFound } from "./changed-while-read.ts";

/** How a pipeline is read. */
export interface PipelineReading {
  /** The configuration file, relative to the pipeline directory. */
  readonly config: string;
  /** The interpreter that finds modules. */
  readonly python: string;
}

/**
 * Reads a pipeline as the archive that it would be packed into.
 *
 * @param directory its absolute path
 * @param label its name in messages
 * @throws {UserError} when it is no pipeline, or cannot be packed
 */
export async function openPipeline(
  directory: string,
  label: string,
  { config, python }: PipelineReading,
): Promise<OpenedArchive> {
  await assertIsPipeline(directory, label, config);
  const options = { pipelineDirectory: directory, configurationFile: config, python };
  const manifest = await readManifest(options);
  const files = manifest.parts.flatMap((part) => part.files);
  return {
    place: { type: "pipeline", path: directory },
    label,
    entries: files.map(entryOf),
    partKeys: manifest.parts.map((part) => part.key),
    packed: undefined,
    node: undefined,
    warnings: manifest.warnings.map((warning) => warning.message),
    readContents: (wanted) => readFiles(files, wanted, label),
  };
}

async function assertIsPipeline(directory: string, label: string, config: string): Promise<void> {
  try {
    await stat(path.resolve(directory, config));
  } catch (error) {
    if (!isMissing(error)) {
      throw error;
    }
    throw new UserError(
      `Cannot inspect "${label}" as it is a directory but no pipeline: it has no "${config}"; ` +
        "name an archive, a pipeline directory or a Cypress path",
    );
  }
}

function entryOf({ path: name, mode, sizeBytes, sha256: digest }: ManifestFile): ArchiveEntry {
  const type = "file";
  return { path: name, name, type, mode, sizeBytes, sha256: digest, linkTarget: undefined };
}

async function readFiles(
  files: readonly ManifestFile[],
  wanted: ReadonlyMap<string, number>,
  label: string,
): Promise<ReadonlyMap<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  for (const file of files) {
    if (!wanted.has(file.sha256) || contents.has(file.sha256)) {
      continue;
    }
    const bytes = await contentOf(file.content);
    if (bytes !== undefined && sha256(bytes) === file.sha256) {
      contents.set(file.sha256, bytes);
    }
  }
  return assertAllFound(contents, wanted, label);
}

/** @returns `undefined` when the file no longer exists */
async function contentOf(content: FileContent): Promise<Buffer | undefined> {
  if (content.type === "text") {
    return Buffer.from(content.text);
  }
  try {
    return await readFile(content.file);
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}
