/** Promotion from one stack to another, through the command line. */
import assert from "node:assert/strict";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { rawCluster } from "../../tools/raw-cluster.ts";
import type { RawCluster } from "../../tools/raw-cluster.ts";
import { startServer } from "./local-server.ts";
import { makeProject, succeed, writeStack } from "./project.ts";
import type { Project } from "./project.ts";

const SOURCE = "//home/examples/word_count/build/source.tar.gz";
const TARGET = "//home/prod/word_count/build/source.tar.gz";
const MAPPER = "examples/word_count/stages/count_words/src/mapper.py";

test("Stack prod takes the same bytes from dev, shows what would change, and is rolled back by a pin", async (t) => {
  const { project, cluster } = await makeTwoStacks(t);
  await succeed(project.ytcode(["up"]));
  const promoted = await succeed(project.ytcode(["up", "--stack", "prod"]));
  assert.match(promoted, /yt:CodeArchive +word_count +created/);
  const first = await cluster.read(SOURCE);
  assert.deepEqual(await cluster.read(TARGET), first);
  const firstSha256 = String(await cluster.get(`${TARGET}/@ytcode_sha256`));
  assert.deepEqual(
    await cluster.get(`${TARGET}/@ytcode_promoted_from/build_folder`),
    path.dirname(SOURCE),
  );

  await t.test("an edit in dev alone changes nothing in prod", async () => {
    await appendFile(path.join(project.directory, MAPPER), "\n# edited\n");
    assert.match(await succeed(project.ytcode(["preview", "--stack", "prod"])), /unchanged/);
  });

  await t.test("after dev is up, the preview of prod names the stage", async () => {
    await succeed(project.ytcode(["up"]));
    const preview = await succeed(project.ytcode(["preview", "--stack", "prod"]));
    assert.match(preview, /word_count +update +\[diff: ~stages\/count_words\]/);
  });

  await t.test("up publishes the new bytes, and the outputs say whence", async () => {
    await succeed(project.ytcode(["up", "--stack", "prod"]));
    assert.deepEqual(await cluster.read(TARGET), await cluster.read(SOURCE));
    assert.notDeepEqual(await cluster.read(TARGET), first);
    const outputs: unknown = JSON.parse(
      await succeed(project.ytcode(["outputs", "--stack", "prod", "--json"])),
    );
    assert.partialDeepStrictEqual(outputs, {
      word_count: { promotedFrom: { buildFolder: path.dirname(SOURCE) } },
    });
  });

  await t.test("a pin of the older version rolls back without packing", async () => {
    await pin(project, firstSha256);
    const preview = await succeed(project.ytcode(["preview", "--stack", "prod"]));
    assert.match(preview, /word_count +update +\[diff: .*~stages\/count_words/);
    const up = await succeed(project.ytcode(["up", "--stack", "prod"]));
    assert.doesNotMatch(up, /Packaging/);
    assert.deepEqual(await cluster.read(TARGET), first);
  });

  await t.test("a source that is gone keeps a pinned stack from nothing", async () => {
    await cluster.remove(path.dirname(SOURCE));
    assert.match(await succeed(project.ytcode(["preview", "--stack", "prod"])), /unchanged/);
    await cluster.remove(TARGET);
    await succeed(project.ytcode(["refresh", "--stack", "prod"]));
    await succeed(project.ytcode(["up", "--stack", "prod"]));
    assert.deepEqual(await cluster.read(TARGET), first);
  });

  await t.test("a source that is gone is one clear error, and prod stays as it is", async () => {
    await unpin(project);
    const failed = await project.ytcode(["preview", "--stack", "prod"]);
    assert.equal(failed.status, 1);
    const printed = failed.stdout + failed.stderr;
    assert.match(printed, /\/\/home\/examples\/word_count\/build/);
    assert.doesNotMatch(printed, /^\s+at .*:\d+:\d+/m);
    assert.deepEqual(await cluster.read(TARGET), first);
  });
});

async function makeTwoStacks(
  t: TestContext,
): Promise<{ readonly project: Project; readonly cluster: RawCluster }> {
  const project = await makeProject(t, ["word_count"]);
  const url = await startServer(t, path.join(project.directory, "cluster"));
  await writeStack(project, "dev", {
    "yt:proxy": url,
    "pulumi-yt-code:pipelines": [{ name: "word_count", directory: "examples/word_count" }],
  });
  await writeStack(project, "prod", {
    "yt:proxy": url,
    "pulumi-yt-code:promoteFrom": "dev",
    "pulumi-yt-code:pipelines": [{ name: "word_count", buildFolder: path.dirname(TARGET) }],
  });
  return { project, cluster: rawCluster(url) };
}

/** Pins prod's archive. */
async function pin(project: Project, sha256: string): Promise<void> {
  await editSettings(project, /( +)(buildFolder: \/\/home\/prod.*)/, `$1$2\n$1sha256: ${sha256}`);
}

async function unpin(project: Project): Promise<void> {
  await editSettings(project, / +sha256: .*\n/, "");
}

/** Changes prod's settings, keeping whatever else the engine has written into them. */
async function editSettings(project: Project, from: RegExp, to: string): Promise<void> {
  const file = path.join(project.directory, "stacks/Pulumi.prod.yaml");
  const settings = await readFile(file, "utf8");
  const edited = settings.replace(from, to);
  assert.notEqual(edited, settings);
  await writeFile(file, edited);
}
