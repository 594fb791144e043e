import type { YtClient } from "../yt/index.ts";

export interface RemovePublicationOptions {
  readonly client: YtClient;
  readonly buildFolder: string;
  /** What bears this id is removed, and nothing else. */
  readonly resourceId: string;
  /** For those who wait meanwhile: who is removing. */
  readonly title?: string | undefined;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Timeout of the removal's transaction. @default 30000 */
  readonly transactionTimeoutMs?: number | undefined;
}

/**
 * Removes what a resource published, in one transaction; `versions` and the build folder only
 * when they are empty afterwards. Fine when it is gone already.
 *
 * @returns the paths that were removed
 */
export declare function removePublication(
  options: RemovePublicationOptions,
): Promise<readonly string[]>;
