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

  it("comes first where it is asked for, and only says so in a preview", async () => {
    const key = 'pulumi.secret("hidden-word")';
    await fixture.program(`
new Thing("a", { label: "one", key: ${key} });
new Thing("gone", { label: "one" });
export const key = ${key};`);
    await fixture.run("up");
    const gone = await fixture.resource("gone");
    const object = (name: string) => join(fixture.directory, "objects", `${name}.json`);
    await rm(object(String(gone?.outputs?.["object"])));
    await fixture.program(`
new Thing("a", { label: "one", key: ${key} });
export const key = ${key};`);
    const state = await fixture.state();
    const preview = await fixture.run("preview", { refresh: true, json: true });
    const { steps, changeSummary } = JSON.parse(preview.text);
    const shown: { op: string; urn: string }[] = steps;
    assert.deepEqual(
      shown.filter(({ urn }) => urn.endsWith("::gone")).map(({ op }) => op),
      ["refresh"],
    );
    assert.deepEqual(changeSummary, { same: 2 });
    assert.deepEqual(await fixture.state(), state);
    await fixture.calls();
    const { result, text } = await fixture.run("up", { refresh: true, showSecrets: true });
    assert.deepEqual(result.changes, { same: 2 });
    assert.match(text, /\n {4}key: "hidden-word"\n/);
    assert.deepEqual(
      (await fixture.calls()).filter((call) => /^(read|delete) /.test(call)).toSorted(),
      ["read a", "read gone"],
    );
    assert.equal(await fixture.resource("gone"), undefined);
    await rm(object(String((await fixture.resource("a"))?.outputs?.["object"])));
    await fixture.calls();
    const destroyed = await fixture.run("destroy", { refresh: true });
    assert.deepEqual(destroyed.result.changes, { delete: 1 });
    assert.deepEqual(await fixture.calls(), ["read a"]);
  });

  it("comes first where the project says so of all operations, unless it is not wanted now", async () => {
    await fixture.program(`new Thing("a", { label: "one" });`);
    await fixture.run("up");
    const project = await fixture.read("Pulumi.yaml");
    await fixture.write({ "Pulumi.yaml": `${project}options: { refresh: always }\n` });
    const readsOf = async (options: { readonly refresh?: boolean }): Promise<readonly string[]> => {
      await fixture.calls();
      await fixture.run("preview", options);
      return (await fixture.calls()).filter((call) => call.startsWith("read "));
    };
    assert.deepEqual(await readsOf({}), ["read a"]);
    assert.deepEqual(await readsOf({ refresh: false }), []);
    await fixture.write({ "Pulumi.yaml": project });
  });
});
