/** The recordings belong to the scenarios, tell nothing of the machine they were made on, and the page is made of them. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, it } from "node:test";
import { makePage, PAGE } from "../../tools/conformance/page.ts";
import { pulumiVersion } from "../../tools/conformance/pulumi-engine.ts";
import { assertImpersonal, RECORDINGS } from "../../tools/conformance/recording.ts";
import { CHAPTERS } from "./scenarios/chapters.ts";

describe("Recordings of the Pulumi CLI", () => {
  const names = CHAPTERS.flatMap(({ scenarios }) => scenarios.map(({ name }) => name));

  it("there is one for each scenario, and no other", async () => {
    const recorded = await readdir(RECORDINGS);
    assert.deepEqual(recorded.toSorted(), names.map((name) => `${name}.json`).toSorted());
  });

  it("each chapter has its test", async () => {
    const files = await readdir(import.meta.dirname);
    const tests = files.filter((file) => file.endsWith(".test.ts"));
    assert.equal(tests.length, CHAPTERS.length + 1);
  });

  it("they name no folder, no user and no machine", async () => {
    for (const file of await readdir(RECORDINGS)) {
      assertImpersonal(file, await readFile(path.join(RECORDINGS, file), "utf8"));
    }
  });

  it("docs/engines.md is made of them", async () => {
    assert.equal(
      await readFile(PAGE, "utf8"),
      await makePage(CHAPTERS),
      'Make it anew: "npm run conformance -- --page"',
    );
  });

  it(
    "the Pulumi CLI on PATH does what is recorded, and takes every state over (in the chapters' tests)",
    { skip: pulumiVersion() === undefined ? "there is no Pulumi CLI on PATH" : false },
    () => undefined,
  );
});
