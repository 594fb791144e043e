/** An archive is the same bytes wherever, whenever and by whomever it is built. */
import assert from "node:assert/strict";
import { chmod, mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { runBuild } from "../../tools/run-build.ts";
import { configurationWith } from "../../tools/small-pipeline.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

const FILES: Readonly<Record<string, string | Buffer>> = {
  "configs/config.yaml": configurationWith(
    "upload_modules: [html]",
    "upload_paths: [{source: lib, target: data/lib}, {source: words.txt}]",
  ),
  "stages/run/config.yaml": "x: 1\n",
  "stages/run/src/mapper.py": "print()\n",
  "stages/run/src/B.py": "",
  "stages/run/src/a.py": "",
  "stages/run/src/é.py": "",
  "lib/run.sh": "#!/bin/sh\n",
  "lib/blob": Buffer.alloc(3 << 20, "0123456789abcdefghijklmnopqrstuvwxyz"),
  "lib/deep/er/x": "x",
  "words.txt": "ß\n",
};

interface CopyOptions {
  readonly files?: readonly string[];
  /** Of `lib/run.sh`; only its executable bit for the owner counts. */
  readonly mode?: number;
  readonly othersMode?: number;
  /** Seconds, for the file of that index. */
  readonly time?: (index: number) => number;
}

/** A copy of one pipeline, alike in nothing but what counts. */
async function makeCopy(t: TestContext, place: string, options: CopyOptions): Promise<string> {
  const { files = Object.keys(FILES), mode = 0o755, othersMode = 0o644, time } = options;
  const folder = path.join(await makeTree(t), place);
  for (const [index, name] of files.entries()) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, FILES[name] ?? "");
    await chmod(file, name === "lib/run.sh" ? mode : othersMode);
    if (time !== undefined) {
      await utimes(file, time(index), time(index));
    }
  }
  return folder;
}

test("buildArchive() gives the same bytes wherever, whenever and by whomever it is built", async (t) => {
  const first = await makeCopy(t, "daily", {});
  const shuffled = await makeCopy(t, "other place/ä/daily copy", {
    files: Object.keys(FILES).toReversed(),
    mode: 0o700,
    othersMode: 0o600,
    time: (index) => 1_000_000 * (index + 1),
  });
  // Folders too have times, and were filled in another order.
  for (const entry of await readdir(shuffled, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) {
      await utimes(path.join(entry.parentPath, entry.name), 1, 1);
    }
  }
  const wanted = await runBuild(first, { env: { TZ: "UTC", LC_ALL: "C" } });
  assert.match(wanted.sha256 ?? "", /^[0-9a-f]{64}$/);

  const builds = {
    "another copy, umask, time zone and locale": runBuild(
      shuffled,
      {
        cwd: path.join(shuffled, "lib"),
        env: { TZ: "Pacific/Chatham", LC_ALL: "C.UTF-8", LANG: "tr_TR.UTF-8", USER: "nobody" },
      },
      ["sh", "-c", 'umask 077; exec "$0" "$@"'],
    ),
    "the first again, on one thread, with an open umask": runBuild(
      first,
      { env: { UV_THREADPOOL_SIZE: "1", TZ: "America/Caracas" } },
      ["sh", "-c", 'umask 0; exec "$0" "$@"'],
    ),
  };
  for (const [fact, build] of Object.entries(builds)) {
    assert.equal((await build).sha256, wanted.sha256, fact);
  }
  const archives = await Promise.all(
    [first, shuffled].map((folder) => readFile(path.join(folder, ".build/source.tar.gz"))),
  );
  assert.ok(archives[0] !== undefined && archives[1] !== undefined);
  assert.equal(Buffer.compare(archives[0], archives[1]), 0);
});

test("buildArchive() gives other bytes for another mode, name or content", async (t) => {
  const { sha256 } = await runBuild(await makeCopy(t, "daily", {}));
  const digests = new Set([sha256]);
  const plain = await makeCopy(t, "daily", { mode: 0o644 });
  digests.add((await runBuild(plain)).sha256);
  await writeFile(path.join(plain, "words.txt"), "ss\n");
  digests.add((await runBuild(plain)).sha256);
  await writeFile(path.join(plain, "lib/new"), "");
  digests.add((await runBuild(plain)).sha256);
  assert.equal(digests.size, 4);
});
