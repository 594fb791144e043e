/** What the stack commands take. */
import type { ColorChoice } from "../terminal/colors.ts";
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
  readonly target?: readonly string[];
  readonly targetReplace?: readonly string[];
  readonly exclude?: readonly string[];
  readonly replace?: readonly string[];
  readonly expectNoChanges?: boolean;
  readonly previewOnly?: boolean;
  readonly yes?: boolean;
  readonly skipPreview?: boolean;
  readonly remove?: boolean;
  readonly nonInteractive?: boolean;
  readonly color?: ColorChoice | "raw";
}

/** The stack that is meant where none is named: `PULUMI_STACK`, else `dev`. */
export function defaultStack({ PULUMI_STACK: stack = "" }: NodeJS.ProcessEnv): string {
  return stack === "" ? "dev" : stack;
}
