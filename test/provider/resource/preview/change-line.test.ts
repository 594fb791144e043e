/** The line of an archive that changes, from made-up changes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { changeLine, newArchiveLine } from "../../../../provider/resource/preview/change-line.ts";
import type { ArchiveChange } from "../../../../provider/resource/preview/change-line.ts";
import { compareParts } from "../../../../provider/resource/preview/part-changes.ts";
import { filesOfInput } from "../../../../provider/resource/preview/part-contents.ts";
import type {
  KnownFiles,
  PartVersion,
} from "../../../../provider/resource/preview/part-contents.ts";
import { textOrBinary } from "../../../../provider/resource/preview/part-memory.ts";

/** Parts by key; a file's content, or a digest of one that is not known, as `#1`. */
type Parts = Readonly<Record<string, Readonly<Record<string, string>>>>;

function partsOf(parts: Parts): ReadonlyMap<string, PartVersion> {
  return new Map(
    Object.entries(parts).map(([key, input]) => [
      key,
      { key, digest: JSON.stringify(input), input },
    ]),
  );
}

function filesOf(part: PartVersion): KnownFiles | undefined {
  const files = filesOfInput(part);
  return (
    files &&
    new Map(
      [...files].map(([name, file]) => {
        const content = file.digest.replace(/\+x$/, "");
        const known = content.startsWith("#") ? file.content() : textOrBinary(Buffer.from(content));
        return [name, { ...file, sizeBytes: content.length, content: () => known }];
      }),
    )
  );
}

function between(before: Parts, after: Parts): ArchiveChange {
  const counts = Object.values(after).map((files) => Object.keys(files).length);
  return {
    sentences: [],
    parts: compareParts(partsOf(before), partsOf(after), filesOf, filesOf),
    stageCount: Object.keys(after).filter((key) => key.startsWith("stages/")).length,
    fileCount: counts.reduce((sum, count) => sum + count, 0),
  };
}

const BEFORE: Parts = {
  "wrappers/": { "a.sh": "1\n", "b.sh": "1\n" },
  "stages/clean": { "src/mapper.py": "1\n2\n3\n", "config.yaml": "x: 1\n" },
  "stages/score": { "src/vanilla.py": "1\n" },
  "./words.txt": { "words.txt": "a\nb\n" },
};

const CHANGES: readonly (readonly [string, Parts, string])[] = [
  [
    "one edit",
    { "stages/clean": { "src/mapper.py": "1\n2\n4\n5", "config.yaml": "x: 1\n" } },
    "1 of 2 stages changes: clean (src/mapper.py +2 -1); 1 of 6 files",
  ],
  [
    "files that come, go and get another name or mode",
    {
      "stages/clean": { "src/map.py": "1\n2\n3\n", "src/new.py": "1\n2" },
      "stages/score": { "src/vanilla.py": "1\n+x" },
    },
    "2 of 2 stages change: clean (src/mapper.py renamed src/map.py, src/new.py new +2, config.yaml removed), " +
      "score (src/vanilla.py now executable); 3 of 6 files, 1 removed",
  ],
  [
    "what is binary and what is not known",
    {
      "stages/clean": { "src/mapper.py": "\0", "config.yaml": "#1" },
    },
    "1 of 2 stages changes: clean (src/mapper.py binary, config.yaml lines unknown); 2 of 6 files",
  ],
  [
    "other parts, of which one is a file",
    { "./words.txt": { "words.txt": "a\nc\n" }, "lib/": { "a.py": "", "b.py": "" } },
    "./words.txt (+1 -1) changes; lib/ is new; 3 of 8 files",
  ],
  [
    "wrappers alone",
    { "wrappers/": { "a.sh": "2\n", "b.sh": "1\n" } },
    "wrappers (a.sh +1 -1) changes; 1 of 6 files",
  ],
  [
    "names that are no plain words",
    {
      "stages/clean": {
        "src/mapper.py": "1\n2\n3\n",
        "config.yaml": "x: 1\n",
        "a\u001b[2J, b": "1\n",
      },
    },
    '1 of 2 stages changes: clean ("a\\u{1b}[2J, b" new +1); 1 of 7 files',
  ],
];

