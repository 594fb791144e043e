/** The options of resources that the engine supports: protect, aliases, ignoreChanges and so on. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Fixture, PATIENT, stepsOf } from "./fixture.ts";
import type { Outcome, StoredResource } from "./fixture.ts";

describe("The options of resources", PATIENT, () => {
  let fixture: Fixture;
  let first: Outcome;
  let before1: readonly StoredResource[];
  let second: Outcome;
  let callsOfSecond: readonly string[];
  let objectsAfterSecond: readonly string[];
  let removal: Outcome;
  let unprotected: Outcome;

  before(async () => {
    fixture = await Fixture.create();
    await fixture.program(`
const group = new Group("group", { note: "x" });
const child = new Thing("child", { label: "c" }, { parent: group });
group.finish({ inner: child.label });
const late = new Thing("late", { label: child.object });
new Thing("after", { label: "x" }, { dependsOn: [late] });
new Thing("guarded", { label: "g" }, { protect: true });
new Thing("kept", { label: "k" }, { retainOnDelete: true });
new Thing("lazy", { label: "one", map: { x: 1, y: 1 } }, { ignoreChanges: ["label", "map.x"] });
new Thing("oldname", { name: "n", label: "a" });
new Thing("moved", { label: "m" });
new Thing("hidden", { label: "visible", other: "x" }, { additionalSecretOutputs: ["object"] });
new Thing("timed", { label: "t" }, { customTimeouts: { create: "5m", delete: "1m30s" } });
export const inner = child.label;
`);
    first = await fixture.run("up");
    before1 = (await fixture.state()).resources ?? [];
    await fixture.calls();
    await fixture.program(`
const group = new Group("group", { note: "x" });
const child = new Thing("child", { label: "c" }, { parent: group });
group.finish({ inner: child.label });
const late = new Thing("late", { label: child.object });
new Thing("after", { label: "x" }, { dependsOn: [late] });
new Thing("guarded", { label: "g" }, { protect: true });
new Thing("lazy", { label: "two", map: { x: 2, y: 1 } }, { ignoreChanges: ["label", "map.x"] });
new Thing("newname", { name: "n", label: "a" }, { aliases: [{ name: "oldname" }] });
new Thing("moved", { label: "m" }, { parent: new Group("home"), aliases: [{ parent: pulumi.rootStackResource }] });
new Thing("hidden", { label: "visible", other: "x" }, { additionalSecretOutputs: ["object"] });
new Thing("timed", { label: "t" }, { customTimeouts: { create: "5m", delete: "1m30s" } });
`);
    second = await fixture.run("up");
    callsOfSecond = await fixture.calls();
    objectsAfterSecond = await readdir(join(fixture.directory, "objects"));
    await fixture.program(`new Thing("lazy", { label: "one", map: { x: 1, y: 1 } });`);
    removal = await fixture.run("up");
    await fixture.program(`new Thing("guarded", { label: "g" }); `);
    unprotected = await fixture.run("up");
  });
  after(() => fixture.remove());

  const stored = (name: string): StoredResource | undefined =>
    before1.find(({ urn }) => urn.endsWith(`::${name}`));

  it("parents are part of the URN, the stack is not", () => {
    assert.equal(
      stored("child")?.urn,
      "urn:pulumi:dev::fixture::test:index:Group$pulumi-nodejs:dynamic/test:Thing::child",
    );
    assert.equal(stored("child")?.parent, "urn:pulumi:dev::fixture::test:index:Group::group");
  });

  it("components keep their inputs and registered outputs", () => {
    const { custom, inputs, outputs } = stored("group") ?? {};
    assert.deepEqual(
      { custom, inputs, outputs },
      { custom: false, inputs: { note: "x" }, outputs: { inner: "c" } },
    );
  });

  it("dependencies are recorded, by property too", () => {
    const child = stored("child")?.urn ?? "";
    assert.deepEqual(stored("late")?.dependencies, [child]);
    assert.deepEqual(stored("late")?.propertyDependencies?.["label"], [child]);
    assert.deepEqual(stored("after")?.dependencies, [stored("late")?.urn]);
  });

  it("what depends comes after what it depends on", () => {
    const names = before1.map(({ urn }) => urn.split("::").at(-1) ?? "");
    const places = ["child", "late", "after"].map((name) => names.indexOf(name));
    assert.deepEqual(
      places,
      places.toSorted((left, right) => left - right),
    );
    assert.equal(first.result.succeeded, true);
  });

  it("customTimeouts are stored in seconds", () => {
    const timed: Record<string, unknown> = { ...stored("timed") };
    assert.deepEqual(timed["customTimeouts"], { create: 300, delete: 90 });
  });

  it("additionalSecretOutputs are encrypted in the state", () => {
    const object = JSON.stringify(stored("hidden")?.outputs?.["object"]);
    assert.match(object, /"ciphertext":"v1:[^:]+:[^:]+"/);
    assert.equal(typeof stored("hidden")?.outputs?.["other"], "string");
  });

  it("ignoreChanges keeps the old values, at any depth", () => {
    assert.ok(stepsOf(second).includes("same lazy"));
    assert.ok(!callsOfSecond.includes("update lazy"));
  });

  it("an alias keeps a renamed resource", () => {
    assert.ok(stepsOf(second).includes("same newname"));
    assert.ok(!callsOfSecond.includes("create n"));
    assert.ok(!callsOfSecond.includes("delete n"));
  });

  it("an alias keeps a resource that has moved to another parent", () => {
    assert.ok(stepsOf(second).includes("same moved"));
    assert.ok(stepsOf(second).includes("create home"));
    assert.ok(!callsOfSecond.includes("create moved"));
  });

  it("retainOnDelete forgets the resource and leaves the object", () => {
    assert.ok(stepsOf(second).includes("delete kept"));
    assert.ok(!callsOfSecond.includes("delete kept"));
    assert.ok(objectsAfterSecond.some((name) => name.startsWith("kept-")));
    assert.match(second.text, /kept +deleted \(\d+(?:\.\d\d)?s\)\[retain\]/);
  });

  it("a protected resource is not deleted, and the others are", async () => {
    assert.equal(removal.result.succeeded, false);
    assert.deepEqual(
      removal.result.diagnostics.map(({ severity, message }) => [severity, message]),
      [
        [
          "error",
          'Cannot delete resource "urn:pulumi:dev::fixture::pulumi-nodejs:dynamic/test:Thing::guarded": it is protected, remove its "protect" option and run up first',
        ],
      ],
    );
    assert.ok(stepsOf(removal).includes("delete timed"));
  });

  it("a resource that is no longer protected shows it and can go", () => {
    assert.equal(unprotected.result.succeeded, true);
    assert.ok(stepsOf(unprotected).includes("same guarded ~protect"));
    assert.ok(stepsOf(unprotected).includes("delete lazy"));
  });

  it("dependents are deleted before what they depend on", () => {
    const order = stepsOf(removal).filter((step) => /^delete (?:after|late|child)$/.test(step));
    assert.deepEqual(order, ["delete after", "delete late", "delete child"]);
  });

  it("a name whose state an alias has taken is refused", async () => {
    await fixture.program(`new Thing("guarded", { label: "g" });`);
    await fixture.run("up");
    await fixture.program(`
const heir = new Thing("heir", { label: "g" }, { aliases: [{ name: "guarded" }] });
new Thing("guarded", { label: "g" }, { dependsOn: [heir] });`);
    await fixture.calls();
    const { result } = await fixture.run("up");
    assert.match(
      result.diagnostics[0]?.message ?? "",
      /duplicate resource URN, conflicting with an alias of/,
    );
    assert.deepEqual(
      (await fixture.calls()).filter((call) => /^(?:create|delete)/.test(call)),
      [],
    );
  });

  it("a component that gets a provider is replaced", async () => {
    const component = `new pulumi.ComponentResource("pulumi-nodejs:dynamic/test:Thing", "kind");`;
    await fixture.program(component);
    await fixture.run("up");
    await fixture.program(`new Thing("kind", { label: "k" });`);
    assert.deepEqual((await fixture.run("up")).result.changes["replace"], 1);
    await fixture.program(component);
    await fixture.calls();
    assert.deepEqual((await fixture.run("up")).result.changes["replace"], 1);
    assert.ok((await fixture.calls()).includes("delete kind"));
  });

  it("what the engine does not have is said to be the embedded engine's lack", async () => {
    const programs = [
      `pulumi.runtime.registerInvokeTransform(() => undefined); new Thing("t", { label: "x" });`,
      `new Thing("t", { label: "x" }, { import: "t" });`,
    ];
    for (const program of programs) {
      await fixture.program(program);
      const { result } = await fixture.run("preview");
      assert.match(result.diagnostics[0]?.message ?? "", /the embedded engine does not support/);
    }
  });
});
