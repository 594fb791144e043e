/** What a refresh calls a change, and what it says of what cannot be read. */
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Fixture, PATIENT, stepsOf } from "./fixture.ts";

describe("Refresh", PATIENT, () => {
  let fixture: Fixture;

  before(async () => {
    fixture = await Fixture.create();
  });
  after(() => fixture.remove());

  it("an input that the provider does not compare is no change", async () => {
    await fixture.program(`new Thing("a", { label: "one" });`);
    await fixture.run("up");
    await fixture.program(`new Thing("a", { label: "one", comment: "new" });`);
    assert.deepEqual(stepsOf(await fixture.run("up")), ["same a"]);
    for (const command of ["refresh", "preview", "refresh"] as const) {
      assert.deepEqual(stepsOf(await fixture.run(command)), ["same a"], command);
    }
  });

  it("an error without a stack is told once", async () => {
    await fixture.faults({ a: "read" });
    const { text, result } = await fixture.run("refresh");
    await fixture.faults({});
    assert.equal(result.succeeded, false);
    assert.deepEqual(text.match(/.*no permission.*/g), ["    error: Cannot read a: no permission"]);
  });

  it("one that cannot be read stays, and what was found of the others is saved", async () => {
    await fixture.program(
      `for (const name of ["a", "b", "gone"]) new Thing(name, { label: "one" });`,
    );
    await fixture.run("up");
    const gone = await fixture.resource("gone");
    await rm(join(fixture.directory, "objects", `${String(gone?.outputs?.["object"])}.json`));
    await fixture.faults({ b: "read" });
    const refreshed = await fixture.run("refresh");
    await fixture.faults({});
    assert.equal(refreshed.result.succeeded, false);
    assert.deepEqual(refreshed.result.changes, { same: 2, delete: 1 });
    assert.ok(await fixture.resource("b"));
    assert.equal(await fixture.resource("gone"), undefined);
  });
});
