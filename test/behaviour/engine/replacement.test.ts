/** The order in which resources are replaced, and what a failure in between leaves. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Fixture, PATIENT, stepsOf } from "./fixture.ts";
import type { Outcome, StoredResource } from "./fixture.ts";

const program = (region: string, zone: string): string => `
const a = new Thing("a", { label: "a", region: "${region}" });
const z = new Thing("z", { label: "z", zone: "${zone}" });
new Thing("needs", { label: "n", region: z.object });
new Thing("likes", { label: z.object });
new Thing("chosen", { label: "c", region: "${region}" }, { deleteBeforeReplace: true });
new Thing("named", { label: "${region}" }, { replaceOnChanges: ["label"] });
new Thing("with", { label: "w" }, { deletedWith: a });
export const object = a.object;
`;

describe("Replacement", PATIENT, () => {
  let fixture: Fixture;
  let preview: Outcome;
  let replaced: Outcome;
  let calls: readonly string[];
  let failed: Outcome;
  let pending: StoredResource | undefined;
  let resumed: Outcome;
  let callsOfResumption: readonly string[];

  before(async () => {
    fixture = await Fixture.create();
    await fixture.program(program("eu", "z1"));
    await fixture.run("up");
    await fixture.program(program("us", "z2"));
    preview = await fixture.run("preview");
    await fixture.calls();
    replaced = await fixture.run("up", { parallel: 1 });
    calls = await fixture.calls();
    await fixture.faults({ chosen: "create" });
    await fixture.program(program("ap", "z2"));
    failed = await fixture.run("up", { parallel: 1 });
    pending = await fixture.resource("chosen");
    await fixture.calls();
    await fixture.faults({});
    resumed = await fixture.run("up", { parallel: 1 });
    callsOfResumption = await fixture.calls();
  });
  after(() => fixture.remove());

  const order = (...wanted: string[]): readonly string[] =>
    calls.filter((call) => wanted.includes(call));

  it("a preview calls it one replacement and names the cause", () => {
    assert.match(
      preview.text,
      /^ \+- {2}├─ pulumi-nodejs:dynamic\/test:Thing {2}a +replace {2}\[diff: ~region\]$/m,
    );
    assert.match(
      preview.text,
      /\nResources:\n {4}~ 2 to update\n {4}\+-5 to replace\n {4}7 changes\. 1 unchanged\n$/,
    );
  });

  it("the new one comes first, the old one goes at the end", () => {
    assert.equal(replaced.result.succeeded, true);
    assert.deepEqual(order("create a", "delete a"), ["create a", "delete a"]);
  });

  it("deleteBeforeReplace of the provider deletes first", () => {
    assert.deepEqual(order("create z", "delete z"), ["delete z", "create z"]);
  });

  it("deleteBeforeReplace of the program deletes first", () => {
    assert.deepEqual(order("create chosen", "delete chosen"), ["delete chosen", "create chosen"]);
  });

  it("a dependent that cannot do without goes first and comes back last", () => {
    assert.deepEqual(order("create z", "delete z", "create needs", "delete needs"), [
      "delete needs",
      "delete z",
      "create z",
      "create needs",
    ]);
  });

  it("a dependent that can be updated is updated", () => {
    assert.deepEqual(order("create likes", "delete likes", "update likes"), ["update likes"]);
  });

  it("replaceOnChanges does not replace when the provider names no changes, as with the CLI", () => {
    assert.deepEqual(order("create named", "delete named", "update named"), ["update named"]);
  });

  it("what is deleted with a replaced resource is replaced too, and not deleted itself", () => {
    assert.deepEqual(order("create a", "create with", "delete with", "delete a"), [
      "create a",
      "create with",
      "delete a",
    ]);
  });

  it("counts each replacement once", () => {
    assert.deepEqual(replaced.result.changes, { same: 1, replace: 5, update: 2 });
  });

  it("a failure between deletion and creation is remembered", () => {
    assert.equal(failed.result.succeeded, false);
    assert.equal(pending?.pendingReplacement, true);
  });

  it("the next up creates what was deleted, and deletes nothing twice", () => {
    assert.equal(resumed.result.succeeded, true);
    assert.deepEqual(
      callsOfResumption.filter((call) => call.endsWith(" chosen") && !/check|diff/.test(call)),
      ["create chosen"],
    );
    assert.ok(stepsOf(resumed).some((step) => step.startsWith("replace chosen")));
  });
});
