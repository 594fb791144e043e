/** Small file systems in memory, each seen by one command alone: full disks, and disks to read only. */
import { spawnSync } from "node:child_process";

const canMount =
  spawnSync("unshare", ["--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"])
    .status === 0;

/** Options of a test that needs {@link runOnDisk}. */
export const NEEDS_MOUNT = canMount
  ? {}
  : { skip: "SKIPPED LOUDLY: this system lets no user mount a file system of his own" };

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
  const args = ["--map-root-user", "--mount", "sh", "-c", script, "sh", disk, mountOptions];
  const { status, stdout, stderr } = spawnSync("unshare", [...args, ...command], {
    ...options,
    encoding: "utf8",
  });
  return { status, stderr, output: stdout };
}
