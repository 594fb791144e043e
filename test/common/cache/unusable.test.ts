/** A cache at a place that cannot be made: everything works without it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { configurationWith, makePipeline } from "../../tools/small-pipeline.ts";

const MAIN = path.resolve(import.meta.dirname, "../../../cli/main.ts");

/** Far longer than a plan takes: a command that hangs fails the test instead of the whole run. */
const HANG_MS = 60_000;

test(
  "ytcode does without a cache that cannot be made",
  existsSync("/proc/self") ? {} : { skip: "NOT RUN: this system has no /proc" },
  async (t) => {
    const pipeline = await makePipeline(t, {
      "configs/config.yaml": configurationWith("upload_paths: [{source: lib}]"),
      "lib/module.py": "VALUE = 1\n",
    });
    const plan = (cache: string) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, "plan", pipeline], {
        encoding: "utf8",
        env: { ...process.env, YTCODE_CACHE_DIR: cache },
        timeout: HANG_MS,
        killSignal: "SIGKILL",
      });
      return { status, stdout, stderr };
    };
    const planned = plan("/proc/nope/cache");
    assert.equal(planned.status, 0, planned.stderr);
    assert.deepEqual(planned, plan("off"));
  },
);
