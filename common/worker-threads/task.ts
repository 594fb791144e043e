/** Functions that worker threads run. */

/**
 * A function for the calling thread and worker threads alike. Its input and outcome pass between
 * threads as data, so they must be what `structuredClone` takes.
 *
 * Byte arrays among the fields of an outcome are handed over to the calling thread, not copied: a
 * function must not use their memory again.
 */
export interface ThreadTask<Input, Outcome> {
  /** `import.meta.url` of the module that exports the function, under the function's own name. */
  readonly module: string;
  readonly run: (input: Input) => Outcome;
}

/** What a thread is sent: which function to call, and with what. */
export interface TaskMessage {
  readonly module: string;
  readonly name: string;
  readonly input: unknown;
}

/** What a thread answers. */
export type TaskReply =
  | { readonly type: "done"; readonly outcome: unknown }
  | { readonly type: "thrown"; readonly error: unknown };
