/** The pictures in the documents show what the commands show now. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { lineText } from "../../tools/pictures/pane.ts";
import { PICTURES, takePictures } from "../../tools/pictures/pictures.ts";
import { textOfPicture } from "../../tools/pictures/svg.ts";
import { hasTerminals } from "../../tools/terminal.ts";

test("The pictures in the documents show what the commands show now", async (t) => {
  if (!(await hasTerminals())) {
    t.skip("NOT RUN: this system gives no terminals");
    return;
  }
  const pictures = await takePictures();
  for (const { name, lines } of pictures) {
    await t.test(`${name}.svg (when it fails: npm run pictures, and look at it)`, async () => {
      const svg = await readFile(path.join(PICTURES, `${name}.svg`), "utf8");
      assert.deepEqual(textOfPicture(svg).map(evenSpaces), lines.map(lineText).map(evenSpaces));
    });
  }
  const files = (await readdir(PICTURES)).toSorted();
  assert.deepEqual(files, pictures.map(({ name }) => `${name}.svg`).toSorted());
});

/** Columns are as wide as the times in them, which are longer on a busy machine. */
function evenSpaces(line: string): string {
  return line.replaceAll(/ {2,}/g, "  ");
}
