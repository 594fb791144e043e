/** A disk that is really full: a small file system in memory, seen by one process only. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

const UNSHARE = ["--map-root-user", "--mount"];

const canMount =
  spawnSync("unshare", [...UNSHARE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;

/** For the option of a test that needs such a disk. */
export const skipWithoutSmallDisk: string | false = canMount
  ? false
  : "SKIPPED LOUDLY: this system lets no user mount a file system of his own";

/**
 * Runs a shell script that has a disk of its own at a directory, and succeeds.
 *
 * @param args the script's parameters, from `$2` on; `$1` is the directory
 * @returns the lines of its standard output
 */
export function runOnSmallDisk(
  directory: string,
  sizeBytes: number,
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): readonly string[] {
  const mount = `mount -t tmpfs -o size=${sizeBytes} tmpfs "$1"`;
  const { status, stdout, stderr } = spawnSync(
    "unshare",
    [...UNSHARE, "sh", "-c", `${mount} && ${script}`, "sh", directory, ...args],
    { encoding: "utf8", env: { ...process.env, ...environment } },
  );
  assert.equal(status, 0, stderr);
  return stdout.trimEnd().split("\n");
}