for (const [name, changes, line] of CHANGES) {
  test(`changeLine() tells of ${name}`, () => {
    assert.equal(changeLine(between(BEFORE, { ...BEFORE, ...changes })), line);
  });
}

test("changeLine() tells of stages that come, go and are renamed, which explains wrappers", () => {
  const { "stages/clean": clean = {}, "stages/score": _, ...others } = BEFORE;
  const after = {
    ...others,
    "wrappers/": { "c.sh": "1\n" },
    "stages/tidy": clean,
    "stages/train": { "src/vanilla.py": "2\n" },
  };
  assert.equal(
    changeLine(between(BEFORE, after)),
    "stage train is new; stage score is removed; stage clean is renamed tidy; 4 of 5 files, 3 removed",
  );
});

test("changeLine() puts what comes of it last, and a promotion first", () => {
  const change = between(BEFORE, { ...BEFORE, "stages/score": { "src/vanilla.py": "1\n2\n" } });
  const sentences = ["mode dev becomes prod"];
  assert.equal(
    changeLine({ ...change, sentences, ending: "about 3 KiB to send" }),
    "mode dev becomes prod; 1 of 2 stages changes: score (src/vanilla.py +1 -0); 1 of 6 files, about 3 KiB to send",
  );
  assert.equal(
    changeLine({ ...change, heading: "promotes 1 to //p", fileCount: undefined }),
    "promotes 1 to //p: 1 of 2 stages changes: score (src/vanilla.py +1 -0); 1 file",
  );
  assert.equal(
    changeLine({
      heading: "promotes 1 to //p",
      sentences: [],
      parts: [],
      stageCount: 2,
      fileCount: 6,
    }),
    "promotes 1 to //p",
  );
});

test("changeLine() says that it does not know which files change", () => {
  const before = { ...BEFORE, "stages/clean": { "src/": "0123456789ab (300 files)" } };
  const change = between(before, BEFORE);
  assert.equal(changeLine(change), "1 of 2 stages changes: clean; some of 6 files");
});

test("changeLine() rolls many files and stages up, and stays one short line", () => {
  const stages = Object.fromEntries(
    Array.from({ length: 40 }, (_, stage) => [
      `stages/a_stage_with_quite_a_long_name_${stage}`,
      Object.fromEntries(
        Array.from({ length: 120 }, (__, file) => [`src/package/a_module_${file}.py`, `${file}\n`]),
      ),
    ]),
  );
  const { "stages/a_stage_with_quite_a_long_name_0": first = {}, ...others } = stages;
  const changed = Object.fromEntries(
    Object.entries(first).map(([key, text]) => [key, `${text}2\n`]),
  );
  const one = { ...others, "stages/a_stage_with_quite_a_long_name_0": { ...changed, "x.py": "1" } };
  assert.equal(
    changeLine(between(stages, one)),
    "1 of 40 stages changes: a_stage_with_quite_a_long_name_0 (src/ 120 files, 1 file); 121 of 4801 files",
  );
  const all = Object.fromEntries(Object.keys(stages).map((key) => [key, changed]));
  const line = changeLine(between(stages, all));
  assert.equal(
    line,
    "40 of 40 stages change: a_stage_with_quite_a_long_name_0 (src/ 120 files), " +
      "a_stage_with_quite_a_long_name_1 (src/ 120 files) and 38 more; 4800 of 4800 files",
  );
  assert.ok(line.length <= 200);
});

test("newArchiveLine() names the stages, the files and the size", () => {
  const change = between({}, BEFORE);
  assert.equal(
    newArchiveLine(change, "3.1 KiB"),
    "new archive: 2 stages (clean, score), 6 files, 3.1 KiB",
  );
  assert.equal(
    newArchiveLine({ ...change, heading: "promotes 1 to //p", fileCount: undefined }, ""),
    "promotes 1 to //p: new archive: 2 stages (clean, score)",
  );
});
