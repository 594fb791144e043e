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
