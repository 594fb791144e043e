/** Data directories: who may use one, and what a failed start leaves of it and of its own files. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import * as path from "node:path";
import test from "node:test";
import { startLocalCluster } from "../../../local-cluster/index.ts";
import { NEEDS_MOUNT, runOnDisk } from "../../tools/mounted-disk.ts";
import { startTestCluster, temporaryDirectory } from "../../tools/local-cluster.ts";

const MODULE = path.resolve(import.meta.dirname, "../../../local-cluster/index.ts");

test("startLocalCluster() names the process that has the data directory", async (t) => {
  const { dataDirectory } = await startTestCluster(t);
  await assert.rejects(startLocalCluster({ dataDirectory, lockTimeoutMs: 0 }), {
    name: "DirectoryInUseError",
    message:
      `Cannot use "${dataDirectory}" as the data directory of the local cluster: ` +
      `process ${process.pid} uses it; wait for it, or end it`,
  });
});

test("startLocalCluster() says what is wrong with a place, and leaves nothing there", async (t) => {
  const directory = await temporaryDirectory(t);
  await writeFile(path.join(directory, "file"), "");
  await symlink("nowhere", path.join(directory, "dangling"));
  await symlink("circle", path.join(directory, "circle"));
  const isNone = `"${path.join(directory, "file")}" is not a directory`;
  const leadsNowhere = `"${path.join(directory, "dangling")}" is a link to a place that does not exist`;
  const long = "x".repeat(300);
  const refused: readonly (readonly [string, string])[] = [
    ["file", isNone],
    ["file/below", isNone],
    ["file/far/below", isNone],
    ["dangling", leadsNowhere],
    ["dangling/below", leadsNowhere],
    ["circle/below", "its path has a link that leads back to itself"],
    [`made/${long}`, "its name is too long"],
    [`made/two/${long}/below`, "its name is too long"],
  ];
  for (const [place, reason] of refused) {
    const dataDirectory = path.join(directory, place);
    await assert.rejects(startLocalCluster({ dataDirectory }), {
      name: "UserError",
      message: `Cannot use "${dataDirectory}" as the data directory of the local cluster: ${reason}`,
    });
    assert.deepEqual((await readdir(directory)).toSorted(), ["circle", "dangling", "file"]);
  }
});

test("startLocalCluster() touches nothing in a directory that has other things in it", async (t) => {
  const dataDirectory = await temporaryDirectory(t);
  await mkdir(path.join(dataDirectory, "chunks"));
  await writeFile(path.join(dataDirectory, "chunks/mine.txt"), "mine");
  await writeFile(path.join(dataDirectory, "notes"), "");
  const { port } = new URL((await startTestCluster(t)).url);
  await assert.rejects(startLocalCluster({ dataDirectory, port: Number(port) }), {
    message: `Cannot start the local cluster on port ${port}: it is in use`,
  });
  assert.deepEqual((await readdir(dataDirectory, { recursive: true })).toSorted(), [
    "chunks",
    "chunks/mine.txt",
    "notes",
  ]);
  await (await startLocalCluster({ dataDirectory })).close();
  assert.ok(existsSync(path.join(dataDirectory, "chunks/mine.txt")));
});

test("startLocalCluster() closes its files when the disk is full", NEEDS_MOUNT, async (t) => {
  const disk = await temporaryDirectory(t);
  const program = `
    import { readdirSync, readlinkSync } from "node:fs";
    import { startLocalCluster } from ${JSON.stringify(MODULE)};
    const dataDirectory = process.argv[1] + "/empty";
    await startLocalCluster({ dataDirectory }).catch((error) => console.log(error.message));
    for (const descriptor of readdirSync("/proc/self/fd")) {
      try {
        const file = readlinkSync("/proc/self/fd/" + descriptor);
        if (file.startsWith(process.argv[1])) console.log("still open: " + file);
      } catch {
        // The directory that is being read has a descriptor of its own.
      }
    }`;
  const command = [process.execPath, "--input-type=module-typescript", "--eval", program, disk];
  assert.deepEqual(runOnDisk(disk, "size=4k", command), {
    status: 0,
    stderr: "",
    output:
      `Cannot use "${disk}/empty" as the data directory of the local cluster: the disk is full\n` +
      "empty\n",
  });
});
