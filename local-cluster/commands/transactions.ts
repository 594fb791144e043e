/** The commands `start_transaction`, `ping_transaction`, `commit_transaction`, `abort_transaction`. */
import { createId } from "../objects/ids.ts";
import { timestampNow } from "../objects/time.ts";
import { genericError, notEmulatedError } from "../errors/yt-error.ts";
import { Transaction, chainOf } from "../transactions/transaction.ts";
import * as yson from "../../common/yson/value.ts";
import { emptyOutput, fieldOutput } from "./command.ts";
import type { CommandContext, Output } from "./command.ts";
import type { Parameters } from "./parameters.ts";

const DEFAULT_TIMEOUT_MS = 15_000;
const MAX_TIMEOUT_MS = 60 * 60 * 1000;
const MAX_DEPTH = 32;

/** `start_transaction`; `transaction_id` names the parent. */
export function startTransaction(context: CommandContext): Output {
  const { parameters, cluster, user } = context;
  const parent = context.transaction;
  const type = parameters.findString("type") ?? "master";
  if (type !== "master") {
    throw notEmulatedError(`transactions of type "${type}"`);
  }
  if (chainOf(parent).length >= MAX_DEPTH) {
    throw genericError(`Transaction depth limit reached: limit is ${MAX_DEPTH}`);
  }
  const timeoutMs = parameters.findInteger("timeout") ?? DEFAULT_TIMEOUT_MS;
  const transaction = new Transaction({
    id: createId(parent === undefined ? "transaction" : "nested_transaction"),
    parent,
    owner: user,
    timeoutMs: Math.min(timeoutMs, MAX_TIMEOUT_MS),
    deadline: readDeadline(parameters),
    attributes: parameters.map("attributes"),
    startTime: timestampNow(),
    prerequisites: parameters
      .list("prerequisite_transaction_ids")
      .flatMap((id) => (id.type === "string" ? [id.value] : [])),
  });
  cluster.objects.transactions.add(transaction);
  return fieldOutput("transaction_id", yson.string(transaction.id));
}

/** ISO 8601, or milliseconds since 1970. */
function readDeadline(parameters: Parameters): number | undefined {
  const value = parameters.find("deadline");
  if (value === undefined) {
    return undefined;
  }
  const deadline =
    value.type === "string" ? Date.parse(value.value) : parameters.findInteger("deadline");
  if (deadline === undefined || Number.isNaN(deadline)) {
    throw genericError("Error reading parameter /deadline: expected an ISO 8601 time");
  }
  return deadline;
}

/** `ping_transaction` */
export function pingTransaction(context: CommandContext): Output {
  const transaction = requireTransaction(context);
  const withAncestors = context.parameters.boolean("ping_ancestor_transactions");
  for (const pinged of withAncestors ? chainOf(transaction) : [transaction]) {
    context.cluster.objects.transactions.ping(pinged);
  }
  return emptyOutput();
}

/** `commit_transaction`: a second time it fails, unless it repeats the mutation id. */
export function commitTransaction(context: CommandContext): Output {
  const output = emptyOutput();
  context.cluster.store.commit(requireTransaction(context), context.recordOf(output));
  return output;
}

/** `abort_transaction`: of a finished transaction it succeeds. */
export function abortTransaction(context: CommandContext): Output {
  const { objects, store } = context.cluster;
  const id = context.parameters.string("transaction_id").toLowerCase();
  const transaction = objects.transactions.find(id);
  if (transaction !== undefined) {
    store.abort(transaction);
  }
  return emptyOutput();
}

function requireTransaction(context: CommandContext): Transaction {
  const { transaction } = context;
  if (transaction === undefined) {
    throw genericError("Missing required parameter /transaction_id");
  }
  return transaction;
}
