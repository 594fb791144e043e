/** An archive on a cluster. It is read as a stream, and not kept on disk. */
import { readArchive } from "../../../provider/archive/read/read-archive.ts";
import type { ArchiveListing } from "../../../provider/archive/read/read-archive.ts";
import {
  assertNodePath,
  findValue,
  joinYPath,
  ResolveError,
  resolveVersion,
} from "../../../provider/cluster.ts";
import type { TransferredFile, YtClient } from "../../../provider/cluster.ts";
import { ARCHIVE_NAME } from "../../../provider/archive/build/local-build.ts";
import { parseRecord, RECORD_ATTRIBUTES } from "../../../provider/publication/records.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { askCluster } from "../../cluster/ask-cluster.ts";
import type { NamedCluster } from "../../cluster/ask-cluster.ts";
import type { OpenedArchive } from "./opened-archive.ts";
import { findWarnings } from "./archive-warnings.ts";
import { assertAllFound, changedWhileRead } from "./changed-while-read.ts";

const ATTRIBUTES = ["type", "md5", "creation_time", ...RECORD_ATTRIBUTES];

/** What follows the path of a build folder names one of its versions, as in `//home/me/build@9f86d081`. */
const VERSION_SIGN = /^(?<folder>\/\/.*[^\\/])@(?<digits>[0-9a-f]*)$/i;

/**
 * Reads an archive on a cluster.
 *
 * @param given the path of the archive, or of a folder with `source.tar.gz` in it; or of a build folder, and behind
 * an `@`, which no path of a node has there, the first digits of a version's digest or SHA-256
 * @throws {UserError} when there is none, the cluster refuses or does not answer
 */
export async function openArchiveNode(
  given: string,
  cluster: NamedCluster,
): Promise<OpenedArchive> {
  const { folder, digits = "" } = VERSION_SIGN.exec(given)?.groups ?? {};
  const nodePath = folder ?? given;
  assertNodePath(nodePath, "an archive's place");
  return askCluster("inspect", nodePath, cluster, async (client) => {
    const place =
      folder === undefined ? nodePath : await resolveVersion(client, folder, digits.toLowerCase());
    return readNode(client, await findArchive(client, place));
  });
}

/** The path of the archive itself. */
async function findArchive(client: YtClient, nodePath: string): Promise<string> {
  const where = `on cluster "${client.proxy}"`;
  const type = await findType(client, nodePath);
  if (type === undefined) {
    throw new UserError(`Cannot inspect "${nodePath}" ${where} as there is no such node`);
  }
  if (type === "file") {
    return nodePath;
  }
  if (type !== "map_node") {
    throw new UserError(
      `Cannot inspect "${nodePath}" ${where} as it is a node of type "${type}": ` +
        "name a file, or a build folder",
    );
  }
  const archive = joinYPath(nodePath, ARCHIVE_NAME);
  const archiveType = await findType(client, archive);
  if (archiveType === "file") {
    return archive;
  }
  throw new UserError(
    archiveType === undefined
      ? `Cannot inspect "${nodePath}" ${where} as there is no "${ARCHIVE_NAME}" in it`
      : `Cannot inspect "${archive}" ${where} as it is a node of type "${archiveType}", no file`,
  );
}

async function findType(client: YtClient, nodePath: string): Promise<string | undefined> {
  const type = await findValue(client, `${nodePath}/@type`);
  return typeof type === "string" ? type : undefined;
}

async function readNode(client: YtClient, nodePath: string): Promise<OpenedArchive> {
  const label = `${nodePath} on ${client.proxy}`;
  const attributes = await readAttributes(client, nodePath, label);
  const { transferred, ...listing } = await read(client, nodePath, label);
  const { md5, creation_time: creationTime } = attributes;
  // Attributes and content are two requests: somebody may have published in between.
  if (typeof md5 === "string" && md5 !== transferred.md5) {
    throw changedWhileRead(label);
  }
  const record = parseRecord(attributes);
  const { entries, isGzip, sizeBytes, sha256 } = listing;
  return {
    place: { type: "node", path: nodePath, proxy: client.proxy },
    label,
    entries,
    partKeys: record === undefined ? undefined : Object.keys(record.parts),
    packed: { isGzip, sizeBytes, sha256, md5: listing.md5 },
    node: {
      creationTime: typeof creationTime === "string" ? creationTime : undefined,
      record,
    },
    warnings: findWarnings(listing),
    readContents: async (wanted) =>
      assertAllFound((await read(client, nodePath, label, wanted)).contents, wanted, label),
  };
}

async function readAttributes(
  client: YtClient,
  nodePath: string,
  label: string,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await client.getAttributes(nodePath, ATTRIBUTES);
  } catch (error) {
    // It was there when its type was asked for.
    throw error instanceof ResolveError ? changedWhileRead(label) : error;
  }
}

async function read(
  client: YtClient,
  nodePath: string,
  label: string,
  keep?: ReadonlyMap<string, number>,
): Promise<ArchiveListing & { readonly transferred: TransferredFile }> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const transfer = client
    .readFileTo(nodePath, async (piece) => writer.write(piece))
    .then(
      async (transferred) => {
        await writer.close();
        return transferred;
      },
      async (error: unknown) => {
        await writer.abort(error);
        throw error;
      },
    );
  // Reading throws its failure, too, and is awaited first.
  transfer.catch(() => undefined);
  const options = { name: label, keep };
  try {
    const listing = await readArchive(readable, options);
    return { ...listing, transferred: await transfer };
  } catch (error) {
    // Nobody reads on: the transfer would wait for that, and its transaction would be kept alive.
    await writer.abort(error);
    await Promise.allSettled([transfer]);
    throw error;
  }
}
