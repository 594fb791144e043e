/** What the stack commands take. */
import type { ColorChoice } from "../terminal/colors.ts";
import type { FlagValues } from "./flag-option.ts";

/** The operations that have a command of their own. */
export type StackOperation = "preview" | "up" | "refresh" | "destroy";

/** What all stack commands take, as commander gives it. */
export interface StackChoice {
  readonly stack: string;
  /** Where to look for the project. */
  readonly cwd?: string;
}

/** Options as commander gives them, whatever the stack is. */
export interface OperationOptions extends FlagValues {
  /** Where to look for the project. */
  readonly cwd?: string;
  readonly diff?: boolean;
  readonly json?: boolean;
  /** `true` without a value, else the value as it was given; so for the other two-valued flags. */
  readonly refresh?: boolean | string;
  readonly showSecrets?: boolean | string;
  readonly continueOnError?: boolean | string;
  readonly clearPendingCreates?: boolean;
  readonly showSames?: boolean;
  readonly showReads?: boolean;
  readonly showReplacementSteps?: boolean;
  readonly excludeProtected?: boolean;
  readonly parallel?: number;
  readonly message?: string;
  readonly config?: readonly string[];
  readonly configPath?: boolean;
  readonly configFile?: string;
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

/** The options of an operation on a stack. */
export interface StackCommandOptions extends OperationOptions {
  readonly stack: string;
}

/** The stack that an option names, if it does. */
export interface MaybeNamedStack {
  readonly stack?: string;
}

/** The stack that is meant where none is named: `PULUMI_STACK`, else `dev`. */
export function defaultStack({ PULUMI_STACK: stack = "" }: NodeJS.ProcessEnv): string {
  return stack === "" ? "dev" : stack;
}
