/** Nobody knows whether a transaction was committed. */
import { UserError } from "../../../common/errors/user-error.ts";

/** The commit got no answer, and the cluster could not be asked later: all of the work has taken effect, or nothing. */
export class CommitUnknownError extends UserError {
  override readonly name: string = "CommitUnknownError";

  /**
   * @param title what the transaction was for
   * @param proxy the cluster, as the user named it
   * @param done what the commit does, in words: `published`
   * @param failure of the commit
   */
  constructor(title: string, proxy: string, done: string, failure: Error) {
    super(
      `Cannot find out whether "${title}" on cluster "${proxy}" was done: ${failure.message}: ` +
        `it may have been ${done}: run it again, which finds out`,
    );
  }
}
