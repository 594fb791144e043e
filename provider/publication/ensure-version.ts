/** Makes one version whole on the cluster: `versions/<digest>/` with the archive and its wrappers. */
import { joinYPath } from "../yt/index.ts";
import type { YtTransaction } from "../yt/index.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { mapConcurrently } from "../../common/concurrency/concurrency.ts";
import { findAlteration, findFolder } from "./folder.ts";
import type { Folder, FolderEntry } from "./folder.ts";
import { ARCHIVE_NAME, versionDirectoryOf } from "./layout.ts";
import { assertMayUseVersion } from "./ownership.ts";
import type { OwnershipOptions } from "./ownership.ts";
import {
  archiveAttributes,
  contentAttributes,
  ownerAttributes,
  PROMOTED_FROM,
  promotionAttributes,
} from "./records.ts";
import type { NodeRecord } from "./records.ts";
import { findStaleWrappers } from "./stale-wrappers.ts";
import type { PromotedFrom } from "./types.ts";
import type { VersionFile, VersionSource } from "./version-source.ts";

/** How many small files are sent at once: most of the time is spent waiting for the cluster. */
const CONCURRENT_FILES = 4;

/** A version as it is on the cluster, whole. */
export interface EnsuredVersion {
  readonly directory: string;
  readonly archive: NodeRecord;
  readonly bytesSent: number;
  /** Whether the archive itself was put there now. */
  readonly archivePut: boolean;
}

export interface EnsureVersionOptions {
  readonly buildFolder: string;
  readonly source: VersionSource;
  /** Whose the version becomes, and from whom. */
  readonly ownership: OwnershipOptions;
  readonly promotedFrom: PromotedFrom | undefined;
}

/**
 * Makes `versions/<digest>` whole: what is there and in order stays, what is missing or altered is
 * put there. Then the version belongs to the publisher, and what the cluster holds is checked.
 *
 * @throws {UserError} when it belongs to somebody else, or the cluster does not hold what was put there
 */
export async function ensureVersion(
  transaction: YtTransaction,
  options: EnsureVersionOptions,
): Promise<EnsuredVersion> {
  const { buildFolder, source, ownership } = options;
  const directory = versionDirectoryOf(buildFolder, source.digest);
  const files = [source.archive, ...source.wrappers];

  const before = await ensureDirectory(transaction, directory);
  assertMayUseVersion(ownership, directory, before);
  const missing = files.filter((file) => !isIntact(before.get(file.name), file, source.digest));
  const sent = await mapConcurrently(missing, CONCURRENT_FILES, async (file) =>
    file.put(transaction, joinYPath(directory, file.name), fileAttributes(file, options)),
  );
  const kept = files.filter((file) => !missing.includes(file));
  await mapConcurrently(kept, CONCURRENT_FILES, async (file) =>
    rewriteOwner(transaction, directory, file, before.get(file.name), options),
  );
  const names = source.wrappers.map(({ name }) => name);
  for (const name of findStaleWrappers(before, names, ownership.publisher)) {
    await transaction.remove(joinYPath(directory, name), { force: true });
  }

  const after = await assertIntact(transaction, directory, files, source.digest);
  await transaction.multisetAttributes(directory, {
    ...ownerAttributes(ownership.publisher),
    ...contentAttributes(after),
  });
  return {
    directory,
    archive: after,
    bytesSent: sent.reduce((sum, bytes) => sum + bytes, 0),
    archivePut: missing.includes(source.archive),
  };
}

/** Whether the cluster has the wanted file, unaltered. */
function isIntact(entry: FolderEntry | undefined, file: VersionFile, digest: string): boolean {
  return (
    entry?.record !== undefined &&
    findAlteration(entry) === undefined &&
    entry.record.digest === digest &&
    (!file.sameBytes || entry.record.sha256 === file.sha256)
  );
}

async function ensureDirectory(transaction: YtTransaction, directory: string): Promise<Folder> {
  const present = await findFolder(transaction, directory);
  if (present !== undefined) {
    return present;
  }
  await transaction.create("map_node", directory, { recursive: true });
  return new Map();
}

/** @returns the archive's record @throws {UserError} that names the file that is not as it should be */
async function assertIntact(
  transaction: YtTransaction,
  directory: string,
  files: readonly VersionFile[],
  digest: string,
): Promise<NodeRecord> {
  const folder = await findFolder(transaction, directory);
  for (const file of files) {
    const entry = folder?.get(file.name);
    if (!isIntact(entry, file, digest)) {
      const how = entry === undefined ? "is missing" : (findAlteration(entry) ?? "is another file");
      throw new UserError(
        `Cannot publish "${joinYPath(directory, file.name)}" on cluster "${transaction.proxy}": ` +
          `after it was written it ${how}`,
      );
    }
  }
  const record = folder?.get(ARCHIVE_NAME)?.record;
  if (record === undefined) {
    throw new TypeError(`A version's files must include "${ARCHIVE_NAME}"`);
  }
  return record;
}

/** Records the publisher as the file's owner, and what somebody may have edited; its content and what is recorded of that stay. */
async function rewriteOwner(
  transaction: YtTransaction,
  directory: string,
  file: VersionFile,
  entry: FolderEntry | undefined,
  options: EnsureVersionOptions,
): Promise<void> {
  const path = joinYPath(directory, file.name);
  const isArchive = file === options.source.archive;
  await transaction.multisetAttributes(path, ownAttributes(file, options));
  if (
    isArchive &&
    options.promotedFrom === undefined &&
    entry?.record?.promotedFrom !== undefined
  ) {
    await transaction.remove(`${path}/@${PROMOTED_FROM}`, { force: true });
  }
}

function fileAttributes(file: VersionFile, options: EnsureVersionOptions): Record<string, unknown> {
  return {
    ...ownAttributes(file, options),
    ...contentAttributes({ ...file, digest: options.source.digest }),
  };
}

/** What does not depend on the bytes, which may be those of another compression. */
function ownAttributes(
  file: VersionFile,
  { source, ownership, promotedFrom }: EnsureVersionOptions,
): Record<string, unknown> {
  const wrappers = Object.fromEntries(source.wrappers.map(({ name, sha256 }) => [name, sha256]));
  return {
    ...file.attributes,
    ...ownerAttributes(ownership.publisher),
    ...(file === source.archive
      ? {
          ...archiveAttributes({ parts: source.parts, wrappers }),
          ...promotionAttributes(promotedFrom),
        }
      : {}),
  };
}
