/** The entry points that a stage's own `config.yaml` names, in place of `mapper.py` and `reducer.py`. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../../../common/errors/user-error.ts";
import { hasCode, isMissing } from "../../../common/files/file-errors.ts";
import { isRecord } from "../../../common/values/is-record.ts";
import { readValues } from "../configuration/interpolation/read-values.ts";
import type { UsedVariable } from "../configuration/interpolation/read-values.ts";
import type { Shape } from "../configuration/interpolation/shape.ts";
import { OPERATIONS } from "./operations.ts";
import type { NamedScripts, Operation } from "./operations.ts";

/** The keys of a stage's configuration: all that yt-framework 1.4.4 reads (`operations/_internal/upload_wrappers.py`). */
const KEYS: Readonly<Partial<Record<Operation, readonly [section: string, key: string]>>> = {
  reduce: ["reduce_command", "reducer_script"],
  map_reduce_mapper: ["map_reduce_command", "mapper_script"],
  map_reduce_reducer: ["map_reduce_command", "reducer_script"],
};

/** Those keys: in no other values are interpolations looked at. */
const SHAPE: Shape = {
  keys: {
    job: {
      keys: {
        reduce_command: { keys: { reducer_script: "value" } },
        map_reduce_command: { keys: { mapper_script: "value", reducer_script: "value" } },
      },
    },
  },
};

/** What a stage's configuration says of its entry points. */
export interface ScriptsRead {
  readonly scripts: NamedScripts;
  /** Environment variables that they were made with, each with the file and key. */
  readonly variables: readonly UsedVariable[];
  /** Why it could not be read; undefined when it could. */
  readonly problem: string | undefined;
}

/** The key that names the script of an operation, as a path: `"job.reduce_command.reducer_script"`. */
export function scriptKey(operation: Operation): string {
  return ["job", ...(KEYS[operation] ?? [])].join(".");
}

/**
 * Reads the scripts that a stage's configuration names, `${…}` in them resolved. Whether they are there is not looked at.
 * The rest of the file is the user's: one that does not parse is a problem to tell of and no error,
 * as the stages of many pipelines never read theirs.
 *
 * @param file absolute path of the `config.yaml`; it need not be there
 * @param name how to name it in messages: `"stages/train/config.yaml"`
 */
export async function readNamedScripts(file: string, name: string): Promise<ScriptsRead> {
  const text = await readText(file);
  // Parsing costs more than all else that is done for a small stage, and few name a script.
  if (!text.includes("_script")) {
    return { scripts: {}, variables: [], problem: undefined };
  }
  try {
    const { value, variables } = await readValues(text, { name: `"${name}"` }, SHAPE);
    return {
      scripts: scriptsIn(value, name),
      variables: variables.map((used) => ({ ...used, key: `${name}: ${used.key}` })),
      problem: undefined,
    };
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    return { scripts: {}, variables: [], problem: error.message };
  }
}

/** A file that cannot be read is refused when it is listed or packed, unless rules exclude it. */
async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (isMissing(error) || ["EISDIR", "EACCES", "ELOOP"].some((code) => hasCode(error, code))) {
      return "";
    }
    throw error;
  }
}

function scriptsIn(document: unknown, name: string): NamedScripts {
  const scripts: Partial<Record<Operation, string>> = {};
  for (const operation of OPERATIONS) {
    const [section = "", key = ""] = KEYS[operation] ?? [];
    const value = fieldOf(fieldOf(fieldOf(document, "job"), section), key);
    if (value === undefined || value === null || value === "") {
      continue;
    }
    if (typeof value !== "string") {
      throw new UserError(`Cannot use "${name}" as ${scriptKey(operation)} must be a string`);
    }
    scripts[operation] = path.posix.normalize(value);
  }
  return scripts;
}

function fieldOf(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined;
}
