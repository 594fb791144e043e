/** What the stack commands take. */
import type { FlagValues } from "./flags.ts";

/** The operations that have a command of their own. */
export type StackOperation = "preview" | "up" | "refresh" | "destroy";

/** What all stack commands take, as commander gives it. */
export interface StackChoice {
  readonly stack: string;
  /** Where to look for the project. */
  readonly cwd?: string;
}

/** Options as commander gives them. */
export interface StackCommandOptions extends StackChoice, FlagValues {
  readonly diff?: boolean;
  readonly json?: boolean;
  readonly parallel?: number;
  readonly message?: string;
  readonly yes?: boolean;
  readonly skipPreview?: boolean;
  readonly remove?: boolean;
}
