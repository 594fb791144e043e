/** The local build: `.build/source/` and `.build/source.tar.gz` under the pipeline directory. */
import { lstatSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { pruneCache } from "../../../common/cache/prune.ts";
import { SignatureMemory } from "../../../common/cache/signature-memory.ts";
import { replaceAtomically } from "../../../common/files/atomic-write.ts";
import type { Manifest } from "../../manifest/manifest.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { AssembledTree } from "./assembled-tree.ts";
import { ARCHIVE_NAME, BUILD_FOLDER, cleanBuild } from "./local-build.ts";
import { explainBuildError } from "./build-errors.ts";
import { findSameArchive, rememberArchive } from "./same-archive.ts";
import { fillTree, writeArchive } from "./write-archive.ts";
import type { ArchiveBytes, WrittenArchive } from "./write-archive.ts";

/** A finished build. */
export interface BuiltArchive extends WrittenArchive {
  /** Absolute path of `source.tar.gz`. */
  readonly file: string;
  /** Absolute path of the assembled tree. */
  readonly tree: string;
}

/**
 * Builds the archive of a manifest. Of what an earlier build left, only what is the same stays, also when
 * there is nothing to build now; after a failure there is no archive.
 *
 * @throws {UserError} when there is nothing to pack, a file is gone or has changed since the
 * manifest was read, or the disk is full
 */
export async function buildArchive(manifest: Manifest): Promise<BuiltArchive> {
  if (manifest.parts.length === 0) {
    await cleanBuild(manifest.pipelineDirectory);
    throw new UserError(
      `Cannot build "${manifest.pipelineDirectory}" as no enabled stage has code: ` +
        "add mapper.py, vanilla.py or reducer.py to the src/ folder of a stage",
    );
  }
  const folder = path.join(manifest.pipelineDirectory, BUILD_FOLDER);
  try {
    return await buildIn(folder, manifest);
  } catch (error) {
    await cleanBuild(manifest.pipelineDirectory);
    throw await explainBuildError(error, manifest, folder);
  }
}

async function buildIn(folder: string, manifest: Manifest): Promise<BuiltArchive> {
  const tree = path.join(folder, "source");
  const file = path.join(folder, ARCHIVE_NAME);
  const memory = SignatureMemory.open("builds", tree);
  const same = findSameArchive(file, manifest.digest, memory);
  removeAllBut(folder, same === undefined ? ["source"] : ["source", ARCHIVE_NAME]);
  const files = manifest.parts.flatMap((part) => part.files);
  const assembled = AssembledTree.prepare(tree, files, memory);
  const bytes = await (same === undefined
    ? replaceAtomically(file, (temporary) => writeArchive(manifest, assembled, temporary))
    : fillBeside(same, manifest, assembled));
  assembled.finish();
  rememberArchive(file, manifest.digest, bytes, memory);
  memory.save();
  pruneCache();
  return { file, tree, ...bytes };
}

async function fillBeside(
  same: ArchiveBytes,
  manifest: Manifest,
  assembled: AssembledTree,
): Promise<WrittenArchive> {
  await fillTree(manifest, assembled);
  return { ...same, compressedBytes: 0 };
}

/** Leaves a directory that is no link, with nothing in it but entries of these names. */
function removeAllBut(folder: string, names: readonly string[]): void {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    rmSync(folder, { force: true });
    mkdirSync(folder);
  }
  for (const name of readdirSync(folder)) {
    if (!names.includes(name)) {
      rmSync(path.join(folder, name), { recursive: true, force: true });
    }
  }
}
