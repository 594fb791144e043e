/** Publishes a version on a cluster: what was packed here, or what is promoted. */
import { debugSteps } from "../../common/debug-log.ts";
import { assertNodePath, findValue, joinYPath, withTransaction, withSignal } from "../yt/index.ts";
import type { LightCommands, YtClient, YtTransaction } from "../yt/index.ts";
import { makeBuildFolder, removeMadeFolders } from "./build-folder.ts";
import type { MadeFolder } from "./build-folder.ts";
import { ensureVersion } from "./ensure-version.ts";
import { findNode, listFolder } from "./folder.ts";
import { ARCHIVE_NAME, archivePathOf, PIECES_NAME, versionDirectoryOf } from "./layout.ts";
import { assertMayReplace } from "./ownership.ts";
import { ownerAttributes } from "./records.ts";
import { countReusedParts, formatSuccess } from "./report.ts";
import { assertKeepVersions, removeExpiredVersions } from "./retention.ts";
import type { PieceSettings } from "./pieces/settings.ts";
import { findStaleWrappers } from "./stale-wrappers.ts";
import type { PromotedFrom, Published, Publisher } from "./types.ts";
import { assertVersionPlace } from "./version-place.ts";
import type { VersionSource } from "./version-source.ts";

/** Options of publishing and of promoting. */
export interface PublishingOptions {
  readonly publisher: Publisher;
  /** Take over what this tool did not write, or what another resource wrote. @default false */
  readonly adopt?: boolean | undefined;
  /** See `OwnershipOptions`. @default none has */
  readonly hasLeft?: ((owner: Publisher) => boolean) | undefined;
  /** MD5 of the archive that the publisher's state says it has published: such bytes are its own, whatever is recorded on them. */
  readonly publishedMd5?: string | undefined;
  /** As `publishedMd5`, of an archive that the cluster has put together. */
  readonly publishedChunks?: string | undefined;
  /** When and how a large archive is sent in pieces. @default DEFAULT_PIECES, field by field */
  readonly pieces?: Partial<PieceSettings> | undefined;
  /** How many of the newest versions stay on the cluster. @default 10 */
  readonly keepVersions?: number | undefined;
  /** Takes the lines for the user: `[Upload] …`. */
  readonly log: (line: string) => void;
  /** Takes the lines that say how far a long upload is, each in the place of the one before. @default `log` */
  readonly status?: ((line: string) => void) | undefined;
  /** Stops the publication when aborted; nothing of it is then visible. */
  readonly signal?: AbortSignal | undefined;
  /** Timeout of the publication's transaction. @default 60000 */
  readonly transactionTimeoutMs?: number | undefined;
}

export interface PublishVersionOptions extends PublishingOptions {
  readonly client: YtClient;
  readonly buildFolder: string;
  readonly source: VersionSource;
  readonly promotedFrom?: PromotedFrom | undefined;
}

const DEFAULT_KEEP_VERSIONS = 10;

/**
 * Publishes a version, whether its bytes come from this machine or from another build folder:
 * everything happens in one transaction, under a lock that keeps other publications out. Only what is
 * missing of the path to the build folder is made before; it goes again when the publication fails.
 */
