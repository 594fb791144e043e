/** Exit statuses that commands end with when there is no message left to print. */
import { constants } from "node:os";

/**
 * Ends a command with an exit status and no message, because everything has been said: a stack
 * operation has shown its errors, or another program's exit status is passed on.
 */
export class ExitStatus extends Error {
  override readonly name = "ExitStatus";
  readonly status: number;

  constructor(status: number) {
    super(`Exit status ${status}`);
    this.status = status;
  }
}

/** The exit status of a process that a signal ended, as shells tell it. */
export function signalStatus(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
