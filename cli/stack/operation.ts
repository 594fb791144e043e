/** What the stack commands take. */

/** The operations that have a command of their own. */
export type StackOperation = "preview" | "up" | "refresh" | "destroy";

/** Options as commander gives them. */
export interface StackCommandOptions {
  readonly stack: string;
  readonly diff?: boolean;
  readonly yes?: boolean;
  readonly remove?: boolean;
}
