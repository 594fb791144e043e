/** What a build does that comes after another one. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmod,
  cp,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { buildArchive } from "../../../provider/archive/build/build.ts";
import type { BuiltArchive } from "../../../provider/archive/build/build.ts";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { configurationWith, makePipeline } from "../../tools/small-pipeline.ts";
import { addToTree, makeTree } from "../../tools/temporary-tree.ts";
import { filesIn } from "../../tools/readers.ts";

const BUILD_PROGRAM = fileURLToPath(new URL("../../tools/build-pipeline.ts", import.meta.url));

const FILES = {
  "configs/config.yaml": configurationWith("upload_paths: [{source: lib}]"),
  ...Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`lib/d${index % 7}/m${index}.py`, `x = ${index}\n`]),
  ),
  "lib/data/large.bin": Buffer.alloc((3 << 20) + 5, "large"),
  "lib/data/run.sh": { text: "#!/bin/sh\n", mode: 0o755 },
};

async function makeMany(t: TestContext): Promise<string> {
  return makePipeline(t, FILES);
}

async function build(folder: string): Promise<BuiltArchive> {
  return buildArchive(await readManifest({ pipelineDirectory: folder }));
}

/** As the command does it. */
async function buildJustRead(folder: string): Promise<BuiltArchive> {
  return buildArchive(await readManifest({ pipelineDirectory: folder }), { isJustRead: true });
}

const WAYS = {
  "buildArchive()": build,
  "buildArchive() of a manifest that was read for it": buildJustRead,
};

