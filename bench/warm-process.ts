/**
 * A program: reads and builds a pipeline again and again in one process, as Pulumi's provider process
 * and whoever uses the library do, against `find` over the same tree. Writes the lines of a report.
 *
 * Arguments: the pipeline directory, how often, and a file to edit before each time, if any.
 */
import { spawnSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { report } from "./compare.ts";

const [, , pipelineDirectory = ".", runs = "5", edited = ""] = process.argv;
const root = new URL("../dist/provider/", import.meta.url).href;
const { readManifest } = await import(`${root}manifest/read-manifest.js`);
const { buildArchive } = await import(`${root}archive/build/build.js`);
const { rememberModules } = await import(`${root}pipeline/python/module-memory.js`);

const findModules = rememberModules();
const places = ["lib", "stages"].map((name) => path.join(pipelineDirectory, name));
const [reads, builds, finds]: readonly number[][] = [[], [], []];

// Twice uncounted: what is measured is a process that has been at work.
for (let run = -2; run < Number(runs); run++) {
  if (edited !== "") {
    appendFileSync(edited, "# edited\n");
  }
  await delay(100);
  const started = performance.now();
  const manifest = await readManifest({ pipelineDirectory, findModules });
  const read = performance.now();
  await buildArchive(manifest);
  const built = performance.now();
  spawnSync("find", [...places, "-printf", "%p %m %s %T@ %i\\n"], { stdio: "ignore" });
  const found = performance.now();
  if (run < 0) {
    continue;
  }
  reads?.push(read - started);
  builds?.push(built - started);
  finds?.push(found - built);
}

const find = { name: "find -printf", runsMs: finds ?? [] };
for (const [name, runsMs] of [
  ["check", reads],
  ["check and build", builds],
] as const) {
  process.stdout.write(`${report([{ name, runsMs: runsMs ?? [] }, find]).join("\n")}\n`);
}
