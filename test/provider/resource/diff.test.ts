/** Which changes of the inputs are an update, a replacement, or none. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { UNKNOWN } from "../../../provider/resource/arguments.ts";
import { diff, diffWithSettings } from "../../../provider/resource/diff.ts";

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

/** The state of what is published on another cluster. */
function stateOf(proxy: string) {
  return { ...STATE, proxy, __published: { proxy, buildFolder: "//home/x" } };
}

const OTHER_CODE = { "stages/run": { "src/mapper.py": "b" }, __known: { digest: "d1" } };

function ignoring(part: string) {
  return { __changeOptions: { ignoreChanges: [part] } };
}

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
    "sees no change in another spelling of the build folder",
    STATE,
    { ...NEWS, buildFolder: "//home/\\x78" },
    { changes: false, replaces: [] },
  ],
  [
    "sees no change in another spelling of the proxy",
    stateOf("http://yt.example.com:80"),
    { ...NEWS, proxy: "YT.example.com" },
    { changes: false, replaces: [] },
  ],
  [
    "updates, and moves nothing, for another address of the same cluster",
    stateOf("http://yt.example.com"),
    { ...NEWS, proxy: "https://yt.example.com" },
    { changes: true, replaces: [] },
  ],
  [
    "replaces for another port, which is another cluster",
    stateOf("http://yt.example.com:8001"),
    { ...NEWS, proxy: "http://yt.example.com:8002" },
    { changes: true, replaces: ["proxy"] },
  ],
  [
    "replaces the local cluster by one that is called like it",
    STATE,
    { ...NEWS, proxy: "http://local" },
    { changes: true, replaces: ["proxy"] },
  ],
  [
    "sees no change in another spelling of what is promoted from",
    { ...STATE, source: { proxy: "http://yt.example.com", buildFolder: "//home/\\x79" } },
    { ...NEWS, source: { proxy: "yt.example.com", buildFolder: "//home/y" } },
    { changes: false, replaces: [] },
  ],
  [
    "updates for another place that is promoted from",
    { ...STATE, source: { proxy: "yt.example.com", buildFolder: "//home/y" } },
    { ...NEWS, source: { proxy: "yt.example.com", buildFolder: "//home/z" } },
    { changes: true, replaces: [] },
  ],
  [
    "sees no change in the provider's own code",
    { ...STATE, __provider: "old" },
    { ...NEWS, __provider: "new" },
    { changes: false, replaces: [] },
  ],
  [
    "sees no change where only a part has changed that is ignored",
    STATE,
    { ...NEWS, ...OTHER_CODE, ...ignoring("stages/run") },
    { changes: false, replaces: [] },
  ],
  [
    "sees no change where all stages are ignored, also new ones",
    STATE,
    { ...NEWS, ...OTHER_CODE, "stages/new": { "src/mapper.py": "b" }, ...ignoring("stages/*") },
    { changes: false, replaces: [] },
  ],
  [
    "updates where another part has changed, too",
    STATE,
    { ...NEWS, ...OTHER_CODE, "ytjobs/": { "a.py": "a" }, ...ignoring("stages/run") },
    { changes: true, replaces: [] },
  ],
  [
    "updates for a part with a longer name than one that is ignored",
    STATE,
    { ...NEWS, "stages/run2": { "src/mapper.py": "b" }, ...ignoring("stages/run") },
    { changes: true, replaces: [] },
  ],
  [
    "sees no change, and moves nothing, where all is ignored",
    STATE,
    { ...NEWS, ...OTHER_CODE, mode: "dev", buildFolder: "//home/y", ...ignoring("*") },
    { changes: false, replaces: [] },
  ],
  [
    "updates for what read found on the cluster, whatever is ignored",
    { ...STATE, archive: "missing" },
    { ...NEWS, ...ignoring("*") },
    { changes: true, replaces: [] },
  ],
  [
    "replaces for a part that is a reason for it",
    STATE,
    { ...NEWS, ...OTHER_CODE, __changeOptions: { replaceOnChanges: ["stages/run"] } },
    { changes: true, replaces: ["stages/run"] },
  ],
  [
    "updates for a part that is none",
    STATE,
    { ...NEWS, ...OTHER_CODE, __changeOptions: { replaceOnChanges: ["ytjobs/"] } },
    { changes: true, replaces: [] },
  ],
  [
    "replaces for everything that changes, once each",
    STATE,
    {
      ...NEWS,
      ...OTHER_CODE,
      configuration: "c1",
      buildFolder: "//home/y",
      __changeOptions: { replaceOnChanges: ["*"] },
    },
    { changes: true, replaces: ["buildFolder", "configuration", "stages/run"] },
  ],
  [
    "replaces for nothing that is ignored, or that read found",
    { ...STATE, archive: "missing" },
    {
      ...NEWS,
      ...OTHER_CODE,
      __changeOptions: { ignoreChanges: ["stages/run"], replaceOnChanges: ["*"] },
    },
    { changes: true, replaces: [] },
  ],
  [
    "sees no change where a release without these options wrote the state",
    STATE,
    { ...NEWS, __changeOptions: { ignoreChanges: ["*"], replaceOnChanges: ["*"] } },
    { changes: false, replaces: [] },
  ],
] as const) {
  test(`diff() ${fact}`, () => {
    assert.deepEqual(diff(olds, news), wanted);
  });
}

const SUFFIX = { suffix: ".yt.example.net" };

for (const [fact, from, to, wanted] of [
  [
    "no change in a short name that stands for the same",
    "hahn",
    "hahn.yt.example.net",
    { changes: false, replaces: [] },
  ],
  [
    "another cluster behind an address that is none of a short name",
    "hahn",
    "http://hahn",
    { changes: true, replaces: ["proxy"] },
  ],
] as const) {
  test(`diffWithSettings() sees ${fact}`, async () => {
    const settings = { findAddressRules: async () => SUFFIX };
    assert.deepEqual(
      await diffWithSettings(stateOf(from), { ...NEWS, proxy: to }, settings),
      wanted,
    );
  });
}

test("diffWithSettings() reads no settings where the proxies are as before", async () => {
  const settings = { findAddressRules: async (): Promise<never> => assert.fail("not wanted") };
  assert.deepEqual(await diffWithSettings(STATE, NEWS, settings), { changes: false, replaces: [] });
});
