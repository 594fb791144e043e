/** Publishes what another build folder has, on the same cluster or on another. */
import { canonicalYPath, findValue, joinYPath, withSignal } from "../yt/index.ts";
import type { SentFile, YtClient } from "../yt/index.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { listFolder } from "./folder.ts";
import { ARCHIVE_NAME } from "./layout.ts";
import { markVersion, withdrawMarks } from "./marks.ts";
import { promotionToItself } from "./own-source.ts";
import { isOwn } from "./ownership.ts";
import { createProgressReporter } from "./progress.ts";
import { publishVersion } from "./publication.ts";
import type { PublishingOptions } from "./publication.ts";
import type { FoundVersion, FoundWrapper, PromotedFrom, Published } from "./types.ts";
import type { VersionContent, VersionFile, VersionSource } from "./version-source.ts";

export interface PromoteArchiveOptions extends PublishingOptions {
  readonly source: {
    readonly client: YtClient;
    /** As recorded in `ytcode_promoted_from`. */
    readonly proxy: string;
    readonly buildFolder: string;
    /** From `findVersion`. */
    readonly version: FoundVersion;
  };
  readonly target: {
    readonly client: YtClient;
    readonly buildFolder: string;
  };
  /** Both build folders are on one cluster, so that it can copy by itself. */
  readonly sameCluster: boolean;
}

/**
 * Publishes a version of another build folder: the same bytes, copied inside the cluster or
 * streamed and verified between two. Otherwise like `publishArchive`.
 *
 * @throws {UserError} as `publishArchive`, and when the source's bytes are not those that are recorded
 */
export async function promoteArchive(options: PromoteArchiveOptions): Promise<Published> {
  const { source, target, sameCluster, ...others } = options;
  await assertOtherFolder(options);
  const { version } = source;
  const from = { ...source, client: withSignal(source.client, options.signal) };
  const { publisher, log, status = log } = options;
  const contentOf = sameCluster ? copyWithin(version) : streamFrom(from, status);
  const user = { ...publisher, proxy: target.client.proxy, buildFolder: target.buildFolder };
  await markVersion(from, version.digest, user, new Date(), log);
  let published: Published;
  try {
    published = await publishVersion({
      ...others,
      client: target.client,
      buildFolder: target.buildFolder,
      source: versionSource(version, contentOf),
      promotedFrom: {
        proxy: source.proxy,
        buildFolder: source.buildFolder,
        sha256: version.sha256,
      },
    });
  } catch (error) {
    await withdrawAfterFailure(options);
    throw error;
  }
  await withdrawMarks(from, user, log, version.digest);
  return published;
}

/** How long it may take to withdraw the mark of a promotion that has failed. */
const WITHDRAWAL_TIMEOUT_MS = 10_000;

/**
 * What was not promoted need not be kept, but what the target runs must be: the target is asked, as also a promotion
 * that seems to have failed may have been committed. When it does not answer the mark stays, and that is said.
 */
async function withdrawAfterFailure({
  source,
  target,
  publisher,
  publishedMd5,
  log,
}: PromoteArchiveOptions): Promise<void> {
  const signal = target.client.clock.timeout(WITHDRAWAL_TIMEOUT_MS);
  const withTimeout = (client: YtClient): YtClient =>
    client.scoped({ transactionId: client.transactionId, signal });
  try {
    const folder = await listFolder(withTimeout(target.client), target.buildFolder);
    const live = folder.get(ARCHIVE_NAME)?.record;
    const current =
      live !== undefined && isOwn(live.publisher, publisher) ? live.digest : undefined;
    if (current === undefined && publishedMd5 !== undefined) {
      return; // What it ran is damaged, and may be wanted for the repair.
    }
    const { buildFolder } = source;
    const place = { client: withTimeout(source.client), buildFolder };
    await withdrawMarks(place, { resourceId: publisher.resourceId }, log, current);
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    log(
      `[Upload] The mark of the version in "${source.buildFolder}" stays as it is: ${error.message}`,
    );
  }
}

