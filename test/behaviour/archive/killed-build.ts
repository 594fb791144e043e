/** Builds that are killed at a certain point of their way, which is known by what they have written until then. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ignoringFileSystemErrors } from "../../../common/files/file-errors.ts";

const PROGRAM = fileURLToPath(new URL("../../tools/build-pipeline.ts", import.meta.url));

/** A point on the way of a build. */
export interface KillPoint {
  readonly name: string;
  /** What of `.build` has to be missing for the build to come by there. */
  readonly missing: string;
  /** The folder to look at: `.build`, or one of the cache. */
  readonly folder: ".build" | "segments" | "listings" | "builds";
  /** What is written there then. @default anything */
  readonly sign?: RegExp;
}

/** In the order of a build. */
export const KILL_POINTS: readonly KillPoint[] = [
  { name: "files were written ahead", missing: "", folder: ".build", sign: /^\.source-[^/]*\/./ },
  { name: "segments were made ahead", missing: "", folder: "segments" },
  { name: "what was read was remembered", missing: "source", folder: "listings" },
  { name: "the tree was filled", missing: "source", folder: ".build", sign: /^source\/./ },
  {
    name: "the archive was being written",
    missing: "source.tar.gz",
    folder: ".build",
    sign: /^\.source\.tar\.gz\./,
  },
  {
    name: "the archive was there",
    missing: "source.tar.gz",
    folder: ".build",
    sign: /^source\.tar\.gz/,
  },
  { name: "the build was remembered", missing: "source.tar.gz", folder: "builds" },
];

/** Starts a build, and kills it when it comes by a point; one that does not ends by itself. */
export async function killBuild(
  pipeline: string,
  cache: string,
  { missing, folder, sign = /^/ }: KillPoint,
): Promise<void> {
  const build = path.join(pipeline, ".build");
  await rm(path.join(build, missing), { recursive: true, force: true });
  const place = folder === ".build" ? build : path.join(cache, folder);
  const before = new Set(writtenIn(place));
  const program = spawn(process.execPath, [PROGRAM, pipeline], { stdio: "ignore" });
  const closed = once(program, "close");
  while (program.exitCode === null) {
    if (writtenIn(place).some((file) => !before.has(file) && sign.test(file))) {
      break;
    }
    await delay(2);
  }
  program.kill("SIGKILL");
  await closed;
}

/** All files, each with the time of its last change: most of the cache's keep their names. */
function writtenIn(folder: string): readonly string[] {
  const look = (): readonly string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .flatMap((file) => {
        const stats = statSync(file, { throwIfNoEntry: false });
        return stats === undefined ? [] : `${path.relative(folder, file)} ${stats.mtimeMs}`;
      });
  // What is looked at comes and goes.
  return ignoringFileSystemErrors(look) ?? [];
}
