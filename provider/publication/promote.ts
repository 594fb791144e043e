/** Publishes what another build folder has, on the same cluster or on another. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canonicalYPath, findValue, joinYPath } from "../yt/index.ts";
import type { YtClient } from "../yt/index.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { ARCHIVE_NAME } from "./layout.ts";
import { markVersion, withdrawMarks } from "./marks.ts";
import { promotionToItself } from "./own-source.ts";
import { publishVersion, withSignal } from "./publication.ts";
import type { PublishingOptions } from "./publication.ts";
import { createProgressReporter } from "./report.ts";
import type { FoundVersion, FoundWrapper, PromotedFrom, Published } from "./types.ts";
import type { VersionFile, VersionSource } from "./version-source.ts";

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
  const put = sameCluster ? copyWithin(version) : streamFrom(from, options.log);
  const { publisher, log } = options;
  const user = { ...publisher, proxy: target.client.proxy, buildFolder: target.buildFolder };
  await markVersion(from, version.digest, user, new Date(), log);
  const published = await publishVersion({
    ...others,
    client: target.client,
    buildFolder: target.buildFolder,
    source: versionSource(version, put),
    promotedFrom: {
      proxy: source.proxy,
      buildFolder: source.buildFolder,
      sha256: version.sha256,
    },
  });
  await withdrawMarks(from, user, log, version.digest);
  return published;
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

/** Puts one file of the version at a path of the target. */
type PutFile = (
  file: FoundWrapper,
  ...target: Parameters<VersionFile["put"]>
) => ReturnType<VersionFile["put"]>;

function versionSource(version: FoundVersion, put: PutFile): VersionSource {
  return {
    digest: version.digest,
    parts: version.parts,
    archive: versionFile({ ...version, name: ARCHIVE_NAME }, {}, put),
    wrappers: version.wrappers.map((wrapper) => versionFile(wrapper, { executable: true }, put)),
  };
}

function versionFile(
  file: FoundWrapper,
  attributes: Readonly<Record<string, unknown>>,
  put: PutFile,
): VersionFile {
  const { name, sha256, md5, sizeBytes } = file;
  return {
    name,
    sha256,
    md5,
    sizeBytes,
    // Promoted are the very bytes that were tried in the other stack.
    sameBytes: true,
    attributes,
    put: async (...target) => put(file, ...target),
  };
}

function copyWithin(version: FoundVersion): PutFile {
  return async (file, transaction, path, attributes) => {
    await transaction.copy(joinYPath(version.directory, file.name), path, { force: true });
    // The copy has the source's attributes: all of them get a new value.
    await transaction.multisetAttributes(path, attributes);
    return 0;
  };
}

function streamFrom(source: PromoteArchiveOptions["source"], log: (line: string) => void): PutFile {
  return async (file, transaction, path, attributes) => {
    const sourcePath = joinYPath(source.version.directory, file.name);
    const folder = await mkdtemp(join(tmpdir(), "ytcode-promote-"));
    try {
      const localPath = join(folder, file.name);
      const received = await source.client.readFile(sourcePath, localPath);
      if (received.sha256 !== file.sha256 || received.md5 !== file.md5) {
        throw new UserError(
          `Cannot promote "${sourcePath}" on cluster "${source.client.proxy}" as it is altered: ` +
            `its SHA-256 is ${received.sha256}, recorded is ${file.sha256}`,
        );
      }
      const onProgress = createProgressReporter(file.sizeBytes, log, transaction.clock);
      const content = { type: "file", path: localPath } as const;
      const sent = await transaction.writeFile(path, content, { attributes, onProgress });
      return sent.sizeBytes;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}
