/** A test with random edits that a manifest made with all that is remembered is the one made without. */
import assert from "node:assert/strict";
import {
  chmodSync,
  cpSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import { makePlan } from "../../../cli/plan/make-plan.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { ignoringFileSystemErrors } from "../../../common/files/file-errors.ts";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { rememberModules } from "../../../provider/pipeline/python/module-memory.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

/** Longer than a file is too young for its signature, in ms. */
const SETTLED_MS = 40;

const DIRECTORIES = ["lib", "lib/a", "lib/b", "lib/a/deep", "lib/a/deep/er", "stages/one/src"];
const NAMES = ["x.py", "X.py", "y.py", "z", ".ytignore", "key.pem", "deep"];

/** Of one length, so that only times and inodes tell them apart; they are rules, and code, too. */
const CONTENTS = [
  "import ytjobs.q\n",
  "x.py\n#---------\n",
  "deep/\n!z\n#------\n",
  "*\n!x.py\n#------\n",
];

const directory = fc.constantFrom(...DIRECTORIES);
const place = fc.tuple(directory, fc.constantFrom(...NAMES)).map((names) => names.join("/"));
const content = fc.constantFrom(...CONTENTS);

/** Changes something in a pipeline directory; what cannot be done there just now is not. */
type Edit = (at: (relative: string) => string) => void;

function edits(): fc.Arbitrary<Edit> {
  return fc.oneof(
    fc.tuple(place, content).map(
      ([file, text]): Edit =>
        (at) =>
          writeFileSync(at(file), text),
    ),
    fc.tuple(place, content).map(([file, text]): Edit => (at) => {
      const { atime, mtime } = statSync(at(file));
      writeFileSync(at(file), text);
      utimesSync(at(file), atime, mtime);
    }),
    fc.tuple(place, content).map(([file, text]): Edit => (at) => {
      writeFileSync(at("new"), text);
      renameSync(at("new"), at(file));
    }),
    fc.tuple(place, place).map(
      ([one, other]): Edit =>
        (at) =>
          swap(at(one), at(other), at("aside")),
    ),
    fc.tuple(directory, directory).map(
      ([one, other]): Edit =>
        (at) =>
          swap(at(one), at(other), at("aside")),
    ),
    fc.tuple(place, place).map(
      ([one, other]): Edit =>
        (at) =>
          renameSync(at(one), at(other)),
    ),
    fc.tuple(place, place).map(
      ([file, name]): Edit =>
        (at) =>
          linkSync(at(file), at(name)),
    ),
    fc.tuple(place, fc.oneof(place, directory)).map(([link, target]): Edit => (at) => {
      rmSync(at(link), { recursive: true, force: true });
      symlinkSync(path.relative(path.dirname(at(link)), at(target)), at(link));
    }),
    fc.oneof(place, directory).map(
      (name): Edit =>
        (at) =>
          rmSync(at(name), { recursive: true }),
    ),
    fc.oneof(place, directory).map(
      (name): Edit =>
        (at) =>
          mkdirSync(at(name), { recursive: true }),
    ),
    fc.tuple(place, fc.constantFrom(0o644, 0o755)).map(
      ([name, mode]): Edit =>
        (at) =>
          chmodSync(at(name), mode),
    ),
  );
}

function swap(one: string, other: string, aside: string): void {
  renameSync(one, aside);
  renameSync(other, one);
  renameSync(aside, other);
}

/** What happens before a manifest is read again. */
const step = fc.record({
  edits: fc.array(edits(), { maxLength: 3 }),
  /** Whether what was edited before is old enough to be remembered. */
  isLater: fc.boolean(),
  /** Whether it is read as in another process, which knows only what is on disk. */
  isNewProcess: fc.boolean(),
});

/** No interpreter is to be asked again and again. */
const findModules = rememberModules();

/** What is in a manifest, or why there is none, without the place of the pipeline. */
async function outcomeOf(pipelineDirectory: string): Promise<unknown> {
  try {
    const manifest = await readManifest({ pipelineDirectory, findModules });
    const { digest, parts, warnings } = manifest;
    const plan = makePlan(manifest);
    const named = parts.map(({ files, imports, ...part }) => ({
      ...part,
      files: files.map(({ path: name, mode, sizeBytes, sha256 }) => [
        name,
        mode,
        sizeBytes,
        sha256,
      ]),
      imports: imports?.map(({ file, imports: of }) => [file.path, of]),
    }));
    return JSON.parse(
      JSON.stringify({ digest, named, warnings, plan }).replaceAll(pipelineDirectory, "<pipeline>"),
    );
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    return error.message.replaceAll(pipelineDirectory, "<pipeline>");
  }
}

test("readManifest() gives what it gives without what it remembers", async (t) => {
  const cacheBefore = process.env["YTCODE_CACHE_DIR"];
  t.after(() => {
    process.env["YTCODE_CACHE_DIR"] = cacheBefore;
  });
  const folder = await makeTree(t);
  let count = 0;
  const next = (name: string): string => path.join(folder, `${name}-${count++}`);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 7 }), async (steps) => {
      const pipeline = next("pipeline");
      let cache = next("cache");
      const at = (relative: string): string => path.join(pipeline, relative);
      for (const name of [...DIRECTORIES, "configs"]) {
        mkdirSync(at(name), { recursive: true });
        writeFileSync(at(`${name}/x.py`), CONTENTS[0] ?? "");
        writeFileSync(at(`${name}/z`), CONTENTS[1] ?? "");
      }
      writeFileSync(at("stages/one/src/vanilla.py"), "");
      // Large enough to be remembered on disk.
      writeFileSync(at("lib/large"), Buffer.alloc(1 << 20));
      writeFileSync(
        at("configs/config.yaml"),
        "stages: { enabled_stages: [one] }\npipeline: { upload_paths: [{ source: lib }] }\n",
      );
      for (const { edits: changes, isLater, isNewProcess } of steps) {
        if (isLater) {
          await delay(SETTLED_MS);
        }
        process.env["YTCODE_CACHE_DIR"] = cache;
        await outcomeOf(pipeline);
        if (isNewProcess) {
          const earlier = cache;
          cache = next("cache");
          ignoringFileSystemErrors(() => cpSync(earlier, cache, { recursive: true }));
          process.env["YTCODE_CACHE_DIR"] = cache;
        }
        for (const change of changes) {
          ignoringFileSystemErrors(() => change(at));
        }
        const remembered = await outcomeOf(pipeline);
        const copy = next("copy");
        cpSync(pipeline, copy, { recursive: true, verbatimSymlinks: true });
        process.env["YTCODE_CACHE_DIR"] = "off";
        assert.deepEqual(remembered, await outcomeOf(copy));
        rmSync(copy, { recursive: true });
      }
    }),
    { numRuns: 30 },
  );
});
