/** How `configs/secrets.env` is read: as upstream reads it, and without a word of what is in it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSecrets, readSecrets } from "../../../../cli/run/environment/secrets.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

for (const [text, variables] of [
  ["A=1", { A: "1" }],
  ["A=1\r\nB=2\rC=3\n", { A: "1", B: "2", C: "3" }],
  ["  A  =  two words  ", { A: "two words" }],
  ["URL=https://host/?a=b&c==", { URL: "https://host/?a=b&c==" }],
  ["# A=1\n\n   \n #B=2\nC=3 # kept", { C: "3 # kept" }],
  [`A="double"\nB='single'`, { A: '"double"', B: "'single'" }],
  ["A=\nB=$A ${A} `id`", { A: "", B: "$A ${A} `id`" }],
  ["A=1\nA=2", { A: "2" }],
  ["\uFEFFA=1", { A: "1" }],
  ["a.b-c=1\nключ=значение", { "a.b-c": "1", ключ: "значение" }],
  ["__proto__=1", { ["__proto__"]: "1" }],
  ["", {}],
] as const) {
  test(`parseSecrets() reads ${JSON.stringify(text)}`, () => {
    const parsed = parseSecrets(text);
    assert.deepEqual([...parsed.variables], Object.entries(variables));
    assert.deepEqual(parsed.wrongLines, []);
  });
}

test("parseSecrets() leaves out what is no variable, by the number of its line", () => {
  const text = 'A=1\nexport B=2\n=3\nno variable\n\nC="first\nsecond"\nD=zero\0byte\nE\0=1\n';
  const { variables, wrongLines } = parseSecrets(text);
  assert.deepEqual(
    [...variables],
    [
      ["A", "1"],
      ["C", '"first'],
    ],
  );
  assert.deepEqual(wrongLines, [2, 3, 4, 7, 8, 9]);
});

for (const [what, text, warning] of [
  [
    "one line",
    "TOKEN:hidden\n",
    'line 1 of "configs/secrets.env" is left out: write NAME=value on one line, without "export"',
  ],
  [
    "many lines",
    "hidden\n".repeat(8),
    'lines 1, 2, 3, 4, 5 and 3 more of "configs/secrets.env" are left out: write NAME=value on one line, without "export"',
  ],
] as const) {
  test(`readSecrets() warns of ${what} without what is in it`, async (t) => {
    const folder = await makeTree(t, { "configs/secrets.env": text });
    const warnings: string[] = [];
    const variables = await readSecrets(folder, (line) => warnings.push(line));
    assert.deepEqual([...variables], []);
    assert.deepEqual(warnings, [warning]);
  });
}

test("readSecrets() does without a file, and without one that is none", async (t) => {
  const folder = await makeTree(t);
  const warnings: string[] = [];
  const warn = (line: string): number => warnings.push(line);
  assert.equal((await readSecrets(folder, warn)).size, 0);
  assert.deepEqual(warnings, []);
  const odd = await makeTree(t, { "configs/secrets.env/": "" });
  assert.equal((await readSecrets(odd, warn)).size, 0);
  assert.deepEqual(warnings, [
    '"configs/secrets.env" cannot be read, so the job does without it: it is a directory',
  ]);
});

test("readSecrets() refuses what is no UTF-8", async (t) => {
  const bytes = Buffer.from("\uFEFFTOKEN=hidden", "utf16le");
  const folder = await makeTree(t, { "configs/secrets.env": bytes });
  await assert.rejects(
    readSecrets(folder, () => undefined),
    {
      name: "UserError",
      message: 'Cannot read "configs/secrets.env" as it is no UTF-8 text: save it as UTF-8',
    },
  );
});
