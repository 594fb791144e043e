/** The command `start_operation`: checks what a specification names and keeps it; nothing is run. */
import { createAt } from "../create.ts";
import type { CommandContext, Output } from "../command.ts";
import { parsePath } from "../../cypress/path.ts";
import { YtError, ERROR_CODE, genericError } from "../../errors/yt-error.ts";
import { createId } from "../../objects/ids.ts";
import { timestamp, timestampNow } from "../../objects/time.ts";
import type { ByteString } from "../../../common/yson/byte-string.ts";
import * as yson from "../../../common/yson/value.ts";
import type { YsonMap } from "../../../common/yson/value.ts";
import { checkPaths } from "./check-paths.ts";
import { OPERATION_TYPES, readSpecificationPaths } from "./specification.ts";
import type { OperationType } from "./specification.ts";

export { OPERATION_TYPES } from "./specification.ts";

/** How long a specification is kept, in milliseconds: a week. */
const KEEP_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * `start_operation`. Unlike on the cluster it starts nothing: it keeps what arrived where the cluster keeps it,
 * `//sys/operations/<xx>/<id>`, and answers with an error that says so.
 *
 * @param type of the operation; by default what the parameter `operation_type` says
 */
export function startOperation(context: CommandContext, type?: OperationType): Output {
  const { parameters } = context;
  const operationType = type ?? readType(parameters.string("operation_type"));
  const spec = parameters.map("spec");
  checkPaths(context, readSpecificationPaths(operationType, spec));
  const id = createId("operation");
  const path = operationPath(id);
  keep(context, path, operationType, spec);
  throw new YtError(
    ERROR_CODE.generic,
    `Operations are not emulated by the local cluster: this one does not run; its specification is kept in ${path}/@spec`,
    { attributes: { operation_id: yson.string(id), path: yson.string(path) } },
  );
}

function readType(text: ByteString): OperationType {
  const type = OPERATION_TYPES.find((known) => known === text);
  if (type === undefined) {
    throw genericError(`Error parsing EOperationType value "${text}"`);
  }
  return type;
}

/** Where the cluster keeps an operation (yt/yt/ytlib/scheduler/helpers.cpp): by the lowest byte of its id. */
function operationPath(id: string): ByteString {
  const lowest = Number.parseInt(id.split("-").at(-1) ?? "0", 16) % 256;
  return `//sys/operations/${lowest.toString(16).padStart(2, "0")}/${id}`;
}

/** The scheduler does this in its own name, and in no transaction of the user's. */
function keep(context: CommandContext, path: ByteString, type: OperationType, spec: YsonMap): void {
  // What jobs get as secrets is not for everybody who reads specifications.
  const shown = new Map([...spec].filter(([name]) => name !== "secure_vault"));
  const attributes = {
    operation_type: yson.string(type),
    spec: yson.map(shown),
    authenticated_user: yson.string(context.user),
    start_time: yson.string(timestampNow()),
    state: yson.string("failed"),
    expiration_time: yson.string(timestamp(Date.now() + KEEP_MS)),
  };
  context.cluster.store.mutate(undefined, (mutation) => {
    const options = { method: "Create", recursive: true, force: false, user: "root" };
    const node = createAt(mutation, parsePath(path), "map_node", options);
    for (const [name, value] of Object.entries(attributes)) {
      mutation.setAttribute(node, name, value);
    }
  });
}
