/** Puts a file together of others inside the cluster: each attempt in a nested transaction of its own. */
import type { YtClient } from "./client-types.ts";
import { COMMANDS } from "./commands.ts";
import type { Connection } from "./connection.ts";
import { withTransaction } from "./transaction.ts";

/**
 * See `YtClient.concatenate`. A mutation id does not cover the command, and one that is still under way holds a
 * lock: as with uploads, the abort of the attempt's transaction removes both.
 */
export async function concatenate(
  client: YtClient,
  connection: Connection,
  sourcePaths: readonly string[],
  path: string,
  attributes: Readonly<Record<string, unknown>>,
): Promise<void> {
  const action = `put "${path}" together`;
  const options = { title: `Put ${path} together`, startsOver: true };
  await connection.retrying({ kind: "light", action, signal: client.signal }, async () =>
    withTransaction(client, options, async (transaction) => {
      const { transactionId: transaction_id, signal } = transaction;
      await transaction.create("file", path, { force: true, attributes });
      const parameters = { source_paths: sourcePaths, destination_path: path, transaction_id };
      await connection.send({ command: COMMANDS.concatenate, action, path, parameters, signal });
    }),
  );
}
