/** The commands `lock` and `unlock`. */
import { createId } from "../objects/ids.ts";
import { timestampNow } from "../objects/time.ts";
import type { CypressNode } from "../objects/node.ts";
import { resolveNode } from "../cypress/resolve.ts";
import { genericError } from "../errors/yt-error.ts";
import type { LockMode, LockRequest } from "../locks/lock.ts";
import { assertPermission } from "../security/permission.ts";
import type { Transaction } from "../transactions/transaction.ts";
import * as yson from "../../common/yson/value.ts";
import { emptyOutput } from "./command.ts";
import type { CommandContext, Output } from "./command.ts";
import type { Parameters } from "./parameters.ts";

/** `lock`: locks a node for the transaction, or with `waitable` waits for its turn. */
export function lock(context: CommandContext): Output {
  const { parameters } = context;
  const transaction = requireTransaction(context);
  const request = readRequest(parameters);
  const waiting = parameters.boolean("waitable")
    ? findNodeToWaitFor(context, transaction, request)
    : undefined;
  if (waiting !== undefined) {
    const id = createId("lock");
    context.cluster.objects.locks.add({
      id,
      nodeId: waiting.id,
      request,
      explicit: true,
      transactionId: transaction.id,
      state: "pending",
      creationTime: timestampNow(),
    });
    return lockOutput(id, waiting.id, 0);
  }
  return context.mutate((mutation) => {
    const { node } = resolveNode(mutation, parameters.path("path"), { method: "Lock" });
    assertPermission(mutation, context.user, node, permissionFor(request.mode));
    context.use(node, "node");
    const id = mutation.lockExplicitly(node, request, transaction);
    return lockOutput(id, node.id, mutation.stateOf(node).revision);
  });
}

/** The node, if its lock has to be waited for. */
function findNodeToWaitFor(
  context: CommandContext,
  transaction: Transaction,
  request: LockRequest,
): CypressNode | undefined {
  const { locks } = context.cluster.objects;
  const view = context.view();
  const { node } = resolveNode(view, context.parameters.path("path"), { method: "Lock" });
  assertPermission(view, context.user, node, permissionFor(request.mode));
  return locks.mustWait(node.id, transaction.id, request) ? node : undefined;
}

/** `unlock`: removes explicit locks on a node before the transaction ends. */
export function unlock(context: CommandContext): Output {
  const transaction = requireTransaction(context);
  const { objects, store } = context.cluster;
  const view = context.view();
  const { node } = resolveNode(view, context.parameters.path("path"), { method: "Unlock" });
  const own = objects.locks
    .ofTransaction(transaction.id)
    .filter((held) => held.nodeId === node.id && held.explicit);
  if (transaction.changes.has(node.id) && own.some((held) => held.request.mode !== "snapshot")) {
    throw genericError(
      `Cannot unlock modified node ${view.pathOf(node)}: its changes are not committed yet`,
    );
  }
  store.unlock(transaction, own);
  return emptyOutput();
}

function requireTransaction(context: CommandContext): Transaction {
  const { transaction } = context;
  if (transaction === undefined) {
    throw genericError("A valid master transaction is required");
  }
  return transaction;
}

function lockOutput(lockId: string, nodeId: string, revision: number): Output {
  return {
    type: "structured",
    v3: yson.string(lockId),
    v4: yson.map({
      lock_id: yson.string(lockId),
      node_id: yson.string(nodeId),
      revision: yson.uint64(revision),
    }),
  };
}

function readRequest(parameters: Parameters): LockRequest {
  const mode = lockMode(parameters.findString("mode") ?? "exclusive");
  const childKey = parameters.findString("child_key");
  const attributeKey = parameters.findString("attribute_key");
  if (mode !== "shared" && (childKey !== undefined || attributeKey !== undefined)) {
    throw genericError("Only shared locks may have a key");
  }
  if (childKey !== undefined && attributeKey !== undefined) {
    throw genericError("Cannot specify both child key and attribute key");
  }
  return { mode, childKey, attributeKey };
}

function lockMode(text: string): LockMode {
  if (text === "exclusive" || text === "shared" || text === "snapshot") {
    return text;
  }
  throw genericError(`Invalid lock mode "${text}"`);
}

function permissionFor(mode: LockMode) {
  return mode === "snapshot" ? "read" : "write";
}
