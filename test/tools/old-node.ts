/** A Node on this machine that is too old for ytcode, to be tried for real. */
import { existsSync } from "node:fs";
import path from "node:path";
import { runProgram } from "../ytjobs/run-python.ts";

/** A program of Node, and its version. */
export interface OldNode {
  readonly program: string;
  /** `20.20.2` */
  readonly version: string;
}

/**
 * Finds a Node older than 22.18 on `PATH`, or where systems have it: npm scripts have a newer one in front.
 *
 * @returns undefined where there is none
 */
export async function findOldNode(): Promise<OldNode | undefined> {
  const onPath = (process.env["PATH"] ?? "").split(path.delimiter);
  const folders = [...onPath, "/usr/bin", "/usr/local/bin"];
  for (const program of folders.map((folder) => path.join(folder, "node")).filter(existsSync)) {
    const { stdout } = await runProgram(program, ["-p", "process.versions.node"]);
    const version = stdout.trim();
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (major < 22 || (major === 22 && minor < 18)) {
      return { program, version };
    }
  }
  return undefined;
}
