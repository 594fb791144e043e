import type { YtClient } from "../yt/index.ts";
import type { ArchiveSet, Published, Publisher } from "./types.ts";

/** What every way of publishing has in common. */
export interface PublishingOptions {
  readonly publisher: Publisher;
  /** Take over what this tool did not write, or what another resource wrote. @default false */
  readonly adopt?: boolean | undefined;
  /** How many of the newest versions stay on the cluster. @default 10 */
  readonly keepVersions?: number | undefined;
  /** Takes the lines for the user: `[Upload] …`. */
  readonly log: (line: string) => void;
  /** Stops the publication when aborted; nothing of it is then visible. */
  readonly signal?: AbortSignal | undefined;
  /** Timeout of the publication's transaction. @default 30000 */
  readonly transactionTimeoutMs?: number | undefined;
}

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
 * @throws UserError when a node in the way is not ours (unless `adopt`), another publication is
 * under way, the build folder cannot be one; `YtError`s of the client. Nothing is changed then.
 */
export declare function publishArchive(options: PublishArchiveOptions): Promise<Published>;
