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

/** Answers without changing anything. */
function reading(name: string, run: Run): Command {
  return describe(name, run, { volatile: false });
}

/** Changes something. */
function changing(name: string, run: Run, details: Partial<Command> = {}): Command {
  return describe(name, run, { volatile: true, ...details });
}

function describe(name: string, run: Run, details: Partial<Command>): Command {
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
  changing("start_transaction", startTransaction, { v3Name: "start_tx" }),
  changing("ping_transaction", pingTransaction, { v3Name: "ping_tx" }),
  changing("commit_transaction", commitTransaction, { v3Name: "commit_tx" }),
  changing("abort_transaction", abortTransaction, { v3Name: "abort_tx" }),
  changing("create", create),
  changing("remove", remove),
  changing("set", set, { input: "structured" }),
  changing("multiset_attributes", multisetAttributes, { input: "structured" }),
  changing("copy", copy),
  changing("move", move),
  changing("link", link),
  changing("lock", lock),
  changing("unlock", unlock),
  changing("concatenate", concatenate, { repeatable: false }),
  changing("write_file", writeFile, { input: "binary", heavy: true, repeatable: false }),
  changing("put_file_to_cache", putFileToCache),
  changing(BATCH_COMMAND, unreachable, { repeatable: false }),
  reading("get", get),
  reading("list", list),
  reading("exists", exists),
  reading("get_file_from_cache", getFileFromCache),
  reading("check_permission", checkPermission),
  reading("parse_ypath", parseYpath),
  reading("get_supported_features", getSupportedFeatures),
  describe("read_file", readFile, { output: "binary", heavy: true }),
];

function unreachable(): Output {
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

/** All of them. */
export function listCommands(): readonly Command[] {
  return COMMANDS;
}
