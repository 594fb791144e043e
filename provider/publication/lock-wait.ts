/** Waits for locks that another publication holds. */
import { describeWinner, findValue, LockConflictError } from "../yt/index.ts";
import type { WinnerTransaction, YtClient } from "../yt/index.ts";
import { UserError } from "../../common/errors/user-error.ts";

/** How often a taken lock is asked for again. */
const POLL_MS = 200;
/** Shorter waits are not reported: pipelines in one new folder wait for each other briefly. */
const REPORT_AFTER_MS = 1000;
/** How long after its timeout a transaction that is not pinged has ended for certain. */
const GRACE_MS = 2000;
/** Assumed where the cluster does not tell the other transaction's timeout. */
const UNKNOWN_TIMEOUT_MS = 60_000;
/** Transactions of other tools may live for an hour without a ping: nobody waits so long without being told. */
const MOST_TIMEOUT_MS = 120_000;

/**
 * Takes locks that another transaction may hold. That may be the transaction of a killed process,
 * which is not pinged any more, so its timeout is waited for.
 *
 * @param action takes the locks; repeated as a whole
 * @throws {UserError} that names the other publication, when it is still alive then
 */
export async function waitForLock(
  client: YtClient,
  buildFolder: string,
  log: (line: string) => void,
  action: () => Promise<void>,
): Promise<void> {
  let waiting:
    { readonly transactionId: string; readonly sinceMs: number; reported: boolean } | undefined;
  for (;;) {
    try {
      await action();
      return;
    } catch (error) {
      if (!(error instanceof LockConflictError) || error.winner === undefined) {
        throw error;
      }
      const { winner } = error;
      const nowMs = client.clock.now();
      if (waiting?.transactionId !== winner.transactionId) {
        waiting = { transactionId: winner.transactionId, sinceMs: nowMs, reported: false };
      }
      const waitedMs = nowMs - waiting.sinceMs;
      if (waitedMs >= REPORT_AFTER_MS && !waiting.reported) {
        waiting.reported = true;
        log(`[Upload] Waiting for ${await describeOther(client, winner)}...`);
      }
      const timeoutMs = Math.min(winner.timeoutMs ?? UNKNOWN_TIMEOUT_MS, MOST_TIMEOUT_MS);
      if (waitedMs > timeoutMs + GRACE_MS) {
        throw new UserError(
          `Cannot change "${buildFolder}" on cluster "${client.proxy}" as it is locked by ` +
            `${await describeOther(client, winner)}: wait until it is done, or abort that transaction`,
        );
      }
    }
    await client.clock.sleep(POLL_MS, client.signal);
  }
}

/** The other transaction in words; with resource and stack, when it is a publication of this tool. */
async function describeOther(client: YtClient, winner: WinnerTransaction): Promise<string> {
  // It may have ended meanwhile, or be of another tool.
  const resource = await findValue(client, `#${winner.transactionId}/@ytcode_resource`);
  const stack = await findValue(client, `#${winner.transactionId}/@ytcode_stack`);
  const who =
    typeof resource === "string" && typeof stack === "string"
      ? `, for resource "${resource}" of stack "${stack}"`
      : "";
  return `${describeWinner(winner)}${who}`;
}
