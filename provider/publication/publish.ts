/** Publishes an archive that was packed here. */
import { createHash } from "node:crypto";
import type { SentFile, YtClient } from "../yt/index.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { ARCHIVE_NAME } from "./layout.ts";
import { createProgressReporter } from "./progress.ts";
import { publishVersion } from "./publication.ts";
import type { PublishingOptions } from "./publication.ts";
import type { ArchiveSet, Published, WrapperFile } from "./types.ts";
import type { VersionFile, VersionSource } from "./version-source.ts";

export interface PublishArchiveOptions extends PublishingOptions {
  readonly client: YtClient;
  /** Cypress path: `//home/user/build`. */
  readonly buildFolder: string;
  readonly archiveSet: ArchiveSet;
}

/**
 * Publishes an archive and its wrappers in one transaction: readers see the old set or the new
 * one. What the cluster has already is not sent.
 *
 * @throws {UserError} when a node in the way is not ours (unless `adopt`), another publication is
 * under way, or the build folder cannot be one; nothing is changed then
 * @throws {YtError} when the cluster refuses or does not answer; nothing is changed then
 */
export async function publishArchive(options: PublishArchiveOptions): Promise<Published> {
  const { archiveSet, ...others } = options;
  const source: VersionSource = {
    digest: archiveSet.digest,
    parts: archiveSet.parts,
    revision: archiveSet.revision,
    archive: archiveFile(archiveSet, options),
    wrappers: archiveSet.wrappers.map((wrapper) => wrapperFile(wrapper)),
  };
  return publishVersion({ ...others, source });
}

function archiveFile(
  archiveSet: ArchiveSet,
  { client, log, status = log }: PublishArchiveOptions,
): VersionFile {
  const { archiveFile: path, sha256, md5, sizeBytes } = archiveSet;
  const assertSent = (sent: SentFile): void => {
    if (sent.sha256 !== sha256) {
      throw new UserError(
        `Cannot upload "${path}" as it is not what was packed: its SHA-256 is ${sent.sha256}, ` +
          `after packing it was ${sha256}: run it again`,
      );
    }
  };
  return {
    name: ARCHIVE_NAME,
    sha256,
    md5,
    sizeBytes,
    sameBytes: false,
    attributes: {},
    content: {
      type: "upload",
      source: { type: "file", path },
      onProgress: createProgressReporter(sizeBytes, status, client.clock).part(),
      assertSent,
      findPieces: async (settings) => {
        const { localPieces } = await import("./pieces/cut-archive.ts");
        return localPieces(path, sizeBytes, settings, assertSent);
      },
    },
  };
}

function wrapperFile({ name, content, sha256 }: WrapperFile): VersionFile {
  return {
    name,
    sha256,
    md5: createHash("md5").update(content).digest("hex"),
    sizeBytes: content.byteLength,
    sameBytes: true,
    // Jobs that list the wrapper among their files may run it as it is.
    attributes: { executable: true },
    content: {
      type: "upload",
      source: { type: "bytes", bytes: content },
      assertSent: () => undefined,
    },
  };
}
