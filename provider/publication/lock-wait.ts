import { describeWinner, findValue, LockConflictError } from "../yt/index.ts";
import type { WinnerTransaction, YtClient } from "../yt/index.ts";
import { UserError } from "../../common/errors/user-error.ts";

/** How often a taken lock is asked for again. */
const POLL_MS = 200;
/** Nothing is said of a shorter wait: pipelines under one new folder wait for each other briefly. */
const QUIET_MS = 1000;
/** A dead transaction ends a little after its timeout. */
const GRACE_MS = 2000;
/** Assumed where the cluster does not tell the other transaction's timeout. */
const UNKNOWN_TIMEOUT_MS = 60_000;

/**
 * Takes locks that another transaction may hold. The other one may be that of a killed process,
 * which nobody pings any more, so it is given its timeout to end by itself.
 *
 * @param action takes the locks; repeated as a whole
 * @throws UserError that names the other publication, when it is alive after all
 */
export async function waitForLock(
  client: YtClient,
  buildFolder: string,
  log: (line: string) => void,
  action: () => Promise<void>,
): Promise<void> {
  let waiting:
    { readonly transactionId: string; readonly sinceMs: number; said: boolean } | undefined;
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
        waiting = { transactionId: winner.transactionId, sinceMs: nowMs, said: false };
      }
      const waitedMs = nowMs - waiting.sinceMs;
      if (waitedMs >= QUIET_MS && !waiting.said) {
        waiting.said = true;
        log(`[Upload] Waiting for ${await describeOther(client, winner)}...`);
      }
      if (waitedMs > (winner.timeoutMs ?? UNKNOWN_TIMEOUT_MS) + GRACE_MS) {
        throw new UserError(
          `Cannot change "${buildFolder}" on cluster "${client.proxy}" as it is locked by ` +
            `${await describeOther(client, winner)}: wait until it is done, or abort that transaction`,
        );
      }
    }
    await client.clock.sleep(POLL_MS, client.signal);
  }
}

/** The other transaction in words; for one of ours, with resource and stack. */
async function describeOther(client: YtClient, winner: WinnerTransaction): Promise<string> {
  // It may have ended meanwhile, or be nobody's of ours.
  const resource = await findValue(client, `#${winner.transactionId}/@ytcode_resource`);
  const stack = await findValue(client, `#${winner.transactionId}/@ytcode_stack`);
  const who =
    typeof resource === "string" && typeof stack === "string"
      ? `, for resource "${resource}" of stack "${stack}"`
      : "";
  return `${describeWinner(winner)}${who}`;
}
