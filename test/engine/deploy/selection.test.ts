/** Which resources an operation is about: targets, excludes, wildcards, dependents. */
import assert from "node:assert/strict";
import test from "node:test";
import { inDependencyOrder, Selection } from "../../../engine/deploy/selection.ts";
import type { SelectionOptions } from "../../../engine/deploy/selection.ts";
import { UrnPatterns } from "../../../engine/deploy/urn-patterns.ts";
import type { ResourceState } from "../../../engine/state/resource-state.ts";
import { newResourceState } from "../../../engine/state/resource-state.ts";

const TYPE = "pulumi-nodejs:dynamic/test:Thing";
const urnOf = (name: string): string => `urn:pulumi:dev::p::${TYPE}::${name}`;
const nameOf = ({ urn }: ResourceState): string => urn.split("::").at(-1) ?? "";

function thing(name: string, ...needs: readonly string[]): ResourceState {
  const dependencies = needs.map(urnOf);
  return newResourceState({ urn: urnOf(name), type: TYPE, custom: true, dependencies });
}

/** `b` needs `a`, `c` needs `b`; `d` is on its own. */
const STATE = [thing("a"), thing("b", "a"), thing("c", "b"), thing("d")];

function included(options: SelectionOptions): readonly string[] {
  const selection = new Selection(options);
  return STATE.filter((resource) => selection.includes(resource)).map(nameOf);
}

function deletable(options: SelectionOptions): readonly string[] {
  return [...new Selection(options).deletable(STATE)].map(nameOf);
}

function has(pattern: string, urn: string): boolean {
  return new UrnPatterns([pattern]).has(urn);
}

test("UrnPatterns: * stops at a colon, ** does not, all else stands for itself", () => {
  assert.equal(has("**::a", urnOf("a")), true);
  assert.equal(has("*::a", urnOf("a")), false);
  assert.equal(has("urn:pulumi:dev::p::*:dynamic/test:Thing::a*", urnOf("abc")), true);
  assert.equal(has("**::a.c", urnOf("abc")), false);
  assert.equal(has(urnOf("a"), urnOf("ab")), false);
});

test("Selection: targets are all that is included, with their dependents when asked", () => {
  assert.deepEqual(included({}), ["a", "b", "c", "d"]);
  assert.deepEqual(included({ targets: [urnOf("b")] }), ["b"]);
  assert.deepEqual(included({ targets: [urnOf("a")], targetDependents: true }), ["a", "b", "c"]);
});

test("Selection: excludes are left out, with their dependents when asked", () => {
  assert.deepEqual(included({ excludes: [urnOf("a")] }), ["b", "c", "d"]);
  assert.deepEqual(included({ excludes: [urnOf("a")], excludeDependents: true }), ["d"]);
});

test("Selection: what depends on a target goes with it, what an exclude needs stays", () => {
  assert.deepEqual(deletable({ targets: [urnOf("b")] }), ["b", "c"]);
  assert.deepEqual(deletable({ excludes: [urnOf("b")] }), ["c", "d"]);
  assert.deepEqual(deletable({ excludes: [urnOf("b")], excludeDependents: true }), ["d"]);
});

test("Selection: knows what a target needs that is not created", () => {
  const selection = new Selection({ targets: [urnOf("b")] });
  selection.skip(urnOf("a"));
  assert.deepEqual(selection.missingFor(thing("b", "a")), [urnOf("a")]);
  assert.deepEqual(selection.missingFor(thing("d")), []);
});

test("inDependencyOrder() moves only what comes before what it needs", () => {
  const [a, b, c, d] = STATE;
  assert.ok(a !== undefined && b !== undefined && c !== undefined && d !== undefined);
  assert.deepEqual(inDependencyOrder([d, c, a, b]).map(nameOf), ["d", "a", "b", "c"]);
  assert.deepEqual(inDependencyOrder(STATE).map(nameOf), ["a", "b", "c", "d"]);
});
