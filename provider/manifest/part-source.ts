/** A part of the archive before its files are listed. */
import type { SourceOptions } from "../pipeline/files/found-file.ts";
import type { StageFacts } from "../pipeline/stages/stage-facts.ts";
import type { PartKind } from "./manifest.ts";

/** Which places a part is made from, and where it goes. */
export interface PartSource {
  readonly kind: PartKind;
  /** Relative path in the archive. */
  readonly root: string;
  /** Where its files are; the earlier of two files with one path wins. */
  readonly sources: readonly SourceOptions[];
  /** Who asked for it, as the user wrote it. */
  readonly claimedBy: string;
  /** Of a stage: what its directory says of it. */
  readonly stage?: StageFacts;
}