export async function publishVersion(options: PublishVersionOptions): Promise<Published> {
  const { buildFolder, source, publisher, promotedFrom, log } = options;
  const { adopt = false, keepVersions = DEFAULT_KEEP_VERSIONS } = options;
  assertNodePath(buildFolder, "build folder", "buildFolder");
  assertKeepVersions(keepVersions);
  const client = withSignal(options.client, options.signal);
  log(`[Upload] Uploading code to ${buildFolder}...`);

  let copiedArchiveId: string | undefined;
  const transactionOptions = {
    title: `Publish to ${buildFolder}`,
    timeoutMs: options.transactionTimeoutMs,
    attributes: ownerAttributes(publisher),
    done: "published",
    startsOver: true,
    // Only this publication gives the archive at the stable path this id.
    isCommitted: async () =>
      copiedArchiveId !== undefined &&
      (await findValue(client, `${archivePathOf(buildFolder)}/@id`)) === copiedArchiveId,
  };
  const done = debugSteps(`Publish to ${buildFolder}`);
  const made: MadeFolder[] = [];
  const publish = async (transaction: YtTransaction): Promise<Published> => {
    done("start the transaction");
    // Observe
    await makeBuildFolder(transaction, client, buildFolder, made, log);
    done("lock the build folder");
    const directory = versionDirectoryOf(buildFolder, source.digest);
    const [folder, before, node, [making]] = await transaction.batch(async (batch) =>
      Promise.all([
        listFolder(batch, buildFolder),
        // Whether it is made before it is looked at or after, it is empty.
        listFolder(batch, directory),
        findNode(batch, directory, source.digest),
        Promise.allSettled([
          batch.create("map_node", directory, { recursive: true, ignoreExisting: true }),
        ]),
      ]),
    );
    const live = folder.get(ARCHIVE_NAME)?.record;
    const wrapperNames = source.wrappers.map(({ name }) => name);
    const { digest } = source;
    const { hasLeft, publishedMd5, publishedChunks, pieces } = options;
    const published = { publishedMd5, publishedChunks };
    const ownership = { buildFolder, digest, publisher, adopt, hasLeft, ...published, log };
    assertMayReplace(ownership, folder, source.wrappers);
    assertVersionPlace(buildFolder, folder, digest, node);
    if (making.status === "rejected") {
      throw making.reason;
    }
    done("look what is there");

    // Ensure
    const version = await ensureVersion(transaction, {
      buildFolder,
      source,
      live: folder,
      before,
      ownership,
      promotedFrom,
      outside: client,
      status: options.status ?? log,
      pieces,
    });
    done("make the version whole");

    // Sync
    const names = [ARCHIVE_NAME, ...wrapperNames];
    const stale = findStaleWrappers(folder, wrapperNames, publisher);
    const hasPieces = folder.has(PIECES_NAME) || version.isInPieces;
    const policy = { keepVersions, live: digest, publisher, now: new Date(), hasPieces };
    await transaction.batch(async (batch) => {
      const copied = copyToStableNames(batch, version.directory, buildFolder, names);
      const cleaned = removeStaleWrappers(batch, buildFolder, stale);
      const expired = removeExpiredVersions(batch, buildFolder, policy, log);
      // All of them are awaited in any case; what fails first is thrown below.
      await Promise.allSettled([copied, cleaned, expired]);
      [copiedArchiveId] = await copied;
      done("copy it to the stable names");
      await cleaned;
      done("remove stale wrappers");
      await expired;
      done("remove expired versions");
    });

    // Return
    return {
      archivePath: archivePathOf(buildFolder),
      versionPath: joinYPath(version.directory, ARCHIVE_NAME),
      sha256: version.archive.sha256,
      md5: version.archive.md5,
      sizeBytes: version.archive.sizeBytes,
      bytesSent: version.bytesSent,
      partsReused: countReusedParts(source.parts, live?.parts ?? {}),
      uploaded: version.archivePut && version.bytesSent > 0,
      ...(promotedFrom === undefined ? {} : { promotedFrom }),
      ...(version.archive.chunks === undefined ? {} : { chunks: version.archive.chunks }),
    };
  };
  let published: Published;
  try {
    published = await withTransaction(client, transactionOptions, publish);
  } catch (error) {
    await removeMadeFolders(client, made, log);
    throw error;
  }
  done("commit");
  log(formatSuccess({ ...published, partCount: Object.keys(source.parts).length }));
  return published;
}

/** @returns the ids of the new nodes, in the order of the names */
async function copyToStableNames(
  batch: LightCommands,
  directory: string,
  buildFolder: string,
  names: readonly string[],
): Promise<readonly string[]> {
  return Promise.all(
    names.map(async (name) =>
      batch.copy(joinYPath(directory, name), joinYPath(buildFolder, name), { force: true }),
    ),
  );
}

/** Removes wrappers that belong to no stage any more. */
async function removeStaleWrappers(
  batch: LightCommands,
  buildFolder: string,
  names: readonly string[],
): Promise<void> {
  await Promise.all(
    names.map(async (name) => batch.remove(joinYPath(buildFolder, name), { force: true })),
  );
}