/** Waits until whatever was written before vouches for itself by its signature. */
async function settle(): Promise<void> {
  const until = Date.now() + 40;
  while (Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A build of the same files where nothing was built before. */
async function freshBuild(t: TestContext, folder: string): Promise<BuiltArchive> {
  const copy = path.join(await makeTree(t), "copy");
  await cp(folder, copy, { recursive: true, filter: (source) => !source.includes(".build") });
  return build(copy);
}

const EDITS: Readonly<Record<string, (folder: string) => Promise<void>>> = {
  "nothing is changed": async () => undefined,
  "a file is edited": (folder) => writeFile(path.join(folder, "lib/d3/m3.py"), "y = 3\n"),
  "a file grows large": (folder) =>
    writeFile(path.join(folder, "lib/d3/m3.py"), Buffer.alloc(2 << 20, "grown")),
  "a large file is edited": async (folder) => {
    const file = path.join(folder, "lib/data/large.bin");
    const bytes = await readFile(file);
    bytes[2_000_000] = 7;
    await writeFile(file, bytes);
  },
  "a file is made executable": (folder) => chmod(path.join(folder, "lib/d3/m3.py"), 0o755),
  "files come": (folder) => addToTree(folder, { "lib/d3/new.py": "", "lib/new/deep/x.py": "x" }),
  "files go": async (folder) => {
    await rm(path.join(folder, "lib/d3/m3.py"));
    await rm(path.join(folder, "lib/d4"), { recursive: true });
  },
  "a file becomes a directory": async (folder) => {
    await rm(path.join(folder, "lib/d3/m3.py"));
    await addToTree(folder, { "lib/d3/m3.py/x": "x" });
  },
  "a directory becomes a file": async (folder) => {
    await rm(path.join(folder, "lib/d3"), { recursive: true });
    await addToTree(folder, { "lib/d3": "x" });
  },
  "files change places": async (folder) => {
    await rename(path.join(folder, "lib/d3/m3.py"), path.join(folder, "lib/d3/other"));
    await rename(path.join(folder, "lib/d4/m4.py"), path.join(folder, "lib/d3/m3.py"));
    await rename(path.join(folder, "lib/d3/other"), path.join(folder, "lib/d4/m4.py"));
  },
};
for (const [way, buildAgain] of Object.entries(WAYS)) {
  for (const [fact, edit] of Object.entries(EDITS)) {
    test(`${way} gives the bytes and the tree of a first build when ${fact}`, async (t) => {
      const folder = await makeMany(t);
      await settle();
      await build(folder);
      await settle();
      await edit(folder);
      const [again, wanted] = [await buildAgain(folder), await freshBuild(t, folder)];
      assert.equal(again.sha256, wanted.sha256);
      assert.equal(again.md5, wanted.md5);
      assert.deepEqual(await readFile(again.file), await readFile(wanted.file));
      assert.deepEqual(await filesIn(again.tree), await filesIn(wanted.tree));
    });
  }
}

const TAMPERING: Readonly<
  Record<string, (built: BuiltArchive, elsewhere: string) => Promise<void>>
> = {
  "a file of the tree is edited": ({ tree }) =>
    writeFile(path.join(tree, "lib/d3/m3.py"), "y = 3\n"),
  "a file of the tree has another mode": ({ tree }) =>
    chmod(path.join(tree, "lib/d3/m3.py"), 0o755),
  "a file of the tree is gone": ({ tree }) => rm(path.join(tree, "lib/d3/m3.py")),
  "the tree holds more": ({ tree }) => addToTree(tree, { "lib/d3/more": "", "lib/more/x": "" }),
  "a directory of the tree is gone": ({ tree }) =>
    rm(path.join(tree, "lib/d3"), { recursive: true }),
  "a directory of the tree is a file": async ({ tree }) => {
    await rm(path.join(tree, "lib/d3"), { recursive: true });
    await writeFile(path.join(tree, "lib/d3"), "");
  },
  "a directory of the tree leads elsewhere": async ({ tree }, elsewhere) => {
    await rename(path.join(tree, "lib/d3"), path.join(elsewhere, "d3"));
    await symlink(path.join(elsewhere, "d3"), path.join(tree, "lib/d3"));
  },
  "the tree leads elsewhere": async ({ tree }, elsewhere) => {
    await rename(tree, path.join(elsewhere, "tree"));
    await symlink(path.join(elsewhere, "tree"), tree);
  },
  "a file of the tree is a link": async ({ tree }, elsewhere) => {
    await rm(path.join(tree, "lib/d3/m3.py"));
    await symlink(path.join(elsewhere, "keep"), path.join(tree, "lib/d3/m3.py"));
  },
  "a file of the tree has a second name": async ({ tree }, elsewhere) => {
    await link(path.join(tree, "lib/d3/m3.py"), path.join(elsewhere, "hard"));
  },
  "the archive is edited": async ({ file }) => {
    const bytes = await readFile(file);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await writeFile(file, bytes);
  },
  "the archive is gone": ({ file }) => rm(file),
  "the archive is a directory": async ({ file }) => {
    await rm(file);
    await mkdir(file);
  },
  "something stands beside the archive": ({ file }) => writeFile(`${file}.old`, ""),
};
for (const [way, buildAgain] of Object.entries(WAYS)) {
  for (const [fact, tamper] of Object.entries(TAMPERING)) {
    test(`${way} mends what it left when ${fact}`, async (t) => {
      const folder = await makeMany(t);
      await settle();
      const first = await build(folder);
      const [bytes, files] = [await readFile(first.file), await filesIn(first.tree)];
      const elsewhere = await makeTree(t, { keep: "keep" });
      await settle();
      await tamper(first, elsewhere);
      const again = await buildAgain(folder);
      assert.deepEqual(await readFile(again.file), bytes);
      assert.deepEqual(await filesIn(again.tree), files);
      assert.deepEqual((await readdir(path.join(folder, ".build"))).toSorted(), [
        "source",
        "source.tar.gz",
      ]);
      assert.equal(await readFile(path.join(elsewhere, "keep"), "utf8"), "keep");
      for (const name of await readdir(elsewhere)) {
        const left = path.join(elsewhere, name);
        if (!(await lstat(left)).isDirectory()) {
          continue;
        }
        assert.ok((await readdir(left)).length > 0, "what a link leads to is left alone");
      }
    });
  }
}

test("buildArchive() writes again only what differs", async (t) => {
  const folder = await makeMany(t);
  await settle();
  const { tree } = await build(folder);
  await settle();
  // The first build's youngest files are not sure yet; after this one all are.
  await build(folder);
  await settle();
  const inodes = async (): Promise<ReadonlyMap<string, number>> => {
    const found = new Map<string, number>();
    for (const entry of await readdir(tree, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      const { ino, ctimeMs } = await lstat(file);
      if (entry.isFile()) {
        found.set(path.relative(tree, file), ino + ctimeMs);
      }
    }
    return found;
  };
  const before = await inodes();
  await writeFile(path.join(folder, "lib/d3/m3.py"), "y = 3\n");
  await build(folder);
  const after = await inodes();
  const changed = [...after].filter(([name, inode]) => before.get(name) !== inode);
  assert.deepEqual(
    changed.map(([name]) => name),
    ["lib/d3/m3.py"],
  );
});

test("buildArchive() makes files that are no links to their sources", async (t) => {
  const folder = await makeMany(t);
  const { tree } = await build(folder);
  await writeFile(path.join(tree, "lib/d3/m3.py"), "edited in the tree\n");
  assert.equal(await readFile(path.join(folder, "lib/d3/m3.py"), "utf8"), "x = 3\n");
  assert.equal((await lstat(path.join(tree, "lib/data/large.bin"))).nlink, 1);
});

test("buildArchive() refuses what changed after the manifest was read, also when all is kept", async (t) => {
  const folder = await makeMany(t);
  await settle();
  await build(folder);
  await settle();
  const manifest = await readManifest({ pipelineDirectory: folder });
  const file = path.join(folder, "lib/d3/m3.py");
  // The same length, so that only times tell.
  await writeFile(file, "z = 3\n");
  await assert.rejects(buildArchive(manifest), {
    name: "UserError",
    message: `Cannot pack "lib/d3/m3.py" as "${file}" changed after its digest was taken: run the command again`,
  });
});

test("buildArchive() of a manifest that was read for it packs what was read", async (t) => {
  const folder = await makeMany(t);
  await settle();
  const first = await build(folder);
  const bytes = await readFile(first.file);
  await settle();
  const manifest = await readManifest({ pipelineDirectory: folder });
  await writeFile(path.join(folder, "lib/d3/m3.py"), "z = 3\n");
  const again = await buildArchive(manifest, { isJustRead: true });
  assert.deepEqual(await readFile(again.file), bytes);
  assert.equal(await readFile(path.join(again.tree, "lib/d3/m3.py"), "utf8"), "x = 3\n");
  assert.notEqual((await build(folder)).sha256, again.sha256);
});

test("buildArchive() makes the right archive after builds that were killed", async (t) => {
  const folder = await makeMany(t);
  await build(folder);
  for (let kill = 1; kill <= 6; kill++) {
    for (let index = 0; index < 40; index++) {
      await writeFile(
        path.join(folder, `lib/d${index % 7}/m${index}.py`),
        `x = ${kill} * ${index}\n`,
      );
    }
    await writeFile(path.join(folder, "lib/data/large.bin"), Buffer.alloc(5 << 20, `kill ${kill}`));
    const program = spawn(process.execPath, [BUILD_PROGRAM, folder], { stdio: "ignore" });
    // While it starts, reads, writes the tree, or packs; which of them, differs by machine.
    await new Promise((resolve) => setTimeout(resolve, 60 * kill));
    program.kill("SIGKILL");
    await once(program, "close");
  }
  const [again, wanted] = [await build(folder), await freshBuild(t, folder)];
  assert.deepEqual(await readFile(again.file), await readFile(wanted.file));
  assert.deepEqual(await filesIn(again.tree), await filesIn(wanted.tree));
  const left = (await readdir(path.join(folder, ".build"))).toSorted();
  assert.deepEqual(left, ["source", "source.tar.gz"]);
});
