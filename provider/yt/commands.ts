/** The commands of the HTTP API that the client sends (v4 names; docs/yt-http-api.md, section 6). */

/** A structured input makes a command a PUT, a change a POST, anything else a GET. */
export interface Command {
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT";
  /** Takes a mutation id, so that a repetition is recognised. */
  readonly hasMutationId: boolean;
}

export const COMMANDS = {
  exists: { name: "exists", method: "GET", hasMutationId: false },
  get: { name: "get", method: "GET", hasMutationId: false },
  list: { name: "list", method: "GET", hasMutationId: false },
  set: { name: "set", method: "PUT", hasMutationId: true },
  multisetAttributes: { name: "multiset_attributes", method: "PUT", hasMutationId: true },
  create: { name: "create", method: "POST", hasMutationId: true },
  remove: { name: "remove", method: "POST", hasMutationId: true },
  copy: { name: "copy", method: "POST", hasMutationId: true },
  move: { name: "move", method: "POST", hasMutationId: true },
  lock: { name: "lock", method: "POST", hasMutationId: true },
  startTransaction: { name: "start_transaction", method: "POST", hasMutationId: true },
  pingTransaction: { name: "ping_transaction", method: "POST", hasMutationId: false },
  commitTransaction: { name: "commit_transaction", method: "POST", hasMutationId: true },
  abortTransaction: { name: "abort_transaction", method: "POST", hasMutationId: true },
  // Mutation ids do not cover write_file (docs/yt-http-api.md, section 10): it is repeated in a fresh
  // nested transaction instead.
  writeFile: { name: "write_file", method: "PUT", hasMutationId: false },
  readFile: { name: "read_file", method: "GET", hasMutationId: false },
} as const satisfies Record<string, Command>;
