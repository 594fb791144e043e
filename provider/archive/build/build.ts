/** The local build: the assembled tree and `source.tar.gz`, in `.build` under the pipeline directory. */
import { lstatSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { pruneCache } from "../../../common/cache/prune.ts";
import { replaceAtomically } from "../../../common/files/atomic-write.ts";
import { ignoringFileSystemErrors } from "../../../common/files/file-errors.ts";
import type { Manifest } from "../../manifest/manifest.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { AssembledTree } from "./assembled-tree.ts";
import type { TreeBefore } from "./assembled-tree.ts";
import { BuildMemory } from "./build-memory.ts";
import type { RememberedBuild } from "./build-memory.ts";
import {
  ARCHIVE_NAME,
  cleanBuild,
  clearBuild,
  localBuildFolder,
  TREE_NAME,
} from "./local-build.ts";
import { withBuildLock } from "./build-lock.ts";
import { explainBuildError } from "./build-errors.ts";
import { findSameArchive, rememberArchive } from "./same-archive.ts";
import { lookAtPlaces } from "./tree-places.ts";
import { isPartUnchanged } from "./unchanged.ts";
import type { TreeAhead } from "./tree-ahead.ts";
import { fillTree, writeArchive } from "./write-archive.ts";
import type { ArchiveBytes } from "./archive-digests.ts";
import type { WorkProgress } from "./work-progress.ts";
import type { Packed, ToPack, WrittenArchive } from "./write-archive.ts";

/** A finished build. */
export interface BuiltArchive extends WrittenArchive {
  /** Absolute path of `source.tar.gz`. */
  readonly file: string;
  /** Absolute path of the assembled tree. */
  readonly tree: string;
}

/** Writes an archive, telling how far that is. */
export type WriteTelling = (progress: WorkProgress) => Promise<Packed>;

/** Where to build. */
export interface BuildOptions {
  /** Absolute path of what stands for the pipeline directory. @default the pipeline directory */
  readonly directory?: string;
  /**
   * Whether the manifest was read for this build, just before: then what is kept of its files is not looked at again.
   * Whoever shows people a manifest first builds what they have seen, or nothing. @default false
   */
  readonly isJustRead?: boolean;
  /** Whether nothing need be remembered of the build, as it is removed again. @default false */
  readonly isTemporary?: boolean;
  /** What was written of the tree already. @default nothing */
  readonly ahead?: TreeAhead | undefined;
  /** Writes the archive, and tells how far that is. @default nobody is told */
  readonly tell?: ((write: WriteTelling) => Promise<Packed>) | undefined;
  /** What to do when the place cannot be written, for the message. @default to make it writable */
  readonly advice?: string;
}

const UNTOLD: WorkProgress = { expect: () => undefined, did: () => undefined };

/**
 * Builds the archive of a manifest. Of what an earlier build left, only what is the same stays, also when
 * there is nothing to build now; after a failure there is no archive.
 *
 * @throws {UserError} when there is nothing to pack, a file is gone or has changed since the
 * manifest was read, the disk is full, or the place cannot be written
 */
export async function buildArchive(
  manifest: Manifest,
  options: BuildOptions = {},
): Promise<BuiltArchive> {
  const { directory = manifest.pipelineDirectory } = options;
  const folder = path.join(directory, localBuildFolder(manifest.configurationFile));
  const build = (): Promise<BuiltArchive> => buildLocked(folder, manifest, options);
  return options.isTemporary === true ? build() : withBuildLock(folder, build);
}

async function buildLocked(
  folder: string,
  manifest: Manifest,
  options: BuildOptions,
): Promise<BuiltArchive> {
  const { directory = manifest.pipelineDirectory, advice } = options;
  const { configurationFile } = manifest;
  const clean = (): void => {
    // What keeps it from being removed has kept it from being written, too.
    ignoringFileSystemErrors(() => cleanBuild(directory, configurationFile));
  };
  if (manifest.parts.length === 0) {
    clean();
    throw new UserError(
      `Cannot build "${manifest.pipelineDirectory}" as no enabled stage has code: ` +
        "add mapper.py, vanilla.py or reducer.py to the src/ folder of a stage",
    );
  }
  try {
    makeFolder(directory, localBuildFolder(configurationFile));
    return await buildIn(folder, manifest, options);
  } catch (error) {
    clean();
    throw await explainBuildError(error, manifest, { folder, directory, advice });
  }
}

async function buildIn(
  folder: string,
  manifest: Manifest,
  options: BuildOptions,
): Promise<BuiltArchive> {
  const {
    isTemporary = false,
    isJustRead = false,
    ahead,
    tell = (write) => write(UNTOLD),
  } = options;
  const tree = path.join(folder, TREE_NAME);
  const file = path.join(folder, ARCHIVE_NAME);
  const memory = isTemporary ? undefined : new BuildMemory(tree);
  const before = memory?.before;
  const same = findSameArchive(file, manifest.digest, before?.archive);
  clearBuild(folder, [
    TREE_NAME,
    ...(ahead === undefined ? [] : [ahead.name]),
    ...(same === undefined ? [] : [ARCHIVE_NAME]),
  ]);
  const treeBefore = before === undefined ? undefined : look(tree, before);
  if (
    same !== undefined &&
    same === before?.archive &&
    treeBefore?.same.every(Boolean) === true &&
    (isJustRead || manifest.parts.every(isPartUnchanged))
  ) {
    pruneCache();
    return { file, tree, ...same.bytes, compressedBytes: 0 };
  }
  const files = manifest.parts.flatMap((part) => part.files);
  const makeTree = (): AssembledTree => AssembledTree.prepare(tree, files, treeBefore, ahead);
  const packed = await (same === undefined
    ? replaceAtomically(file, (temporary) =>
        tell((progress) => writeArchive({ manifest, makeTree, isJustRead }, temporary, progress)),
      )
    : fillBeside(same.bytes, { manifest, makeTree, isJustRead }));
  memory?.save({
    archive: same ?? rememberArchive(file, manifest.digest, packed.written),
    places: packed.tree.finish(),
  });
  pruneCache();
  return { file, tree, ...packed.written };
}

function look(tree: string, { places }: RememberedBuild): TreeBefore {
  return { places, same: lookAtPlaces(tree, places) };
}

async function fillBeside(same: ArchiveBytes, toPack: ToPack): Promise<Packed> {
  return { written: { ...same, compressedBytes: 0 }, tree: await fillTree(toPack) };
}

/** Makes the folder of a build: directories, and no links that lead elsewhere. */
function makeFolder(directory: string, folder: string): void {
  let place = directory;
  for (const name of folder.split("/")) {
    place = path.join(place, name);
    if (lstatSync(place, { throwIfNoEntry: false })?.isDirectory() !== true) {
      rmSync(place, { force: true });
      mkdirSync(place);
    }
  }
}
