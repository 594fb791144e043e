/** One run at a time in a sandbox, and one at a time that builds. */
import path from "node:path";
import { DirectoryInUseError, lockDirectory } from "../../../common/files/directory-lock.ts";
import type { DirectoryLock } from "../../../common/files/directory-lock.ts";
import { makeDirectory } from "../../../common/files/make-directory.ts";
import { RUNS_FOLDER } from "./sandbox-name.ts";

/** How long to wait for others before saying so, milliseconds. */
const SILENT_WAIT_MS = 2000;

/** Longer than any build takes, milliseconds. */
const BUILD_WAIT_MS = 60 * 60_000;

/**
 * Takes a sandbox for this run.
 *
 * @throws {UserError} when another run has it
 */
export async function lockSandbox(pipelineDirectory: string, name: string): Promise<DirectoryLock> {
  const sandbox = path.join(pipelineDirectory, RUNS_FOLDER, name);
  // That of a vanilla operation is the same whatever the output is.
  const advice = name.includes("->")
    ? "wait for it to end, or name another --output"
    : "wait for it to end";
  return lockDirectory(lockFolder(pipelineDirectory, name), {
    purpose: `run in "${sandbox}"`,
    timeoutMs: 0,
    inUse: (owner) =>
      `Cannot run in "${sandbox}" as another run is using it: ${advice}; its process is ${owner}`,
  });
}

/** Waits until no other run of the pipeline builds or installs, and takes the right to. */
export async function lockBuild(
  pipelineDirectory: string,
  say: (message: string) => void,
): Promise<DirectoryLock> {
  const folder = lockFolder(pipelineDirectory, "build");
  const purpose = `build "${pipelineDirectory}"`;
  try {
    return await lockDirectory(folder, { purpose, timeoutMs: SILENT_WAIT_MS });
  } catch (error) {
    if (!(error instanceof DirectoryInUseError)) {
      throw error;
    }
    say("Waiting for another run of this pipeline to build or install");
    return lockDirectory(folder, {
      purpose,
      timeoutMs: BUILD_WAIT_MS,
      inUse: (owner) =>
        `Cannot build "${pipelineDirectory}" as another run of it has been building for an hour: its process is ${owner}`,
    });
  }
}

function lockFolder(pipelineDirectory: string, name: string): string {
  const folder = path.join(pipelineDirectory, RUNS_FOLDER, ".locks", name);
  makeDirectory(folder);
  return folder;
}
