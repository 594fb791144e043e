/** Makes one version whole on the cluster: `versions/<digest>/` with the archive and its wrappers. */
import { joinYPath, together } from "../yt/index.ts";
import type { YtClient, YtTransaction } from "../yt/index.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { findAlteration, findFolder } from "./folder.ts";
import type { Folder, FolderEntry } from "./folder.ts";
import { ARCHIVE_NAME, versionDirectoryOf } from "./layout.ts";
import { assertMayUseVersion } from "./ownership.ts";
import type { OwnershipOptions } from "./ownership.ts";
import {
  archiveAttributes,
  contentAttributes,
  ownerAttributes,
  PIECES,
  PROMOTED_FROM,
  promotionAttributes,
  revisionAttributes,
} from "./records.ts";
import type { NodeRecord } from "./records.ts";
import type { Piece } from "./pieces/piece-source.ts";
import type { ArchiveInPieces } from "./pieces/put-together.ts";
import { DEFAULT_PIECES } from "./pieces/settings.ts";
import type { PieceSettings } from "./pieces/settings.ts";
import { findStaleWrappers } from "./stale-wrappers.ts";
import type { PromotedFrom } from "./types.ts";
import type { VersionContent, VersionFile, VersionSource } from "./version-source.ts";

/** A version as it is on the cluster, whole. */
export interface EnsuredVersion {
  readonly directory: string;
  readonly archive: NodeRecord;
  readonly bytesSent: number;
  /** Whether the archive itself was put there now. */
  readonly archivePut: boolean;
  /** Whether it was put together of pieces now. */
  readonly isInPieces: boolean;
}

export interface EnsureVersionOptions {
  readonly buildFolder: string;
  readonly source: VersionSource;
  /** What the build folder holds. */
  readonly live: Folder;
  /** What the version's directory holds, which is there. */
  readonly before: Folder;
  /** Whose the version becomes, and from whom. */
  readonly ownership: OwnershipOptions;
  readonly promotedFrom: PromotedFrom | undefined;
  /** Is in no transaction of the publication's: pieces stay when it fails. */
  readonly outside: YtClient;
  readonly pieces?: Partial<PieceSettings> | undefined;
  /** Takes lines that say how far it is. */
  readonly status: (line: string) => void;
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
  const { buildFolder, source, ownership, before } = options;
  const directory = versionDirectoryOf(buildFolder, source.digest);
  assertMayUseVersion(ownership, directory, before);
  const files = [source.archive, ...source.wrappers];
  const isMissing = (file: VersionFile): boolean =>
    !isIntact(before.get(file.name), file, source.digest);
  const missing = placeFiles(
    files.filter((file) => isMissing(file)),
    options,
  );
  const kept = files.filter((file) => !isMissing(file));
  const copied = missing.filter(({ content }) => content.type === "node");

  // The archive has a transaction of its own, so that it is not sent again for a wrapper's sake.
  const isArchive = ({ file }: PlacedFile): boolean => file === source.archive;
  let pieces: readonly string[] | undefined;
  const sentPieces: Piece[] = [];
  const sent = await together(transaction, [
    async (client) => {
      const archives = missing.filter((placed) => isArchive(placed));
      const inPieces = await uploadInPieces(client, archives[0], sentPieces, options);
      pieces = inPieces?.pieces;
      return inPieces?.bytesSent ?? upload(client, archives, options);
    },
    async (client) =>
      upload(
        client,
        missing.filter((placed) => !isArchive(placed)),
        options,
      ),
    async (client) => copy(client, copied, options),
    async (client) => rewriteKept(client, kept, options),
  ]).catch(async (error: unknown) => {
    await makeRoom(error, sentPieces, options);
    throw error;
  });

  const after = await finishVersion(transaction, directory, files, options, pieces);
  return {
    directory,
    archive: after,
    bytesSent: sent.reduce((sum, bytes) => sum + bytes, 0),
    archivePut: missing.some((placed) => isArchive(placed)),
    isInPieces: pieces !== undefined,
  };
}

/** A file that has to be put there: where, and where its content is. */
interface PlacedFile {
  readonly file: VersionFile;
  readonly path: string;
  readonly content: VersionContent;
}

/** Copies of a few small files take more requests than to send them with others that must be sent. */
const FEWEST_COPIES = 3;

/** What the build folder has under its stable name need not be sent: most wrappers of most updates. */
function placeFiles(
  files: readonly VersionFile[],
  options: EnsureVersionOptions,
): readonly PlacedFile[] {
  const { buildFolder, source } = options;
  const directory = versionDirectoryOf(buildFolder, source.digest);
  const live = files.filter((file) => isLive(file, options));
  const isWorthCopying =
    live.length >= FEWEST_COPIES ||
    source.wrappers.every((file) => live.includes(file) || !files.includes(file));
  return files.map((file) => ({
    file,
    path: joinYPath(directory, file.name),
    content:
      isWorthCopying && live.includes(file)
        ? { type: "node", path: joinYPath(buildFolder, file.name) }
        : file.content,
  }));
}

/** A version that is live already is being repaired: its files count for nothing then. */
function isLive(file: VersionFile, { source, live }: EnsureVersionOptions): boolean {
  const entry = live.get(file.name);
  return (
    file.sameBytes &&
    entry?.record?.digest !== source.digest &&
    entry?.record?.sha256 === file.sha256 &&
    entry.md5 === file.md5 &&
    findAlteration(entry) === undefined
  );
}

