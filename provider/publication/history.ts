/** The versions that a build folder has: when, by whom, from where, and who keeps them. */
import { joinYPath } from "../yt/index.ts";
import type { YtClient } from "../yt/index.ts";
import { findFolder, findNode, listVersions } from "./folder.ts";
import { ARCHIVE_NAME, versionDirectoryOf, versionsPathOf } from "./layout.ts";
import type { Mark, NodeRecord } from "./records.ts";
import type { FileHashes, PromotedFrom, Publisher, Revision } from "./types.ts";

/** One version of a build folder. The hashes are of its archive. */
export interface HistoryEntry extends FileHashes {
  readonly digest: string;
  /** Path of its archive. */
  readonly path: string;
  /** ISO 8601, UTC; when it came to the cluster. */
  readonly publishedAt: string;
  /** ISO 8601, UTC; since when it has been live. Undefined for one that is not. */
  readonly liveSince: string | undefined;
  readonly publisher: Publisher;
  readonly promotedFrom: PromotedFrom | undefined;
  /** What it was packed from, where that is recorded. */
  readonly revision?: Revision;
  /** ISO 8601; when an earlier release, which left no marks, last promoted it from here. */
  readonly promotedAt: string | undefined;
  /** Who runs or pins it elsewhere. */
  readonly marks: readonly Mark[];
}

/**
 * Lists the versions of a build folder, newest first.
 *
 * @returns `undefined` when there is no such folder
 * @throws {YtError} when the cluster refuses or does not answer
 */
export async function listHistory(
  client: YtClient,
  buildFolder: string,
): Promise<readonly HistoryEntry[] | undefined> {
  const [folder, directories] = await client.batch(async (batch) =>
    Promise.all([findFolder(batch, buildFolder), listVersions(batch, versionsPathOf(buildFolder))]),
  );
  if (folder === undefined) {
    return undefined;
  }
  const live = folder.get(ARCHIVE_NAME);
  const versions = [...directories.values()].flatMap((entry) =>
    entry.record?.digest === entry.name ? [{ ...entry, record: entry.record }] : [],
  );
  const pathOf = (digest: string): string =>
    joinYPath(versionDirectoryOf(buildFolder, digest), ARCHIVE_NAME);
  // Only archives are told where they are from.
  const archives = await client.batch(async (batch) =>
    Promise.all(versions.map(async ({ name }) => findNode(batch, pathOf(name), ARCHIVE_NAME))),
  );
  const entries = versions.map(
    ({ name, record, creationTime: publishedAt, marks }, index): HistoryEntry => ({
      ...factsOf(record),
      path: pathOf(name),
      publishedAt,
      liveSince: live?.record?.digest === name ? live.creationTime : undefined,
      promotedFrom: archives[index]?.record?.promotedFrom,
      ...revisionOf(archives[index]?.record),
      marks,
    }),
  );
  const { record, creationTime: liveSince = "" } = live ?? {};
  if (record !== undefined && !versions.some(({ name }) => name === record.digest)) {
    const path = joinYPath(buildFolder, ARCHIVE_NAME);
    const { promotedFrom } = record;
    const times = { publishedAt: liveSince, liveSince };
    entries.push({
      ...factsOf(record),
      path,
      ...times,
      promotedFrom,
      ...revisionOf(record),
      marks: [],
    });
  }
  return entries.toSorted((a, b) => (a.publishedAt < b.publishedAt ? 1 : -1));
}

function revisionOf(record: NodeRecord | undefined): { readonly revision?: Revision } {
  return record?.revision === undefined ? {} : { revision: record.revision };
}

function factsOf(record: NodeRecord) {
  const { digest, sha256, md5, sizeBytes, publisher, promotedAt } = record;
  return { digest, sha256, md5, sizeBytes, publisher, promotedAt };
}
