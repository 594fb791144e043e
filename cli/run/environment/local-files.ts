/** Files that a job finds in its sandbox beside the code, taken from this machine: its checkpoint, its `file_paths`. */
import path from "node:path";
import { UserError } from "../../../common/errors/user-error.ts";
import { exists } from "../../../common/files/exists.ts";
import { userPath } from "../../user-directory.ts";
import type { StageConfiguration } from "./stage-configuration.ts";

/** A file or directory for the sandbox. */
export interface LocalFile {
  /** Absolute path. */
  readonly source: string;
  /** Its path in the sandbox, relative. */
  readonly name: string;
}

/**
 * The checkpoint of a stage: `client.local_checkpoint_path`, else `checkpoint.local_checkpoint_path` of
 * the operation or of another one, as upstream looks for it. Its name for the job is `job.model_name`,
 * as on the cluster.
 *
 * @param operation the operation's key: `map_reduce`
 * @param warn takes a line when it is named but not there
 * @returns undefined when there is none
 * @throws {UserError} when its name leads out of the sandbox
 */
export async function findCheckpoint(
  configuration: StageConfiguration,
  pipelineDirectory: string,
  operation: string,
  warn: (line: string) => void,
): Promise<LocalFile | undefined> {
  const operations = [operation, ...configuration.keys("client", "operations")];
  const [given] = [
    configuration.text("client", "local_checkpoint_path"),
    ...operations.map((name) =>
      configuration.text("client", "operations", name, "checkpoint", "local_checkpoint_path"),
    ),
  ].filter((found) => found !== undefined);
  if (given === undefined) {
    return undefined;
  }
  // Upstream's is relative to where it was started, which is mostly the pipeline directory.
  for (const source of [userPath(given), path.resolve(pipelineDirectory, given)]) {
    if (await exists(source)) {
      const name = configuration.text("job", "model_name") ?? path.basename(source);
      return { source, name: insideSandbox(name, "job.model_name") };
    }
  }
  warn(`local_checkpoint_path "${given}" is not there: the job does without CHECKPOINT_FILE`);
  return undefined;
}

/**
 * Files of the pipeline directory that have the names of an operation's `file_paths`: on the cluster they
 * come from Cypress.
 *
 * @throws {UserError} when a name leads out of the sandbox
 */
export async function findNamedFiles(
  configuration: StageConfiguration,
  pipelineDirectory: string,
  operation: string,
): Promise<readonly LocalFile[]> {
  const field = `client.operations.${operation}.file_paths`;
  const items = configuration.get("client", "operations", operation, "file_paths");
  const found: LocalFile[] = [];
  for (const item of Array.isArray(items) ? items : []) {
    // A path in Cypress, or such a path and a name.
    const [, named]: readonly unknown[] = Array.isArray(item) ? item : [];
    const given = named ?? (typeof item === "string" ? item.split("/").at(-1) : undefined);
    if (typeof given !== "string" || given === "") {
      continue;
    }
    const name = insideSandbox(given, field);
    const source = path.join(pipelineDirectory, name);
    if (await exists(source)) {
      found.push({ source, name });
    }
  }
  return found;
}

function insideSandbox(name: string, field: string): string {
  const normal = path.normalize(name);
  if (path.isAbsolute(normal) || /^\.\.?(\/|$)/.test(normal)) {
    throw new UserError(
      `Cannot put a file into the sandbox as ${field} must name one in it: it is "${name}"`,
    );
  }
  return normal;
}
