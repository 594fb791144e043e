import type { YtClient } from "../yt/index.ts";
import type { PublishingOptions } from "./publish.ts";
import type { FoundVersion, Published } from "./types.ts";

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
 * @throws UserError as `publishArchive`; when the source's bytes are not those that are recorded
 */
export declare function promoteArchive(options: PromoteArchiveOptions): Promise<Published>;
