/** Local builds of resources in dev mode: each configuration file has its own, and `read` sees what became of it. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { diff } from "../../../provider/resource/diff.ts";
import { KNOWN_KEY } from "../../../provider/resource/inputs.ts";
import { configuration, makeProjectWithCluster, sha256 } from "./lifecycle.ts";

const DEV = { pipeline: "daily", mode: "dev" };
const NIGHT = { ...DEV, config: "configs/night.yaml" };
/** Its archive is another than that of `configs/config.yaml`. */
const CONFIGURATIONS = { "configs/night.yaml": configuration(["score"]) };

test("two resources with two configurations of one pipeline have a build each", async (t) => {
  const world = await makeProjectWithCluster(t, CONFIGURATIONS);
  const [day, night] = [
    world.declare(world.url, DEV, { resource: "day" }),
    world.declare(world.url, NIGHT, { resource: "night" }),
  ];
  await Promise.all([day.up(), night.up()]);
  assert.deepEqual(
    [day, night].map((resource) => resource.text("archivePath")),
    ["daily/.build/source.tar.gz", "daily/.build/night/source.tar.gz"],
  );
  assert.equal(
    night.lines.at(-1),
    "[Upload] Mode is dev: built daily/.build/night/source.tar.gz, nothing to upload",
  );
  const files = [day, night].map((resource) =>
    path.join(world.directory, resource.text("archivePath")),
  );
  for (const [index, resource] of [day, night].entries()) {
    const bytes = await readFile(files[index] ?? "");
    assert.equal(sha256(bytes), resource.text("sha256"));
    assert.deepEqual(await resource.refresh(), await resource.checked());
    assert.equal(await resource.up(), "same");
  }
  await world.edit({ "stages/clean/src/mapper.py": "print('cleaner')\n" });
  assert.deepEqual([await day.up(), await night.up()], ["update", "same"]);
  assert.deepEqual(await night.refresh(), await night.checked());
  await day.destroy();
  assert.deepEqual(files.map(existsSync), [false, true]);
  await night.destroy();
  assert.equal(existsSync(path.join(world.pipeline, ".build")), false);
});

test("two configurations with the same content have a build each", async (t) => {
  const world = await makeProjectWithCluster(t, {
    "configs/night.yaml": configuration(["score", "clean"]),
  });
  const [day, night] = [
    world.declare(world.url, DEV, { resource: "day" }),
    world.declare(world.url, NIGHT, { resource: "night" }),
  ];
  await day.up();
  await night.up();
  assert.equal(day.text("sha256"), night.text("sha256"));
  for (const resource of [day, night]) {
    assert.ok(existsSync(path.join(world.directory, resource.text("archivePath"))));
  }
});

for (const [what, damage, archive] of [
  [
    "is gone",
    async (build: string) => rm(build, { recursive: true }),
    "archive missing: daily/.build/source.tar.gz",
  ],
  [
    "has another size",
    async (build: string) => writeFile(path.join(build, "source.tar.gz"), "other"),
    /^archive altered: daily\/\.build\/source\.tar\.gz: its size is 5 bytes, built were \d+$/,
  ],
  [
    "has other bytes",
    async (build: string) => {
      const file = path.join(build, "source.tar.gz");
      const bytes = await readFile(file);
      bytes[20] = (bytes[20] ?? 0) ^ 1;
      await writeFile(file, bytes);
    },
    /^archive altered: daily\/\.build\/source\.tar\.gz: its SHA-256 is [0-9a-f]{12}, built was [0-9a-f]{12}$/,
  ],
  [
    "has lost its tree",
    async (build: string) => rename(path.join(build, "source"), path.join(build, "moved")),
    "wrapper missing: daily/.build/source/operation_wrapper_clean_map.sh",
  ],
  [
    "has another wrapper",
    async (build: string) =>
      writeFile(path.join(build, "source/operation_wrapper_clean_map.sh"), "exit 0\n"),
    "wrapper altered: daily/.build/source/operation_wrapper_clean_map.sh: its content is another",
  ],
] as const) {
  test(`read() finds that a build in dev mode ${what}, and sync() mends it`, async (t) => {
    const world = await makeProjectWithCluster(t);
    const resource = world.declare(world.url, { ...DEV, pipeline: "./daily" });
    await resource.up();
    const file = path.join(world.pipeline, ".build/source.tar.gz");
    const built = await readFile(file);
    await damage(path.dirname(file));

    const found = (await resource.refresh())["archive"];
    if (typeof archive === "string") {
      assert.equal(found, archive);
    } else {
      assert.match(String(found), archive);
    }
    assert.equal(await resource.up(), "update");
    assert.deepEqual(await readFile(file), built);
    assert.deepEqual(await resource.refresh(), await resource.checked());
    assert.deepEqual(world.cluster.requests, []);
  });
}

test("a build that an earlier release made for another configuration file moves to its own place", async (t) => {
  const world = await makeProjectWithCluster(t, CONFIGURATIONS);
  const resource = world.declare(world.url, NIGHT);
  await resource.up();
  // As it was: in the place of the default file, and the state says so.
  const top = path.join(world.pipeline, ".build");
  await rename(path.join(top, "night"), path.join(world.pipeline, "night"));
  await rm(top, { recursive: true });
  await rename(path.join(world.pipeline, "night"), top);
  const { outputs = {} } = resource;
  const earlier = { archivePath: "daily/.build/source.tar.gz" };
  const known = { ...(await resource.checked())[KNOWN_KEY], ...earlier };
  resource.outputs = { ...outputs, ...earlier, [KNOWN_KEY]: known };

  assert.equal(await resource.up(), "update");
  assert.equal(resource.text("archivePath"), "daily/.build/night/source.tar.gz");
  assert.ok(existsSync(path.join(top, "night/source.tar.gz")));
  assert.equal(existsSync(path.join(top, "source.tar.gz")), false, "nobody's any more");
  assert.equal(await resource.up(), "same");
  await resource.destroy();
  assert.equal(existsSync(top), false);
});

test("an earlier release's build of another resource stays", async (t) => {
  const world = await makeProjectWithCluster(t, CONFIGURATIONS);
  const day = world.declare(world.url, DEV, { resource: "day" });
  await day.up();
  const night = world.declare(world.url, NIGHT, { resource: "night" });
  await night.up();
  await night.destroy();
  assert.deepEqual(await day.refresh(), await day.checked());
});

test("diff() moves a build with its configuration file, and takes other spellings for no change", async (t) => {
  const world = await makeProjectWithCluster(t, {
    "configs/night.yaml": configuration(["clean", "score"]),
  });
  const resource = world.declare(world.url, DEV);
  await resource.up();
  for (const args of [
    { pipeline: "./daily/../daily" },
    { pipeline: world.pipeline },
    { config: "configs/config.yaml" },
    { config: "./configs/config.yaml" },
  ]) {
    resource.args = { ...resource.args, ...DEV, ...args };
    assert.deepEqual(diff(resource.outputs ?? {}, await resource.checked()), {
      changes: false,
      replaces: [],
    });
  }
  resource.args = { ...resource.args, ...NIGHT };
  assert.equal(await resource.up(), "update");
  assert.equal(existsSync(path.join(world.pipeline, ".build/source.tar.gz")), false);
  // What is on a cluster does not depend on where it was packed.
  resource.args = { ...resource.args, ...DEV, mode: "prod", config: undefined };
  await resource.up();
  resource.args = { ...resource.args, config: "configs/night.yaml" };
  assert.equal(await resource.up(), "same");
});
