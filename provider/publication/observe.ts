import type { YtClient } from "../yt/index.ts";
import type { Publisher } from "./types.ts";

export interface ObservePublicationOptions {
  readonly client: YtClient;
  readonly buildFolder: string;
  /** The archive's digest as it should be. */
  readonly digest: string;
}

/** What is in the build folder, compared with what should be; the first difference found. */
export type Observation =
  | {
      readonly type: "in place";
      readonly sha256: string;
      readonly md5: string;
      readonly sizeBytes: number;
      readonly parts: Readonly<Record<string, string>>;
      /** Who published it, as recorded. */
      readonly publisher: Publisher;
    }
  | { readonly type: "archive missing"; readonly path: string }
  | { readonly type: "archive altered"; readonly path: string; readonly how: string }
  | { readonly type: "wrapper missing"; readonly path: string }
  | { readonly type: "wrapper altered"; readonly path: string; readonly how: string }
  /** The immutable copy in `versions` is gone or not whole; the stable names are fine. */
  | { readonly type: "version missing"; readonly path: string; readonly how: string };

/**
 * Looks whether a publication is still as it was left.
 *
 * @throws YtError when the cluster cannot be asked; that is never taken for "missing"
 */
export declare function observePublication(
  options: ObservePublicationOptions,
): Promise<Observation>;
