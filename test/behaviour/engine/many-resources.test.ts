/** Many resources at once: none is left out, and no more than a few are asked about at a time. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { handlerSource } from "./fixture-sources.ts";
import { Fixture, PATIENT } from "./fixture.ts";

const COUNT = 40;

/** Declares them, each with this label. */
function declaring(label: string): string {
  return `
    for (let index = 0; index < ${COUNT}; index++) {
      new Thing("thing" + index, { label: "${label}" });
    }
  `;
}

/** Tells how many resources it is asked about at a time, at most. */
const COUNTING_HANDLER = `${handlerSource}
const { check, diff } = exports;
let [asked, most] = [new Set(), 0];
exports.check = async (olds, news) => {
  asked.add(news.name);
  most = Math.max(most, asked.size);
  fs.writeFileSync("most.txt", String(most));
  await new Promise((resolve) => setTimeout(resolve, 20));
  if (olds.name === undefined) asked.delete(news.name);
  return check(olds, news);
};
exports.diff = async (id, olds, news) => {
  asked.delete(news.name);
  return diff(id, olds, news);
};
`;

test(
  "the provider is asked about no more than sixteen resources at a time, and about all of them",
  PATIENT,
  async (t) => {
    const fixture = await Fixture.create({ "handler.cjs": COUNTING_HANDLER });
    t.after(() => fixture.remove());
    await fixture.program(declaring("1"));
    for (const [operation, changes] of [
      ["up", { create: COUNT + 1 }],
      ["preview", { same: COUNT + 1 }],
    ] as const) {
      const { text, result } = await fixture.run(operation);
      assert.equal(result.succeeded, true, text);
      assert.deepEqual(result.changes, changes);
      assert.ok(Number(await fixture.read("most.txt")) <= 16);
    }
  },
);

test("the mistakes of many resources are all told", PATIENT, async (t) => {
  const fixture = await Fixture.create();
  t.after(() => fixture.remove());
  await fixture.program(declaring(""));
  const { text, result } = await fixture.run("preview");
  assert.equal(result.succeeded, false);
  assert.equal(text.match(/Label must not be empty/g)?.length, COUNT, text);
});

/** Answers when it is told to go on. */
const WAITING_HANDLER = `${handlerSource}
const { check } = exports;
exports.check = async (olds, news) => {
  fs.writeFileSync("asked", "");
  while (!fs.existsSync("go-on")) await new Promise((resolve) => setTimeout(resolve, 5));
  return check(olds, news);
};
`;

test("a preview that is stopped asks about no more resources", PATIENT, async (t) => {
  const fixture = await Fixture.create({ "handler.cjs": WAITING_HANDLER });
  t.after(() => fixture.remove());
  await fixture.program(declaring("1"));
  const controller = new AbortController();
  const running = fixture.run("preview", { signal: controller.signal });
  while (!existsSync(path.join(fixture.directory, "asked"))) {
    await delay(5);
  }
  controller.abort();
  await fixture.write({ "go-on": "" });
  const { text, result } = await running;
  assert.equal(result.cancelled, true, text);
  assert.equal(result.succeeded, false);
  assert.ok((await fixture.calls()).length <= 16);
});
