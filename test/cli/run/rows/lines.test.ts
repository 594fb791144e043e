/** Splitting and counting lines of files too large for memory. */
import assert from "node:assert/strict";
import { test } from "node:test";
import path from "node:path";
import fc from "fast-check";
import { countRows, splitLines } from "../../../../cli/run/rows/lines.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

async function linesOf(chunks: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  async function* source(): AsyncGenerator<Buffer> {
    for (const chunk of chunks) {
      yield Buffer.from(chunk);
    }
  }
  for await (const some of splitLines(source())) {
    lines.push(...some.map(String));
  }
  return lines;
}

test("splitLines() gives the same lines wherever chunks end", async () => {
  const chunk = fc.string({ unit: fc.constantFrom("\n", "a", "é") });
  await fc.assert(
    fc.asyncProperty(fc.array(chunk), async (chunks) => {
      const wanted = chunks.join("").split("\n");
      if (wanted.at(-1) === "") {
        wanted.pop();
      }
      assert.deepEqual(await linesOf(chunks), wanted);
    }),
  );
});

test("countRows() counts lines and bytes, with a last one that has no end", async (t) => {
  const folder = await makeTree(t, { none: "", one: "a", two: "a\nbé\n", three: "\n\na" });
  for (const [name, rows, sizeBytes] of [
    ["none", 0, 0],
    ["one", 1, 1],
    ["two", 2, 6],
    ["three", 3, 3],
  ] as const) {
    assert.deepEqual(await countRows(path.join(folder, name)), { rows, sizeBytes });
  }
});
