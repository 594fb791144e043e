/** What `requirements.txt` says, read as pip reads it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRequirements } from "../../../../provider/pipeline/stages/requirements.ts";

/** Label, and whether it is pinned, of each requirement. */
function readingOf(text: string): readonly (readonly [string, boolean])[] {
  return parseRequirements(text).requirements.map(({ label, isPinned }) => [label, isPinned]);
}

for (const [text, label, isPinned] of [
  ["numpy", "numpy", false],
  ["numpy==1.26.4", "numpy==1.26.4", true],
  ["numpy == 1.26.4", "numpy == 1.26.4", true],
  ["numpy===1.26.4+local", "numpy===1.26.4+local", true],
  ["numpy (==1.26.4)", "numpy (==1.26.4)", true],
  ["numpy==1.26.*", "numpy==1.26.*", false],
  ["numpy>=1.20", "numpy>=1.20", false],
  ["numpy~=1.20", "numpy~=1.20", false],
  ["numpy!=1.20", "numpy!=1.20", false],
  ["numpy>=1.20,<2", "numpy>=1.20,<2", false],
  ["numpy>1,==1.26.4", "numpy>1,==1.26.4", true],
  ["requests[socks, security]", "requests[socks, security]", false],
  ["requests[socks]==2.32.0", "requests[socks]==2.32.0", true],
  ['tomli==2.0.1; python_version == "3.10"', "tomli==2.0.1", true],
  ['tomli ; python_version == "3.10"', "tomli", false],
  ["numpy>=1.20 --hash=sha256:ab --hash=sha256:cd", "numpy>=1.20", true],
  ["numpy==1.26.4 # the last one", "numpy==1.26.4", true],
  ["numpy # ==1.26.4", "numpy", false],
  ["tool @ https://host/tool-1.0.whl", "tool", true],
  ["tool@ git+https://host/tool.git@v1", "tool", true],
  ["tool @ git+https://host/tool.git", "tool", false],
  ["https://host/tool-1.0.tar.gz", "https://host/tool-1.0.tar.gz", true],
  ["git+https://host/a/tool.git#egg=tool", "git+https://host/a/tool.git", false],
  ["git+ssh://git@host/a/tool.git", "git+ssh://host/a/tool.git", false],
  ["git+ssh://git@host/a/tool.git@0123abc", "git+ssh://host/a/tool.git@0123abc", true],
  ["-e git+https://host/tool.git#egg=tool", "git+https://host/tool.git", false],
  ["--editable=./lib/tool", "./lib/tool", true],
  ["-e .", ".", true],
  ["./wheels/tool-1.0-py3-none-any.whl", "./wheels/tool-1.0-py3-none-any.whl", true],
  ["tool-1.0-py3-none-any.whl", "tool-1.0-py3-none-any.whl", true],
] as const) {
  test(`parseRequirements() takes "${text}" for ${isPinned ? "pinned" : "floating"}`, () => {
    assert.deepEqual(readingOf(text), [[label, isPinned]]);
  });
}

test("parseRequirements() shows no password of an address", () => {
  const text =
    "git+https://me:s3cret@host/tool.git\nhttps://host/x.whl?token=s3cret\ntool @ git+https://s3cret@host/tool\n";
  assert.deepEqual(readingOf(text), [
    ["git+https://host/tool.git", false],
    ["https://host/x.whl", true],
    ["tool", false],
  ]);
});

test("parseRequirements() takes options, comments and empty lines for no requirements", () => {
  const text = `\uFEFF# numpy
--index-url https://host/simple
-i https://host/simple
--extra-index-url=https://host/simple
-f ./wheels
--find-links ./wheels
--no-binary :all:
--only-binary=:all:
--pre
--require-hashes
--trusted-host host
\t# pandas

   `;
  assert.deepEqual(parseRequirements(text), { requirements: [], includes: [] });
});

test("parseRequirements() leaves what is no requirement to pip", () => {
  assert.deepEqual(readingOf("just some words\n=1.0\nnumpy 1.0\n<<<<<<< HEAD\n"), []);
});

test("parseRequirements() names the line where a requirement begins, after continued ones", () => {
  const text =
    "a==1 \\\n  --hash=sha256:1 \\\n  --hash=sha256:2\r\n# note \\\nb\rc \\\n# end\nd\\\n";
  const { requirements } = parseRequirements(text);
  assert.deepEqual(
    requirements.map(({ line, label, isPinned }) => [line, label, isPinned]),
    [
      [1, "a==1", true],
      [5, "b", false],
      [6, "c", false],
      [8, "d", false],
    ],
  );
});

test("parseRequirements() finds the files that are read along, in each way to write it", () => {
  const text = `-r a.txt
-rb.txt
--requirement c.txt
--requirement="d e.txt"
-c f.txt # pins
--constraint=https://host/g.txt
`;
  assert.deepEqual(parseRequirements(text).includes, [
    { line: 1, file: "a.txt", isConstraint: false },
    { line: 2, file: "b.txt", isConstraint: false },
    { line: 3, file: "c.txt", isConstraint: false },
    { line: 4, file: "d e.txt", isConstraint: false },
    { line: 5, file: "f.txt", isConstraint: true },
    { line: 6, file: "https://host/g.txt", isConstraint: true },
  ]);
});

test("parseRequirements() compares names as the index does", () => {
  const { requirements } = parseRequirements("Foo__Bar.baz\nfoo-bar-baz==1\n");
  assert.deepEqual(
    requirements.map(({ name }) => name),
    ["foo-bar-baz", "foo-bar-baz"],
  );
});
