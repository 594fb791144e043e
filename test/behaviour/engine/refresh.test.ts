/** What a refresh calls a change, and what it says of what cannot be read. */
import assert from "node:assert/strict";
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
});
