/** Publishes a version on a cluster: what was packed here, or what is promoted. */
import { debugSteps } from "../../common/debug-log.ts";
import { assertNodePath, findValue, joinYPath, withTransaction } from "../yt/index.ts";
import type { YtClient, YtTransaction } from "../yt/index.ts";
import { makeBuildFolder } from "./build-folder.ts";
import { mapConcurrently } from "../../common/concurrency/concurrency.ts";
import { ensureVersion } from "./ensure-version.ts";
import { listFolder } from "./folder.ts";
import { ARCHIVE_NAME, archivePathOf } from "./layout.ts";
import { assertMayReplace } from "./ownership.ts";
import { ownerAttributes } from "./records.ts";
import { countReusedParts, formatSuccess } from "./report.ts";
import { assertKeepVersions, removeExpiredVersions } from "./retention.ts";
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
  /** How many of the newest versions stay on the cluster. @default 10 */
  readonly keepVersions?: number | undefined;
  /** Takes the lines for the user: `[Upload] …`. */
  readonly log: (line: string) => void;
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
const CONCURRENT_COPIES = 4;

/**
 * Publishes a version, whether its bytes come from this machine or from another build folder:
 * everything happens in one transaction, under a lock that keeps other publications out.
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
  const published = await withTransaction(client, transactionOptions, async (transaction) => {
    done("start the transaction");
    // Observe
    await makeBuildFolder(transaction, buildFolder, log);
    done("lock the build folder");
    const folder = await listFolder(transaction, buildFolder);
    const live = folder.get(ARCHIVE_NAME)?.record;
    const wrapperNames = source.wrappers.map(({ name }) => name);
    const { digest } = source;
    const { hasLeft, publishedMd5 } = options;
    const ownership = { buildFolder, digest, publisher, adopt, hasLeft, publishedMd5, log };
    assertMayReplace(ownership, folder, source.wrappers);
    await assertVersionPlace(transaction, buildFolder, folder, digest);
    done("look what is there");

    // Ensure
    const version = await ensureVersion(transaction, {
      buildFolder,
      source,
      ownership,
      promotedFrom,
    });
    done("make the version whole");

    // Sync
    const names = [ARCHIVE_NAME, ...wrapperNames];
    [copiedArchiveId] = await copyToStableNames(transaction, version.directory, buildFolder, names);
    done("copy it to the stable names");
    const stale = findStaleWrappers(folder, wrapperNames, publisher);
    await removeStaleWrappers(transaction, buildFolder, stale);
    done("remove stale wrappers");
    const policy = { keepVersions, live: digest, publisher, now: new Date() };
    await removeExpiredVersions(transaction, buildFolder, policy, log);
    done("remove expired versions");

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
    };
  });
  done("commit");
  log(formatSuccess({ ...published, partCount: Object.keys(source.parts).length }));
  return published;
}

/** The client, stopped by its own signal and by another one. */
export function withSignal(client: YtClient, signal: AbortSignal | undefined): YtClient {
  const signals = [client.signal, signal].filter((item) => item !== undefined);
  return signals.length === 0
    ? client
    : client.scoped({ transactionId: client.transactionId, signal: AbortSignal.any(signals) });
}

/** @returns the ids of the new nodes, in the order of the names */
async function copyToStableNames(
  transaction: YtTransaction,
  directory: string,
  buildFolder: string,
  names: readonly string[],
): Promise<readonly string[]> {
  return mapConcurrently(names, CONCURRENT_COPIES, async (name) =>
    transaction.copy(joinYPath(directory, name), joinYPath(buildFolder, name), { force: true }),
  );
}

/** Removes wrappers that belong to no stage any more. */
async function removeStaleWrappers(
  transaction: YtTransaction,
  buildFolder: string,
  names: readonly string[],
): Promise<void> {
  await mapConcurrently(names, CONCURRENT_COPIES, async (name) =>
    transaction.remove(joinYPath(buildFolder, name), { force: true }),
  );
}
