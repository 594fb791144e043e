/** Small file systems in memory, each seen by one command alone: full disks, and disks to read only. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

const UNSHARE = ["--map-root-user", "--mount"];

const canMount =
  spawnSync("unshare", [...UNSHARE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;

/** Options of a test that needs a disk of its own. A container and a chroot have mostly none to give. */
export const NEEDS_MOUNT = canMount
  ? {}
  : { skip: "NOT RUN: this system lets no user mount a file system of their own" };

/** How a command ended, and what it left. */
export interface DiskOutcome {
  readonly status: number | null;
  readonly stderr: string;
  /** What the command has printed, and then the paths on the disk, a line each. */
  readonly output: string;
}

/**
 * Runs a command that finds a file system of its own mounted at a directory.
 *
 * @param disk an empty directory; the file system has the directory `empty` in it
 * @param mountOptions as `mount -o remount` takes them, such as `"size=4k"` or `"ro"`
 * @param command the program and its arguments; it is killed after a minute
 */
export function runOnDisk(
  disk: string,
  mountOptions: string,
  command: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): DiskOutcome {
  const script = `
    disk=$1; mountOptions=$2; shift 2
    mount -t tmpfs tmpfs "$disk" && mkdir "$disk/empty" &&
    mount -o "remount,$mountOptions" "$disk" || exit 99
    timeout -s KILL 60 "$@"
    status=$?
    find "$disk" -mindepth 1 -printf '%P\\n'
    exit $status`;
  const args = [...UNSHARE, "sh", "-c", script, "sh", disk, mountOptions];
  const { status, stdout, stderr } = spawnSync("unshare", [...args, ...command], {
    ...options,
    encoding: "utf8",
  });
  return { status, stderr, output: stdout };
}

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
