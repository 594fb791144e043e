/** The stack commands find the token where YTsaurus's own tools keep it, and refuse one that is none. */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { startServer } from "./local-server.ts";
import { makeProject, writeStack } from "./project.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

const TOKEN = "the-secret-token";

test("ytcode up finds the token in YTsaurus's own files, and asks nothing with one that is none", async (t) => {
  const project = await makeProject(t, ["word_count"]);
  const url = await startServer(t, path.join(project.directory, "cluster"), ["--token", TOKEN]);
  const config = {
    "yt:proxy": url,
    "pulumi-yt-code:pipelines": [{ name: "word_count", directory: "examples/word_count" }],
  };
  await writeStack(project, "dev", config);
  const home = await makeTree(t);
  const environment = { HOME: home, PULUMI_CONFIG_PASSPHRASE: "" };
  const run = async (args: readonly string[], more: Readonly<Record<string, string>> = {}) => {
    const { status, stdout, stderr } = await project.ytcode(args, { ...environment, ...more });
    const printed = stdout + stderr;
    assert.doesNotMatch(printed, new RegExp(TOKEN));
    return { status, printed };
  };
  const refused = await run(["up"], { YT_TOKEN: `${TOKEN}\n${TOKEN}` });
  assert.equal(refused.status, 1);
  assert.match(
    refused.printed,
    /: the token has a character that no token has \(at position 17\): check yt:token or YT_TOKEN \(it is from YT_TOKEN\)\n/,
  );

  await mkdir(path.join(home, ".yt"));
  await writeFile(path.join(home, ".yt/token"), `${TOKEN}\n`);
  assert.equal((await run(["up"])).status, 0);
  await writeFile(path.join(home, ".yt/token"), "");
  const empty = await run(["refresh"]);
  assert.equal(empty.status, 1);
  assert.match(empty.printed, /Cannot read the token from ".*\/\.yt\/token": the file is empty\n/);
  await writeFile(path.join(home, "settings"), `{token="${TOKEN}"}`);
  const settings = { YT_CONFIG_PATH: path.join(home, "settings") };
  assert.equal((await run(["refresh"], settings)).status, 0);
  const map = { ...config, "yt:token": { [new URL(url).host]: TOKEN, "other.example.net": "no" } };
  await writeStack(project, "dev", map);
  assert.equal((await run(["refresh"])).status, 0);
  // A preview asks no cluster, and so reads none of it.
  assert.equal((await run(["preview"])).status, 0);
});
