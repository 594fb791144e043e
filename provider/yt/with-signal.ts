/** A client that stops for one more reason. */
import type { YtClient } from "./client-types.ts";

/** The client, stopped by its own signal and by another one. */
export function withSignal(client: YtClient, signal: AbortSignal | undefined): YtClient {
  const signals = [client.signal, signal].filter((item) => item !== undefined);
  return signals.length === 0
    ? client
    : client.scoped({ transactionId: client.transactionId, signal: AbortSignal.any(signals) });
}
