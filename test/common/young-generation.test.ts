/** V8's room for new objects: it grows no more when it is told so, and would. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

const MODULE = import.meta.resolve("../../common/young-generation.ts");

/** The size of the room after much that is new was made, a part of which stays, in bytes. */
async function roomAfterWork(isKept: boolean): Promise<number> {
  const program = `
    const { getHeapSpaceStatistics } = await import("node:v8");
    const { keepYoungGenerationSmall } = await import(${JSON.stringify(MODULE)});
    const kept = [];
    for (let index = 0; index < 4_000_000; index++) {
      const made = { index, list: [index] };
      if (index % 20 === 0) kept.push(made);
      if (${isKept} && index % 10_000 === 0) keepYoungGenerationSmall();
    }
    const room = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
    console.log(room.space_size, kept.length);
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--eval", program],
    { timeout: 60_000 },
  );
  return Number(stdout.split(" ")[0]);
}

test("keepYoungGenerationSmall() ends the growth of what V8 has for new objects", async () => {
  const [usual, kept] = [await roomAfterWork(false), await roomAfterWork(true)];
  assert.ok(usual > 20e6, `it would have been ${usual} bytes`);
  assert.ok(kept > 0 && kept < 20e6, `it is ${kept} bytes`);
});
