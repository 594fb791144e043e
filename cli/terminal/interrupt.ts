/** What the user's Ctrl-C means to an operation. */
export interface Interrupt {
  /** Aborted by the first: end what is under way and save. */
  readonly signal: AbortSignal;
  /** Aborted by the second: stop at once. */
  readonly forceSignal: AbortSignal;
  /** Gives Ctrl-C its usual meaning back. */
  dispose(): void;
}

/** Catches Ctrl-C (and SIGTERM) for as long as an operation runs. */
export function catchInterrupts(say: (message: string) => void): Interrupt {
  const graceful = new AbortController();
  const forced = new AbortController();
  const onSignal = (): void => {
    if (graceful.signal.aborted) {
      forced.abort();
      return;
    }
    say("Stopping: what is under way is finished first. Once more stops at once.");
    graceful.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: graceful.signal,
    forceSignal: forced.signal,
    dispose: () => {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
