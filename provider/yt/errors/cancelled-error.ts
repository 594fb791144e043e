/** A request was stopped by its caller. */
import { UserError } from "../../../common/errors/user-error.ts";

/** The caller's `AbortSignal` stopped the request. */
export class CancelledError extends UserError {
  override readonly name: string = "CancelledError";

  /** @param action what was being done: `create "//home/x"` */
  constructor(action: string) {
    super(`Cannot ${action}: cancelled`);
  }
}