/** @returns undefined when the archive is to be sent as a whole */
async function uploadInPieces(
  client: YtClient,
  archive: PlacedFile | undefined,
  missing: Piece[],
  options: EnsureVersionOptions,
): Promise<ArchiveInPieces | undefined> {
  const settings = { ...DEFAULT_PIECES, ...options.pieces };
  if (archive?.content.type !== "upload" || archive.file.sizeBytes <= settings.aboveBytes) {
    return undefined;
  }
  const source = await archive.content.findPieces?.(settings);
  if (source === undefined) {
    return undefined;
  }
  const { putTogether } = await import("./pieces/put-together.ts");
  const { buildFolder, outside, ownership, status } = options;
  return putTogether({
    transaction: client,
    outside: outside.scoped({ transactionId: outside.transactionId, signal: client.signal }),
    buildFolder,
    archive: { source, sizeBytes: archive.file.sizeBytes, path: archive.path },
    attributes: fileAttributes(archive.file, options),
    publisher: ownership.publisher,
    log: ownership.log,
    status,
    missing,
  });
}

/** Whatever did not find room: the pieces that were sent fill the account, in which others write, too. */
async function makeRoom(
  error: unknown,
  sent: readonly Piece[],
  { outside, buildFolder }: EnsureVersionOptions,
): Promise<void> {
  if (sent.length === 0) {
    return;
  }
  const { isLackOfSpace } = await import("./pieces/refusal.ts");
  const { removeSent } = await import("./pieces/send-pieces.ts");
  if (isLackOfSpace(error)) {
    await removeSent(sent, { client: outside, buildFolder });
  }
}

/** @returns how many bytes went over the network @throws {UserError} when it was not what it should be */
async function upload(
  client: YtClient,
  placed: readonly PlacedFile[],
  options: EnsureVersionOptions,
): Promise<number> {
  const uploads = placed.flatMap(({ file, path, content }) =>
    content.type === "upload"
      ? [{ ...content, path, attributes: fileAttributes(file, options) }]
      : [],
  );
  const sent = await client.writeFiles(uploads);
  for (const [index, { assertSent }] of uploads.entries()) {
    const file = sent[index];
    if (file !== undefined) {
      assertSent(file);
    }
  }
  return sent.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** @returns how many bytes went over the network: none */
async function copy(
  client: YtClient,
  placed: readonly PlacedFile[],
  options: EnsureVersionOptions,
): Promise<number> {
  await client.batch(async (batch) =>
    Promise.all(
      placed.map(async ({ path, content }) =>
        content.type === "node" ? batch.copy(content.path, path, { force: true }) : undefined,
      ),
    ),
  );
  // A copy has its source's attributes: all of them get a new value.
  await client.batch(async (batch) =>
    Promise.all(
      placed.map(async ({ file, path }) =>
        batch.multisetAttributes(path, fileAttributes(file, options)),
      ),
    ),
  );
  return 0;
}

/**
 * Checks all files of the version in one request, which also records whose it is.
 *
 * @returns the archive's record
 * @throws {UserError} that names the file that is not as it should be
 */
async function finishVersion(
  transaction: YtTransaction,
  directory: string,
  files: readonly VersionFile[],
  { source, before, ownership }: EnsureVersionOptions,
  pieces: readonly string[] | undefined,
): Promise<NodeRecord> {
  const { archive, digest } = source;
  const kept = before.get(archive.name);
  const content =
    kept?.record !== undefined && isIntact(kept, archive, digest)
      ? kept.record
      : { ...archive, digest };
  const attributes = {
    ...ownerAttributes(ownership.publisher),
    ...contentAttributes(content),
    ...(pieces === undefined ? {} : { [PIECES]: pieces }),
  };
  const [folder] = await transaction.batch(async (batch) =>
    Promise.all([findFolder(batch, directory), batch.multisetAttributes(directory, attributes)]),
  );
  return assertIntact(transaction, directory, folder, files, digest);
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

/** @returns the archive's record @throws {UserError} that names the file that is not as it should be */
function assertIntact(
  transaction: YtTransaction,
  directory: string,
  folder: Folder | undefined,
  files: readonly VersionFile[],
  digest: string,
): NodeRecord {
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

/**
 * Records the publisher as the owner of files that stay, and what somebody may have edited. Their content and
 * what is recorded of that stay. Wrappers that belong to no stage any more go.
 *
 * @returns how many bytes went over the network: none
 */
async function rewriteKept(
  client: YtClient,
  kept: readonly VersionFile[],
  options: EnsureVersionOptions,
): Promise<number> {
  const { buildFolder, source, before, ownership, promotedFrom } = options;
  const directory = versionDirectoryOf(buildFolder, source.digest);
  const promotedBefore = before.get(source.archive.name)?.record?.promotedFrom;
  const isOutdated =
    kept.includes(source.archive) && promotedFrom === undefined && promotedBefore !== undefined;
  const names = source.wrappers.map(({ name }) => name);
  const removed = [
    ...(isOutdated ? [`${joinYPath(directory, source.archive.name)}/@${PROMOTED_FROM}`] : []),
    ...findStaleWrappers(before, names, ownership.publisher).map((name) =>
      joinYPath(directory, name),
    ),
  ];
  await client.batch(async (batch) =>
    Promise.all([
      ...kept.map(async (file) =>
        batch.multisetAttributes(joinYPath(directory, file.name), ownAttributes(file, options)),
      ),
      ...removed.map(async (path) => batch.remove(path, { force: true })),
    ]),
  );
  return 0;
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
          ...revisionAttributes(source.revision),
        }
      : {}),
  };
}
