/** Ends what a stopped engine or test would leave running: the engine, its plugins and the program. */
import type { ChildProcess } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";
import { ignoringFileSystemErrors } from "../../../common/files/file-errors.ts";

/**
 * Ends the processes that run in a project's folder. Only Linux tells which those are; elsewhere they end by
 * themselves some minutes later.
 */
export function endProcessesOf(directory: string): void {
  const names = ignoringFileSystemErrors(() => readdirSync("/proc")) ?? [];
  for (const pid of names.map(Number).filter((number) => number > 0 && number !== process.pid)) {
    // Processes end while they are listed, and those of others cannot be looked at.
    if (ignoringFileSystemErrors(() => readlinkSync(`/proc/${pid}/cwd`)) === directory) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended meanwhile.
      }
    }
  }
}

/** Ends an engine and what it runs if this process ends before the result is disposed of, before its folder is removed. */
export function endWithThisProcess(engine: ChildProcess, directory: string): Disposable {
  const end = (): void => {
    engine.kill("SIGKILL");
    endProcessesOf(directory);
  };
  process.prependListener("exit", end);
  return { [Symbol.dispose]: () => void process.off("exit", end) };
}
