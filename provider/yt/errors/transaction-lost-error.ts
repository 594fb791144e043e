/** A transaction ended before it was committed. */
import { UserError } from "../../../common/errors/user-error.ts";

/** The transaction of a piece of work ended before its commit; nothing that it did is visible. */
export class TransactionLostError extends UserError {
  override readonly name: string = "TransactionLostError";
  readonly transactionId: string;

  /**
   * @param title what the transaction was for
   * @param proxy the cluster, as the user named it
   * @param transactionId the transaction's id
   */
  constructor(title: string, proxy: string, transactionId: string) {
    super(
      `Cannot finish "${title}" on cluster "${proxy}" as transaction ${transactionId} is over: ` +
        `it was not pinged in time, or somebody aborted it: nothing was changed, run it again`,
    );
    this.transactionId = transactionId;
  }
}