export interface RestoreVersionOptions extends PublishingOptions {
  readonly client: YtClient;
  readonly buildFolder: string;
  /** From `findVersion`, in this very build folder. */
  readonly version: FoundVersion;
  readonly promotedFrom: PromotedFrom;
}

/**
 * Makes a version live that the build folder has itself: a pin, or a rollback, that needs its source no more.
 * Otherwise like `promoteArchive`.
 */
export async function restoreVersion(options: RestoreVersionOptions): Promise<Published> {
  const { version, ...others } = options;
  return publishVersion({ ...others, source: versionSource(version, copyWithin(version)) });
}

/**
 * A folder may be reached by two names, and a cluster by two addresses. Where the source may not be
 * replaced anyway, as it belongs to another resource, the names are enough.
 *
 * @throws {UserError} when the target is the source itself
 */
async function assertOtherFolder(options: PromoteArchiveOptions): Promise<void> {
  const { source, target, sameCluster, adopt = false } = options;
  const isSamePath = canonicalYPath(source.buildFolder) === canonicalYPath(target.buildFolder);
  if (sameCluster && isSamePath) {
    throw promotionToItself(target.buildFolder);
  }
  if (!isSamePath && !adopt) {
    return;
  }
  const [from, to] = await Promise.all([source, target].map(identityOf));
  if (from !== undefined && from === to) {
    throw promotionToItself(target.buildFolder);
  }
}

/** What tells a build folder from every other one: ids alone could be the same on two clusters. */
async function identityOf({
  client,
  buildFolder,
}: PromoteArchiveOptions["target"]): Promise<string | undefined> {
  const [id, creationTime] = await Promise.all(
    ["id", "creation_time"].map(async (name) => findValue(client, `${buildFolder}/@${name}`)),
  );
  return id === undefined ? undefined : JSON.stringify([id, creationTime]);
}

/** Where one file of the version is. */
type ContentOf = (file: FoundWrapper) => VersionContent;

function versionSource(version: FoundVersion, contentOf: ContentOf): VersionSource {
  return {
    digest: version.digest,
    parts: version.parts,
    revision: version.revision,
    archive: versionFile({ ...version, name: ARCHIVE_NAME }, {}, contentOf),
    wrappers: version.wrappers.map((wrapper) =>
      versionFile(wrapper, { executable: true }, contentOf),
    ),
  };
}

function versionFile(
  file: FoundWrapper,
  attributes: Readonly<Record<string, unknown>>,
  contentOf: ContentOf,
): VersionFile {
  const { name, sha256, md5, sizeBytes } = file;
  // Promoted are the very bytes that were tried in the other stack.
  return { name, sha256, md5, sizeBytes, sameBytes: true, attributes, content: contentOf(file) };
}

function copyWithin({ directory }: FoundVersion): ContentOf {
  return ({ name }) => ({ type: "node", path: joinYPath(directory, name) });
}

/** From one cluster to the other, verified as it goes by; of an archive in pieces only what is missing there is sent. */
function streamFrom(
  { client, buildFolder, version }: PromoteArchiveOptions["source"],
  status: (line: string) => void,
): ContentOf {
  return ({ name, sha256, sizeBytes }) => {
    const path = joinYPath(version.directory, name);
    const assertSent = (sent: SentFile): void => {
      if (sent.sha256 !== sha256) {
        throw new UserError(
          `Cannot promote "${path}" on cluster "${client.proxy}" as it is altered: ` +
            `its SHA-256 is ${sent.sha256}, recorded is ${sha256}`,
        );
      }
    };
    return {
      type: "upload",
      source: { type: "stream", open: () => client.streamFile(path) },
      onProgress: createProgressReporter(sizeBytes, status, client.clock).part(),
      assertSent,
      findPieces: async () => {
        const { findPromotedPieces } = await import("./pieces/promoted-pieces.ts");
        return findPromotedPieces({ client, buildFolder, version, assertSent });
      },
    };
  };
}
