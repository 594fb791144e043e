/** Whose an archive is, through the command line: stacks and resources that want one build folder. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { rawCluster } from "../../tools/raw-cluster.ts";
import type { RawCluster } from "../../tools/raw-cluster.ts";
import { startServer } from "./local-server.ts";
import { makeProject, succeed, writeStack } from "./project.ts";
import type { Project } from "./project.ts";

const BUILD_FOLDER = "//home/examples/word_count/build";
const PIPELINE = { name: "word_count", directory: "examples/word_count" };

interface World {
  readonly project: Project;
  readonly raw: RawCluster;
  readonly url: string;
  /** Writes the settings of a stack. */
  readonly declare: (
    stack: string,
    pipelines: readonly Readonly<Record<string, unknown>>[],
    more?: Readonly<Record<string, unknown>>,
  ) => Promise<void>;
}

async function makeWorld(t: TestContext): Promise<World> {
  const project = await makeProject(t, ["word_count"]);
  const url = await startServer(t, path.join(project.directory, "cluster"));
  const declare: World["declare"] = async (stack, pipelines, more = {}) =>
    writeStack(project, stack, {
      "yt:proxy": url,
      "pulumi-yt-code:pipelines": pipelines,
      ...more,
    });
  return { project, raw: rawCluster(url), url, declare };
}

/** Every node below the build folder, with what a change of any kind changes. */
async function look(raw: RawCluster, folder = BUILD_FOLDER): Promise<readonly unknown[]> {
  const children = await raw.listWithAttributes(folder, ["type", "id", "revision"]);
  const below = children
    .filter(({ attributes }) => attributes["type"] === "map_node")
    .map(({ name }) => look(raw, `${folder}/${name}`));
  return [...children, ...(await Promise.all(below)).flat()];
}

/** What a command prints that has to fail. */
async function fail(project: Project, args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await project.ytcode(args);
  const printed = stdout + stderr;
  assert.equal(status, 1, printed);
  assert.doesNotMatch(printed, /^\s+at .*:\d+:\d+/m);
  return printed;
}

test("A second stack with the same content is refused by name, and no destroy takes what is the other's", async (t) => {
  const { project, raw, declare } = await makeWorld(t);
  await declare("dev", [PIPELINE]);
  await declare("other", [PIPELINE]);
  await succeed(project.ytcode(["up", "--stack", "dev"]));
  const published = await look(raw);

  const refused = await fail(project, ["up", "--stack", "other"]);
  assert.match(
    refused.replaceAll(/\s+/g, " "),
    /source\.tar\.gz" belongs to resource "word_count" of stack "dev" \(project "pulumi-yt-code"\), and this is resource "word_count" of stack "other" .*: set "adopt: true"/,
  );
  assert.deepEqual(await look(raw), published);
  await succeed(project.ytcode(["destroy", "--stack", "other"]));
  assert.deepEqual(await look(raw), published);

  await declare("other", [{ ...PIPELINE, adopt: true }]);
  const adopted = await succeed(project.ytcode(["up", "--stack", "other"]));
  assert.match(
    adopted.replaceAll(/\s+/g, " "),
    /Taking over "[^"]+source\.tar\.gz", which belonged to resource "word_count" of stack "dev"/,
  );
  const taken = await look(raw);
  await succeed(project.ytcode(["destroy", "--stack", "dev"]));
  assert.deepEqual(await look(raw), taken);
  await succeed(project.ytcode(["destroy", "--stack", "other"]));
  assert.equal(await raw.exists(BUILD_FOLDER), false);
});

test("Two resources of a stack in one build folder, and a promotion onto its source, are refused in the preview", async (t) => {
  const { project, raw, url, declare } = await makeWorld(t);
  await declare("dev", [PIPELINE, { ...PIPELINE, name: "twice" }]);
  const refused =
    /property "buildFolder": Cannot publish to "[^"]+" as resource "(word_count|twice)" of this stack publishes there, too/;
  const preview = await fail(project, ["preview", "--stack", "dev"]);
  assert.match(preview.replaceAll(/\s+/g, " "), refused);
  assert.equal(await raw.exists("//home/examples"), false);
  // Without a terminal there is no preview before: the one that is checked first may be published when the other is refused.
  const up = await fail(project, ["up", "--stack", "dev"]);
  assert.match(up.replaceAll(/\s+/g, " "), refused);
  await succeed(project.ytcode(["destroy", "--stack", "dev"]));
  assert.equal(await raw.exists(BUILD_FOLDER), false);

  await declare("dev", [PIPELINE]);
  await succeed(project.ytcode(["up", "--stack", "dev"]));
  const published = await look(raw);
  const spelled = BUILD_FOLDER.replace("home", "\\x68ome");
  await declare("prod", [{ name: "word_count", buildFolder: spelled, adopt: true }], {
    "pulumi-yt-code:promoteFrom": "dev",
    "yt:proxy": url.replace("http://127.0.0.1", "LOCALHOST"),
  });
  const printed = await fail(project, ["preview", "--stack", "prod"]);
  assert.match(
    printed.replaceAll(/\s+/g, " "),
    /property "buildFolder": Cannot promote .* to itself/,
  );
  assert.deepEqual(await look(raw), published);
});

test("Other spellings of proxy and build folder, and other names with an alias or adopt, lose no version", async (t) => {
  const { project, raw, url, declare } = await makeWorld(t);
  await declare("dev", [PIPELINE]);
  await succeed(project.ytcode(["up", "--stack", "dev"]));
  const published = await look(raw);

  const spelled = { ...PIPELINE, buildFolder: BUILD_FOLDER.replace("build", "\\x62uild") };
  await declare("dev", [spelled], { "yt:proxy": url.replace("http", "HTTP") });
  const preview = await succeed(project.ytcode(["preview", "--stack", "dev"]));
  assert.match(preview, /Resources:\n +2 unchanged\n$/);
  await succeed(project.ytcode(["up", "--stack", "dev"]));
  assert.deepEqual(await look(raw), published);

  // The same cluster at another address: that is noted, and nothing moves.
  await declare("dev", [PIPELINE], { "yt:proxy": url.replace("127.0.0.1", "localhost") });
  const readdressed = await succeed(project.ytcode(["preview", "--stack", "dev"]));
  assert.match(readdressed, /word_count +update +\[diff: ~.*proxy\]/);
  await succeed(project.ytcode(["up", "--stack", "dev"]));
  const [version] = await raw.list(`${BUILD_FOLDER}/versions`);
  assert.ok(version !== undefined);

  // Without an alias it is another resource.
  await declare("dev", [{ ...PIPELINE, name: "renamed" }]);
  const refused = await fail(project, ["up", "--stack", "dev"]);
  assert.match(
    refused.replaceAll(/\s+/g, " "),
    /if it was renamed, give it the alias "word_count"/,
  );
  await declare("dev", [{ ...PIPELINE, name: "renamed", adopt: true }]);
  await succeed(project.ytcode(["up", "--stack", "dev"]));
  assert.equal(await raw.get(`${BUILD_FOLDER}/source.tar.gz/@ytcode_resource`), "renamed");
  assert.deepEqual(await raw.list(`${BUILD_FOLDER}/versions`), [version]);
  await succeed(project.ytcode(["destroy", "--stack", "dev"]));
  assert.equal(await raw.exists(BUILD_FOLDER), false);
});
