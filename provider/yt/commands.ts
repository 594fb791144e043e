/** The commands of the HTTP API that the client sends (v4 names; docs/yt-http-api.md, section 6). */
import { BYTES, COMMITTED, field, isId, isList, NOTHING, TRUTH } from "./answer-forms.ts";
import type { AnswerForm } from "./answer-forms.ts";

/** A structured input makes a command a PUT, a change a POST, anything else a GET. */
export interface Command {
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT";
  /** Takes a mutation id, so that a repetition is recognised. */
  readonly hasMutationId: boolean;
  /** A repetition gets a mutation id of its own, so that nothing of the attempt before is given again. @default false */
  readonly isStartedAnew?: boolean;
  /** Is not repeated by itself, as the cluster does not recognise a repetition: whoever sends it repeats more. @default false */
  readonly isSentOnce?: boolean;
  /** What a success looks like. */
  readonly answer: AnswerForm;
}

export const COMMANDS = {
  exists: { name: "exists", method: "GET", hasMutationId: false, answer: TRUTH },
  get: { name: "get", method: "GET", hasMutationId: false, answer: field("value") },
  list: { name: "list", method: "GET", hasMutationId: false, answer: field("value", isList) },
  set: { name: "set", method: "PUT", hasMutationId: true, answer: NOTHING },
  multisetAttributes: {
    name: "multiset_attributes",
    method: "PUT",
    hasMutationId: true,
    answer: NOTHING,
  },
  create: { name: "create", method: "POST", hasMutationId: true, answer: field("node_id", isId) },
  remove: { name: "remove", method: "POST", hasMutationId: true, answer: NOTHING },
  copy: { name: "copy", method: "POST", hasMutationId: true, answer: field("node_id", isId) },
  move: { name: "move", method: "POST", hasMutationId: true, answer: field("node_id", isId) },
  lock: { name: "lock", method: "POST", hasMutationId: true, answer: field("node_id", isId) },
  // The first answer, given again after an outage, would name a transaction that nobody has pinged since;
  // one that is never named holds no lock, and times out by itself.
  startTransaction: {
    name: "start_transaction",
    method: "POST",
    hasMutationId: true,
    isStartedAnew: true,
    answer: field("transaction_id", isId),
  },
  pingTransaction: {
    name: "ping_transaction",
    method: "POST",
    hasMutationId: false,
    answer: NOTHING,
  },
  commitTransaction: {
    name: "commit_transaction",
    method: "POST",
    hasMutationId: true,
    answer: COMMITTED,
  },
  abortTransaction: {
    name: "abort_transaction",
    method: "POST",
    hasMutationId: true,
    answer: NOTHING,
  },
  executeBatch: {
    name: "execute_batch",
    method: "POST",
    hasMutationId: true,
    answer: field("results", (value) => Array.isArray(value)),
  },
  concatenate: {
    name: "concatenate",
    method: "POST",
    hasMutationId: false,
    isSentOnce: true,
    answer: NOTHING,
  },
  // Mutation ids do not cover write_file (docs/yt-http-api.md, section 10): it is repeated in a fresh
  // nested transaction instead.
  writeFile: { name: "write_file", method: "PUT", hasMutationId: false, answer: NOTHING },
  readFile: { name: "read_file", method: "GET", hasMutationId: false, answer: BYTES },
} as const satisfies Record<string, Command>;
