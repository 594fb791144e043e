/** Which changes of the inputs are an update, a replacement, or none. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { UNKNOWN } from "../../../provider/resource/arguments.ts";
import { diff } from "../../../provider/resource/diff.ts";

const STATE = {
  mode: "prod",
  proxy: "local",
  buildFolder: "//home/x",
  configuration: "c0",
  archive: "in place",
  "stages/run": { "src/mapper.py": "a" },
  __known: { digest: "d0" },
  __published: { proxy: "local", buildFolder: "//home/x" },
};
const { __published: _, ...NEWS } = STATE;
const DEV_STATE = { ...NEWS, mode: "dev" };

for (const [fact, olds, news, wanted] of [
  ["sees no change", STATE, NEWS, { changes: false, replaces: [] }],
  [
    "updates for another file",
    STATE,
    { ...NEWS, "stages/run": { "src/mapper.py": "b" } },
    { changes: true, replaces: [] },
  ],
  [
    "updates for another digest behind the same short ones",
    STATE,
    { ...NEWS, __known: { digest: "d1" } },
    { changes: true, replaces: [] },
  ],
  [
    "updates for what read found on the cluster",
    { ...STATE, archive: "missing" },
    NEWS,
    { changes: true, replaces: [] },
  ],
  ["updates for another mode", STATE, { ...NEWS, mode: "dev" }, { changes: true, replaces: [] }],
  [
    "replaces for another build folder",
    STATE,
    { ...NEWS, buildFolder: "//home/y" },
    { changes: true, replaces: ["buildFolder"] },
  ],
  [
    "replaces for another proxy and build folder",
    STATE,
    { ...NEWS, proxy: "yt.example.com", buildFolder: "//home/y" },
    { changes: true, replaces: ["buildFolder", "proxy"] },
  ],
  [
    "replaces when what is published is elsewhere than the old inputs say",
    { ...STATE, buildFolder: "//home/y" },
    { ...NEWS, buildFolder: "//home/y", mode: "dev" },
    { changes: true, replaces: ["buildFolder"] },
  ],
  [
    "updates for a place where there was none",
    { mode: "dev", __known: { digest: "d0" } },
    NEWS,
    { changes: true, replaces: [] },
  ],
  [
    "updates for a place that is gone",
    STATE,
    { mode: "dev", __known: { digest: "d0" } },
    { changes: true, replaces: [] },
  ],
  [
    "updates for a build folder that is not known yet",
    STATE,
    { ...NEWS, buildFolder: UNKNOWN },
    { changes: true, replaces: [] },
  ],
  [
    "updates from dev mode, where nothing was published",
    DEV_STATE,
    NEWS,
    { changes: true, replaces: [] },
  ],
  [
    "sees no change in the provider's own code",
    { ...STATE, __provider: "old" },
    { ...NEWS, __provider: "new" },
    { changes: false, replaces: [] },
  ],
] as const) {
  test(`diff() ${fact}`, () => {
    assert.deepEqual(diff(olds, news), wanted);
  });
}
