/** Files that change between `check` and the update that packs them. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { appendFile, cp, rm } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { KNOWN_KEY } from "../../../provider/resource/inputs.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { describeNodes, makeProjectWithCluster } from "./lifecycle.ts";

/** What a failed build must leave of the local build: nothing. */
function assertNoBuild(pipeline: string): void {
  assert.equal(existsSync(path.join(pipeline, ".build")), false);
}

test("sync() refuses a file that changed after check() in the same process, and names it", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  const before = await describeNodes(world.raw, "/");

  await world.edit({ "stages/clean/src/mapper.py": "print('checked')\n" });
  const inputs = await resource.checked();
  await world.edit({ "stages/clean/src/mapper.py": "print('moved')\n" });
  world.cluster.clearRequests();
  const file = path.join(world.pipeline, "stages/clean/src/mapper.py");
  await assert.rejects(
    resource.update(inputs),
    new UserError(
      `Cannot pack "stages/clean/src/mapper.py" as "${file}" changed after its digest was taken: run the command again`,
      { argument: "pipeline" },
    ),
  );
  assert.deepEqual(world.cluster.requests, []);
  assert.deepEqual(await describeNodes(world.raw, "/"), before);
  assertNoBuild(world.pipeline);

  assert.equal(await resource.up(), "update");
});

test("sync() refuses a link that leads to other content than at check(), though it is the same link", async (t) => {
  const world = await makeProjectWithCluster(t, {
    "stages/clean/src/shared.py": { link: "../../../common/shared.py" },
    "common/shared.py": "x = 1\n",
  });
  const resource = world.declare(world.url);
  const inputs = await resource.checked();
  await world.edit({ "common/shared.py": "x = 2\n" });
  const file = path.join(world.pipeline, "stages/clean/src/shared.py");
  await assert.rejects(
    resource.create(inputs),
    new UserError(
      `Cannot pack "stages/clean/src/shared.py" as "${file}" changed after its digest was taken: run the command again`,
      { argument: "pipeline" },
    ),
  );
  assert.equal(await resource.up(), "create");
  await world.edit({ "common/shared.py": "x = 3\n" });
  assert.equal(await resource.up(), "update");
  assert.equal(await resource.up(), "same");
});

test("sync() refuses a file that is gone after check()", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  const inputs = await resource.checked();
  const file = path.join(world.pipeline, "stages/score/src/vanilla.py");
  await rm(file);
  await assert.rejects(
    resource.create(inputs),
    new UserError(
      `Cannot pack "stages/score/src/vanilla.py" as "${file}" changed after its digest was taken: run the command again`,
      { argument: "pipeline" },
    ),
  );
  assert.deepEqual(world.cluster.requests, []);
  assertNoBuild(world.pipeline);
});

test("sync() refuses a large file that grew after check(), and leaves no half archive", async (t) => {
  const world = await makeProjectWithCluster(t, {
    "stages/clean/src/words.txt": "word\n".repeat(500_000),
  });
  const resource = world.declare(world.url);
  const inputs = await resource.checked();
  const file = path.join(world.pipeline, "stages/clean/src/words.txt");
  await appendFile(file, "one more\n");
  await assert.rejects(resource.create(inputs), {
    name: "UserError",
    message: `Cannot pack "stages/clean/src/words.txt" as "${file}" changed after its digest was taken: run the command again`,
  });
  assert.deepEqual(world.cluster.requests, []);
  assertNoBuild(world.pipeline);
});

test("sync() packs what check() saw, not a file that came later", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  const inputs = await resource.checked();
  await world.edit({ "stages/clean/src/later.py": "print('later')\n" });
  await resource.create(inputs);
  assert.equal(
    existsSync(path.join(world.pipeline, ".build/source/stages/clean/src/later.py")),
    false,
  );
  assert.equal(resource.text("digest"), inputs[KNOWN_KEY].digest);
});

for (const [what, change, named] of [
  ["changed", { "stages/clean/src/mapper.py": "print('moved')\n" }, "stages/clean/src/mapper.py"],
  ["came", { "stages/score/src/more.py": "print('more')\n" }, "stages/score/src/more.py"],
] as const) {
  test(`sync() in a process that did not check names a file that ${what} since`, async (t) => {
    const world = await makeProjectWithCluster(t);
    const resource = world.declare(world.url);
    const inputs = await resource.checked();
    // As another process remembers no manifest, this one remembers none of the copy.
    await cp(world.pipeline, path.join(world.directory, "copy"), { recursive: true });
    const copied = world.declare(world.url, { pipeline: "copy" });
    for (const [name, text] of Object.entries(change)) {
      await world.edit({ [path.join("../copy", name)]: text });
    }
    await assert.rejects(
      copied.create({ ...inputs, pipeline: "copy" }),
      new UserError(
        `Cannot pack the pipeline as it changed after it was checked: "${named}"; run the command again`,
        { argument: "pipeline" },
      ),
    );
    assert.deepEqual(world.cluster.requests, []);
    assertNoBuild(path.join(world.directory, "copy"));
  });
}

test("sync() in a process that did not check packs an unchanged pipeline", async (t) => {
  const world = await makeProjectWithCluster(t);
  const inputs = await world.declare(world.url).checked();
  await cp(world.pipeline, path.join(world.directory, "copy"), { recursive: true });
  const copied = world.declare(world.url, { pipeline: "copy" });
  await copied.create({ ...inputs, pipeline: "copy" });
  assert.equal(copied.text("digest"), inputs[KNOWN_KEY].digest);
});
