import type { YtClient } from "../yt/index.ts";
import type { FoundVersion } from "./types.ts";

export interface FindVersionOptions {
  readonly client: YtClient;
  readonly buildFolder: string;
  /** The version with this digest. @default the live one */
  readonly digest?: string | undefined;
  /** The version whose archive has this SHA-256: a pin. @default the live one */
  readonly sha256?: string | undefined;
}

/**
 * The live or the pinned version of a build folder, for promotion. Changes nothing.
 *
 * @throws UserError when there is no archive, none that fits the pin (lists what there is), or
 * when its content is not what was recorded
 */
export declare function findVersion(options: FindVersionOptions): Promise<FoundVersion>;
