/** Making faults happen to requests, see `faults.ts`. */
import { setTimeout as delay } from "node:timers/promises";
import { bytesFromText } from "../../common/yson/byte-string.ts";
import { YtError } from "../errors/yt-error.ts";
import { ExchangeEnded } from "./exchange.ts";
import type { Exchange } from "./exchange.ts";
import type { FaultControl, FaultPlan, FaultRequest } from "./faults.ts";

/** Where faults come from, and what they may do. */
interface FaultSource {
  readonly faults: FaultPlan;
  readonly faultControl: FaultControl;
}

/**
 * Answers a request, unless a fault answers it instead.
 *
 * @param answer calls its argument when the command is done and its answer has not begun
 */
export async function withFault(
  exchange: Exchange,
  { faults, faultControl }: FaultSource,
  request: FaultRequest,
  answer: (beforeAnswer: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const fault = faults.take(request);
  exchange.fault = fault;
  const after = fault?.when === "after";
  const apply = () => applyFault(exchange, request, faultControl);
  if (fault !== undefined && !after && (await apply())) {
    return;
  }
  await answer(async () => {
    if (after && (await apply())) {
      throw new ExchangeEnded("The fault has answered");
    }
  });
}

/** Does what the fault says. @returns whether the request needs no other answer */
async function applyFault(
  exchange: Exchange,
  request: FaultRequest,
  control: FaultControl,
): Promise<boolean> {
  const action = exchange.fault?.action;
  switch (action?.type) {
    case "status":
      await exchange.sendFault(action.status, action.body ?? "", action.headers ?? {});
      return true;
    case "error": {
      const { code, message, status = 400, headers } = action;
      await exchange.sendError(
        new YtError(code, bytesFromText(message), { httpStatus: status }),
        headers,
      );
      return true;
    }
    case "reset":
      // With a number of bytes it happens while the body is read, see `Exchange.body()`.
      return action.afterRequestBytes === undefined || exchange.fault?.when === "after"
        ? exchange.resetConnection()
        : false;
    case "hang":
      return true;
    case "delay":
      await delay(action.delayMs, undefined, { ref: false });
      return false;
    case "expire":
      if (request.transactionId !== undefined) {
        control.expire(request.transactionId, action.outermost ?? false);
      }
      return false;
    case "diskFull":
      control.fillDisk(action.writes ?? 1);
      return false;
    case "down":
      if (action.answered === true) {
        exchange.onAnswered(() => control.goDown(action.durationMs, false));
        return false;
      }
      control.goDown(action.durationMs, true);
      return true;
    case "kill":
      return process.kill(process.pid, "SIGKILL");
    case "slow":
    case "truncate":
    case "trailer":
    case undefined:
      return false;
  }
}
