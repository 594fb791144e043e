/** Ends what a killed Pulumi CLI has left running: its plugins and the program. */
import { readdir, readlink } from "node:fs/promises";

/**
 * Ends the processes that run in a project's folder. Only Linux tells which those are; elsewhere they end by
 * themselves some minutes later.
 */
export async function endProcessesOf(directory: string): Promise<void> {
  const names = await readdir("/proc").catch(() => []);
  for (const pid of names.map(Number).filter((number) => number > 0 && number !== process.pid)) {
    // Processes end while they are listed, and those of others cannot be looked at.
    const folder = await readlink(`/proc/${pid}/cwd`).catch(() => "");
    if (folder === directory) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended meanwhile.
      }
    }
  }
}
