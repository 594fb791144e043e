/** The client's light commands: what each sends, and how its answer is read. */
import type {
  ClientScope,
  CopyOptions,
  LightCommands,
  ListedNode,
  StartTransactionOptions,
  TransactionCommands,
} from "./client-types.ts";
import { COMMANDS } from "./commands.ts";
import type { Command } from "./commands.ts";
import type { CommandRequest } from "./connection.ts";
import { YtError } from "./errors/index.ts";
import { makeErrorNode, PROTOCOL_ERROR_CODE } from "./errors/yt-error.ts";
import { isRecord } from "../../common/values/is-record.ts";
import { decodeWithAttributes, decodeYtJson } from "./json.ts";

/** Sends one light command. @returns the parsed answer */
export type SendCommand = (request: CommandRequest) => Promise<unknown>;

type Parameters = Readonly<Record<string, unknown>>;

/** The commands about transactions in a scope, but for the abort. */
export function createTransactionCommands(
  sendCommand: SendCommand,
  scope: ClientScope,
  proxy: string,
): Omit<TransactionCommands, "abortTransaction"> {
  const { send, id } = createSenders(sendCommand, scope, proxy);
  return {
    startTransaction: async ({ title, timeoutMs, attributes = {} }: StartTransactionOptions) => {
      const action = `start transaction "${title}"`;
      const parameters = { timeout: timeoutMs, attributes: { ...attributes, title } };
      const answer = await send(COMMANDS.startTransaction, action, undefined, parameters);
      return id(answer, "transaction_id", action);
    },
    pingTransaction: async (pinged) => {
      const action = `ping transaction ${pinged}`;
      await send(COMMANDS.pingTransaction, action, undefined, { transaction_id: pinged });
    },
    commitTransaction: async (committed) => {
      const action = `commit transaction ${committed}`;
      await send(COMMANDS.commitTransaction, action, undefined, { transaction_id: committed });
    },
  };
}

/** The light commands in a scope, however they are sent: each for itself, or many at once. */
export function createLightCommands(
  sendCommand: SendCommand,
  scope: ClientScope,
  proxy: string,
): LightCommands {
  const { send, field, id } = createSenders(sendCommand, scope, proxy);
  const transfer = async (
    command: Command,
    action: string,
    sourcePath: string,
    destinationPath: string,
    { recursive = false, force = false }: CopyOptions,
  ): Promise<string> => {
    const parameters = {
      source_path: sourcePath,
      destination_path: destinationPath,
      recursive,
      force,
    };
    return id(await send(command, action, destinationPath, parameters), "node_id", action);
  };

  return {
    proxy,
    exists: async (path) => {
      const action = `look for "${path}"`;
      return field(await send(COMMANDS.exists, action, path, { path }), "value", action) === true;
    },
    get: async (path) => {
      const action = `read "${path}"`;
      return decodeYtJson(field(await send(COMMANDS.get, action, path, { path }), "value", action));
    },
    getAttributes: async (path, names) => {
      const action = `read attributes of "${path}"`;
      const answer = await send(COMMANDS.get, action, path, { path, attributes: names });
      return decodeWithAttributes(field(answer, "value", action)).attributes;
    },
    list: async (path, attributeNames = []) => {
      const action = `list "${path}"`;
      const answer = await send(COMMANDS.list, action, path, { path, attributes: attributeNames });
      return (
        parseList(field(answer, "value", action)) ?? throwBadAnswer("complete list", action, proxy)
      );
    },
    set: async (path, value) => {
      await send(COMMANDS.set, `set "${path}"`, path, { path }, value);
    },
    multisetAttributes: async (path, attributes) => {
      const parameters = { path: `${path}/@` };
      const action = `set attributes of "${path}"`;
      await send(COMMANDS.multisetAttributes, action, path, parameters, attributes);
    },
    create: async (type, path, options = {}) => {
      const { recursive = false, ignoreExisting = false, force = false, attributes = {} } = options;
      const action = `create "${path}"`;
      const parameters = {
        type,
        path,
        attributes,
        recursive,
        ignore_existing: ignoreExisting,
        force,
      };
      return id(await send(COMMANDS.create, action, path, parameters), "node_id", action);
    },
    remove: async (path, { recursive = false, force = false } = {}) => {
      await send(COMMANDS.remove, `remove "${path}"`, path, { path, recursive, force });
    },
    copy: async (from, to, options = {}) =>
      transfer(COMMANDS.copy, `copy "${from}" to "${to}"`, from, to, options),
    move: async (from, to, options = {}) =>
      transfer(COMMANDS.move, `move "${from}" to "${to}"`, from, to, options),
    lock: async (path, { mode, childKey, attributeKey }) => {
      const action = `lock "${path}"`;
      const parameters = {
        path,
        mode,
        ...(childKey === undefined ? {} : { child_key: childKey }),
        ...(attributeKey === undefined ? {} : { attribute_key: attributeKey }),
      };
      return id(await send(COMMANDS.lock, action, path, parameters), "node_id", action);
    },
  };
}

function createSenders(
  sendCommand: SendCommand,
  { transactionId, signal }: ClientScope,
  proxy: string,
) {
  const inScope = transactionId === undefined ? {} : { transaction_id: transactionId };

  const send = async (
    command: Command,
    action: string,
    path: string | undefined,
    parameters: Parameters,
    input?: unknown,
  ): Promise<unknown> =>
    sendCommand({
      command,
      action,
      path,
      parameters: { ...inScope, ...parameters },
      input,
      signal,
    });
  const field = (answer: unknown, name: string, action: string): unknown =>
    isRecord(answer) && name in answer ? answer[name] : throwBadAnswer(`"${name}"`, action, proxy);
  const id = (answer: unknown, name: string, action: string): string => {
    const found = field(answer, name, action);
    return typeof found === "string" ? found : throwBadAnswer(`"${name}"`, action, proxy);
  };
  return { send, field, id };
}

/** The children in an answer of `list`; `undefined` when there are not all of them. */
function parseList(json: unknown): readonly ListedNode[] | undefined {
  const attributes = isRecord(json) ? json["$attributes"] : undefined;
  const items = isRecord(json) ? json["$value"] : json;
  // The cluster cuts long lists and marks them as incomplete: an error is better than missing children.
  if (!Array.isArray(items) || (isRecord(attributes) && attributes["incomplete"] === true)) {
    return undefined;
  }
  return items
    .map((item) => decodeWithAttributes(item))
    .map((item) => ({ name: String(item.value), attributes: item.attributes }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** For a 200 without what the API promises: some other program answers at this address. */
function throwBadAnswer(wanted: string, action: string, proxy: string): never {
  const message = `its answer holds no ${wanted}: check that yt:proxy is a YTsaurus HTTP proxy`;
  throw new YtError({ action, proxy, answer: makeErrorNode(PROTOCOL_ERROR_CODE, message) });
}
