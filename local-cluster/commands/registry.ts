/** The commands of a cluster, as `/api/v3` and `/api/v4` list them. */
import { defineCommand } from "./command.ts";
import type { ApiVersion, Command, Output } from "./command.ts";
import { copy, move } from "./copy.ts";
import { create } from "./create.ts";
import { getFileFromCache, putFileToCache } from "./file-cache.ts";
import { concatenate, readFile, writeFile } from "./files.ts";
import { link } from "./link.ts";
import { lock, unlock } from "./lock.ts";
import {
  checkPermission,
  getCurrentUser,
  getSupportedFeatures,
  parseYpath,
} from "./miscellaneous.ts";
import { NOT_EMULATED_COMMANDS } from "./not-emulated.ts";
import { OPERATION_TYPES, startOperation } from "./operations/start.ts";
import { exists, get, list } from "./read.ts";
import { remove } from "./remove.ts";
import { multisetAttributes, set } from "./set.ts";
import {
  abortTransaction,
  commitTransaction,
  pingTransaction,
  startTransaction,
} from "./transactions.ts";

/** A command that only reads. */
function readCommand(name: string, run: Command["run"]): Command {
  return defineCommand(name, run, { volatile: false });
}

/** A command that changes something. */
function mutatingCommand(
  name: string,
  run: Command["run"],
  details: Partial<Command> = {},
): Command {
  return defineCommand(name, run, { volatile: true, ...details });
}

/** `execute_batch` runs other commands, so the dispatcher does it; the rest run by themselves. */
export const BATCH_COMMAND = "execute_batch";

const SILENT_IN_V3 = { v3Output: "null" } as const;

const COMMANDS: readonly Command[] = [
  ...NOT_EMULATED_COMMANDS,
  mutatingCommand("start_transaction", startTransaction, { v3Name: "start_tx" }),
  mutatingCommand("ping_transaction", pingTransaction, { v3Name: "ping_tx", ...SILENT_IN_V3 }),
  mutatingCommand("commit_transaction", commitTransaction, {
    v3Name: "commit_tx",
    ...SILENT_IN_V3,
  }),
  mutatingCommand("abort_transaction", abortTransaction, { v3Name: "abort_tx", ...SILENT_IN_V3 }),
  mutatingCommand("create", create),
  mutatingCommand("remove", remove, SILENT_IN_V3),
  mutatingCommand("set", set, { input: "structured", ...SILENT_IN_V3 }),
  mutatingCommand("multiset_attributes", multisetAttributes, {
    input: "structured",
    versions: ["v4"],
  }),
  mutatingCommand("copy", copy),
  mutatingCommand("move", move),
  mutatingCommand("link", link),
  mutatingCommand("lock", lock),
  mutatingCommand("unlock", unlock, SILENT_IN_V3),
  mutatingCommand("concatenate", concatenate, { repeatable: false, ...SILENT_IN_V3 }),
  mutatingCommand("write_file", writeFile, {
    input: "binary",
    heavy: true,
    repeatable: false,
    ...SILENT_IN_V3,
  }),
  mutatingCommand("put_file_to_cache", putFileToCache),
  mutatingCommand(BATCH_COMMAND, runByDispatcher, { repeatable: false }),
  readCommand("get", get),
  readCommand("list", list),
  readCommand("exists", exists),
  readCommand("get_file_from_cache", getFileFromCache),
  readCommand("check_permission", checkPermission),
  readCommand("parse_ypath", parseYpath),
  readCommand("get_supported_features", getSupportedFeatures),
  defineCommand("get_current_user", getCurrentUser, { versions: ["v4"] }),
  defineCommand("read_file", readFile, { output: "binary", heavy: true }),
  mutatingCommand("start_operation", startOperation, { v3Name: "start_op" }),
  // Version 3 has a command for each type, too; "vanilla" came later.
  ...OPERATION_TYPES.filter((type) => type !== "vanilla").map((type) =>
    mutatingCommand(type, (context) => startOperation(context, type), { versions: ["v3"] }),
  ),
];

function runByDispatcher(): Output {
  throw new Error("The dispatcher runs batches itself");
}

/** The name of a command in a version of the API. */
export function commandName(command: Command, version: ApiVersion): string {
  return version === "v3" ? (command.v3Name ?? command.name) : command.name;
}

/** The command of a name, or undefined. */
export function findCommand(name: string, version: ApiVersion): Command | undefined {
  return BY_NAME[version].get(name);
}

/** All commands of a version of the API. */
export function listCommands(version: ApiVersion): readonly Command[] {
  return [...BY_NAME[version].values()];
}

const BY_NAME = { v3: byName("v3"), v4: byName("v4") } as const;

function byName(version: ApiVersion): ReadonlyMap<string, Command> {
  return new Map(
    COMMANDS.filter(({ versions }) => versions?.includes(version) ?? true).map((command) => [
      commandName(command, version),
      command,
    ]),
  );
}
