/** The commands that are emulated, as `/api/v3` and `/api/v4` list them. */
import type { ApiVersion, Command, CommandContext, Output } from "./command.ts";
import { copy, move } from "./copy.ts";
import { create } from "./create.ts";
import { getFileFromCache, putFileToCache } from "./file-cache.ts";
import { concatenate, readFile, writeFile } from "./files.ts";
import { link } from "./link.ts";
import { lock, unlock } from "./lock.ts";
import { checkPermission, getSupportedFeatures, parseYpath } from "./miscellaneous.ts";
import { exists, get, list } from "./read.ts";
import { remove } from "./remove.ts";
import { multisetAttributes, set } from "./set.ts";
import {
  abortTransaction,
  commitTransaction,
  pingTransaction,
  startTransaction,
} from "./transactions.ts";

type Run = (context: CommandContext) => Output | Promise<Output>;

/** A command that only reads. */
function readCommand(name: string, run: Run): Command {
  return defineCommand(name, run, { volatile: false });
}

/** A command that changes something. */
function mutatingCommand(name: string, run: Run, details: Partial<Command> = {}): Command {
  return defineCommand(name, run, { volatile: true, ...details });
}

/** A command with the usual properties but for the given ones. */
function defineCommand(name: string, run: Run, details: Partial<Command>): Command {
  return {
    name,
    run,
    input: "null",
    output: "structured",
    volatile: false,
    heavy: false,
    repeatable: true,
    ...details,
  };
}

/** `execute_batch` runs other commands, so the dispatcher does it; the rest run by themselves. */
export const BATCH_COMMAND = "execute_batch";

const COMMANDS: readonly Command[] = [
  mutatingCommand("start_transaction", startTransaction, { v3Name: "start_tx" }),
  mutatingCommand("ping_transaction", pingTransaction, { v3Name: "ping_tx" }),
  mutatingCommand("commit_transaction", commitTransaction, { v3Name: "commit_tx" }),
  mutatingCommand("abort_transaction", abortTransaction, { v3Name: "abort_tx" }),
  mutatingCommand("create", create),
  mutatingCommand("remove", remove),
  mutatingCommand("set", set, { input: "structured" }),
  mutatingCommand("multiset_attributes", multisetAttributes, { input: "structured" }),
  mutatingCommand("copy", copy),
  mutatingCommand("move", move),
  mutatingCommand("link", link),
  mutatingCommand("lock", lock),
  mutatingCommand("unlock", unlock),
  mutatingCommand("concatenate", concatenate, { repeatable: false }),
  mutatingCommand("write_file", writeFile, { input: "binary", heavy: true, repeatable: false }),
  mutatingCommand("put_file_to_cache", putFileToCache),
  mutatingCommand(BATCH_COMMAND, runByDispatcher, { repeatable: false }),
  readCommand("get", get),
  readCommand("list", list),
  readCommand("exists", exists),
  readCommand("get_file_from_cache", getFileFromCache),
  readCommand("check_permission", checkPermission),
  readCommand("parse_ypath", parseYpath),
  readCommand("get_supported_features", getSupportedFeatures),
  defineCommand("read_file", readFile, { output: "binary", heavy: true }),
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
  return COMMANDS.find((command) => commandName(command, version) === name);
}

/** All commands. */
export function listCommands(): readonly Command[] {
  return COMMANDS;
}
