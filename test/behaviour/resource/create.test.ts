/** Creating a resource: its outputs, what is on the cluster, and its lines. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { KNOWN_KEY } from "../../../provider/resource/inputs.ts";
import { version } from "../../../common/version.ts";
import { BUILD_FOLDER, makeProjectWithCluster, md5, sha256, STABLE_NAMES } from "./lifecycle.ts";

test("sync() creates: the outputs are the inputs, what follows from them, and what was packed", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  const inputs = await resource.checked();
  await resource.create(inputs);

  const bytes = await world.raw.read(`${BUILD_FOLDER}/source.tar.gz`);
  const { digest = "", parts } = inputs[KNOWN_KEY];
  const versionFolder = `${BUILD_FOLDER}/versions/${digest}`;
  const command = (wrapper: string, stage: string): object => ({
    command: `./${wrapper}`,
    filePaths: [
      {
        $value: `${versionFolder}/source.tar.gz`,
        $attributes: { file_name: "source.tar.gz" },
      },
      {
        $value: `${versionFolder}/${wrapper}`,
        $attributes: { file_name: wrapper, executable: true },
      },
    ],
    digest: parts[`stages/${stage}`],
  });
  assert.deepEqual(resource.outputs, {
    ...inputs,
    digest,
    archivePath: `${BUILD_FOLDER}/source.tar.gz`,
    versionPath: `${versionFolder}/source.tar.gz`,
    sha256: sha256(bytes),
    md5: md5(bytes),
    bytes: bytes.byteLength,
    mode: "prod",
    buildFolder: BUILD_FOLDER,
    proxy: world.url,
    stages: {
      clean: { map: command("operation_wrapper_clean_map.sh", "clean") },
      score: { vanilla: command("operation_wrapper_score_vanilla.sh", "score") },
    },
    __published: { proxy: world.url, buildFolder: BUILD_FOLDER },
  });
  assert.match(digest, /^[0-9a-f]{64}$/);
});

test("sync() leaves the archive, the wrappers and their version in the build folder, and no more", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();

  const versionFolder = `${BUILD_FOLDER}/versions/${resource.text("digest")}`;
  assert.deepEqual(await world.raw.list(BUILD_FOLDER), [...STABLE_NAMES, "versions"]);
  assert.deepEqual(await world.raw.list(`${BUILD_FOLDER}/versions`), [resource.text("digest")]);
  assert.deepEqual(await world.raw.list(versionFolder), STABLE_NAMES);
  for (const name of STABLE_NAMES) {
    const local = await readFile(
      path.join(world.pipeline, name.endsWith(".gz") ? ".build" : ".build/source", name),
    );
    for (const folder of [BUILD_FOLDER, versionFolder]) {
      assert.deepEqual(await world.raw.read(`${folder}/${name}`), local);
      assert.equal(await world.raw.get(`${folder}/${name}/@md5`), md5(local));
    }
  }
});

test("sync() publishes an archive that the system's tar unpacks to the pipeline's code", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();

  const archive = path.join(world.directory, "fetched.tar.gz");
  await writeFile(archive, await world.raw.read(resource.text("versionPath")));
  const listed = execFileSync("tar", ["-tzf", archive], { encoding: "utf8" });
  const names = listed.split("\n").filter((name) => !name.startsWith("ytjobs/"));
  assert.deepEqual(names, [
    "operation_wrapper_clean_map.sh",
    "operation_wrapper_score_vanilla.sh",
    "stages/clean/config.yaml",
    "stages/clean/src/mapper.py",
    "stages/score/config.yaml",
    "stages/score/src/vanilla.py",
    "",
  ]);
  assert.match(listed, /^ytjobs\/config\/__init__\.py$/m);
  const mapper = execFileSync("tar", ["-xzOf", archive, "stages/clean/src/mapper.py"]);
  assert.equal(mapper.toString(), "print('clean')\n");
});

test("sync() records digests, parts, wrappers and whose it is on the archive's node", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  const inputs = await resource.checked();
  await resource.create(inputs);

  const wrapperNames = STABLE_NAMES.filter((name) => name.endsWith(".sh"));
  const wrappers: Record<string, string> = {};
  for (const name of wrapperNames) {
    wrappers[name] = sha256(await world.raw.read(`${BUILD_FOLDER}/${name}`));
  }
  for (const node of [resource.text("archivePath"), resource.text("versionPath")]) {
    const attributes = await world.raw.get(`${node}/@user_attributes`);
    assert.deepEqual(attributes, {
      ytcode_digest: resource.text("digest"),
      ytcode_sha256: resource.text("sha256"),
      ytcode_md5: resource.text("md5"),
      ytcode_size_bytes: resource.outputs?.["bytes"],
      ytcode_parts: inputs[KNOWN_KEY].parts,
      ytcode_wrappers: wrappers,
      ytcode_resource: "daily",
      ytcode_project: "sales",
      ytcode_stack: "prod",
      ytcode_resource_id: resource.id,
      ytcode_version: version(),
    });
  }
});

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}

test("sync() logs packaging, uploading, and at last size, reused parts and bytes sent", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  const sentBytes = world.cluster.requests
    .filter((request) => request.command === "write_file")
    .reduce((sum, request) => sum + request.requestBytes, 0);
  assert.deepEqual(resource.lines, [
    "[Upload] Packaging code...",
    `[Upload] Uploading code to ${BUILD_FOLDER}...`,
    `[Upload] Code uploaded successfully: ${kib(Number(resource.outputs?.["bytes"]))}, ` +
      `0 of 4 parts reused, ${kib(sentBytes)} sent`,
  ]);
});

test("check() knows of a first create what sync() then reports", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  const inputs = await resource.checked();
  assert.deepEqual(world.cluster.requests, []);
  await resource.create(inputs);
  const { digest, archivePath, versionPath, stages } = inputs[KNOWN_KEY];
  const { outputs = {} } = resource;
  assert.deepEqual(
    [outputs["digest"], outputs["archivePath"], outputs["versionPath"], outputs["stages"]],
    [digest, archivePath, versionPath, stages],
  );
});

test("diff() sees no change after a create, and nothing is asked of the cluster", async (t) => {
  const world = await makeProjectWithCluster(t);
  const resource = world.declare(world.url);
  await resource.up();
  world.cluster.clearRequests();
  assert.equal(await resource.up(), "same");
  assert.deepEqual(world.cluster.requests, []);
});
