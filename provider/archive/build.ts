/** The local build: `.build/source/` and `.build/source.tar.gz` under the pipeline directory. */
import { mkdir, rename } from "node:fs/promises";
import path from "node:path";
import type { Manifest } from "../manifest/manifest.ts";
import { UserError } from "../user-error.ts";
import { ARCHIVE_NAME, BUILD_FOLDER, cleanBuild } from "./build-folder.ts";
import { type ArchiveBytes, writeArchive } from "./write-archive.ts";

/** A finished build. */
export interface BuiltArchive extends ArchiveBytes {
  /** Absolute path of `source.tar.gz`. */
  readonly file: string;
  /** Absolute path of the assembled tree. */
  readonly tree: string;
}

/**
 * Builds the archive of a manifest. What an earlier build left is removed first, also when there
 * is nothing to build now; after a failure there is no archive.
 *
 * @throws {UserError} when there is nothing to pack, or a file is gone or has changed since the
 * manifest was read
 */
export async function buildArchive(manifest: Manifest): Promise<BuiltArchive> {
  await cleanBuild(manifest.pipelineDirectory);
  if (manifest.parts.length === 0) {
    throw new UserError(
      `Cannot build "${manifest.pipelineDirectory}" as no enabled stage has code: ` +
        "add mapper.py, vanilla.py or reducer.py to the src/ folder of a stage",
    );
  }
  const folder = path.join(manifest.pipelineDirectory, BUILD_FOLDER);
  const tree = path.join(folder, "source");
  const file = path.join(folder, ARCHIVE_NAME);
  const partial = `${file}.partial`;
  await mkdir(tree, { recursive: true });
  try {
    const bytes = await writeArchive(manifest, { tree, archive: partial });
    await rename(partial, file);
    return { file, tree, ...bytes };
  } catch (error) {
    await cleanBuild(manifest.pipelineDirectory);
    throw error;
  }
}
