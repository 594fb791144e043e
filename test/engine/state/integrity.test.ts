/** States that were edited, cut short or mixed up are refused, and what the Pulumi CLI uses is used. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { findIntegrityFault, magicOf } from "../../../engine/state/integrity.ts";

const STACK = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev";
const PROVIDER = "urn:pulumi:dev::shop::pulumi:providers:pulumi-nodejs::default";
const GROUP = "urn:pulumi:dev::shop::my:Group::g";
const A = "urn:pulumi:dev::shop::my:Group$pulumi-nodejs:dynamic:Thing::a";
const B = "urn:pulumi:dev::shop::pulumi-nodejs:dynamic:Thing::b";
const GONE = "urn:pulumi:dev::shop::my:Group::gone";

type Resource = Record<string, unknown>;

/** A state as the Pulumi CLI writes it: a component, a resource in it, and one that depends on that. */
function makeResources() {
  const thing = {
    custom: true,
    type: "pulumi-nodejs:dynamic:Thing",
    provider: `${PROVIDER}::p-1`,
  };
  return {
    stack: { urn: STACK, custom: false, type: "pulumi:pulumi:Stack" },
    provider: { urn: PROVIDER, custom: true, id: "p-1", type: "pulumi:providers:pulumi-nodejs" },
    group: { urn: GROUP, custom: false, type: "my:Group", parent: STACK },
    a: { ...thing, urn: A, id: "id-a", parent: GROUP },
    b: { ...thing, urn: B, id: "id-b", parent: STACK, dependencies: [A] },
  } satisfies Record<string, Resource>;
}

function faultOf(edit: (resources: ReturnType<typeof makeResources>) => readonly unknown[]) {
  return findIntegrityFault({
    manifest: { version: "v3.260.0", magic: magicOf("v3.260.0") },
    resources: edit(makeResources()),
  });
}

/** Edits of the last resource, and what is said of them. */
const EDITS: Readonly<Record<string, readonly [Resource, string | undefined]>> = {
  "no edit": [{}, undefined],
  "a dependency that is gone": [
    { dependencies: [GONE] },
    `the dependency of "${B}" is not in the state: "${GONE}"`,
  ],
  "a dependency of a property that is gone": [
    { propertyDependencies: { label: [GONE] } },
    `the dependency (by "label") of "${B}" is not in the state: "${GONE}"`,
  ],
  "a parent that is gone": [
    { parent: GONE },
    `the parent of "${B}" is not in the state: "${GONE}"`,
  ],
  "what it is deleted with is gone": [
    { deletedWith: GONE },
    `the deletedWith of "${B}" is not in the state: "${GONE}"`,
  ],
  "what it is replaced with is gone": [
    { replaceWith: [GONE] },
    `the replaceWith of "${B}" is not in the state: "${GONE}"`,
  ],
  "a URN that is none": [{ urn: "hello" }, '"hello" is no URN'],
  "a URN without a type, which the CLI deletes": [
    { urn: "urn:pulumi:dev::shop::b" },
    '"urn:pulumi:dev::shop::b" is no URN',
  ],
  "a URN of another stack, as an alias may find it": [
    { urn: "urn:pulumi:prod::shop::pulumi-nodejs:dynamic:Thing::b" },
    undefined,
  ],
  "a name that has colons": [{ urn: `${B}::c::d` }, undefined],
  "no URN": [{ urn: undefined }, "resource 5 has no URN"],
  "no type": [{ type: "" }, `"${B}" has no type`],
  "no id": [{ id: undefined }, `"${B}" has no id`],
  "a component with an id": [{ custom: false }, `"${B}" is a component, and has an id`],
  "custom as a text": [{ custom: "yes" }, `"custom" of "${B}" is neither true nor false`],
  "the provider's other id": [
    { provider: `${PROVIDER}::p-2` },
    `the provider of "${B}" is not in the state before it: "${PROVIDER}::p-2"`,
  ],
  "the provider's other id, and it waits to be replaced": [
    { provider: `${PROVIDER}::p-2`, pendingReplacement: true },
    undefined,
  ],
  "a provider that is no reference": [
    { provider: "hello" },
    `the provider of "${B}" is no reference: "hello"`,
  ],
};

for (const [name, [edit, fault]] of Object.entries(EDITS)) {
  test(`findIntegrityFault(): ${name}`, () => {
    const found = faultOf(({ stack, provider, group, a, b }) => [
      stack,
      provider,
      group,
      a,
      { ...b, ...edit },
    ]);
    assert.equal(found, fault);
  });
}

test("findIntegrityFault() wants what something depends on before it", () => {
  const fault = faultOf(({ stack, provider, group, a, b }) => [stack, provider, group, b, a]);
  assert.equal(fault, `the dependency of "${B}" comes after it: "${A}"`);
});

test("findIntegrityFault() wants a URN once, apart from what is to be deleted", () => {
  assert.equal(
    faultOf((all) => [...Object.values(all), all.a, { ...all.a, delete: true }]),
    `it has "${A}" twice, and neither is to be deleted`,
  );
  const deleted = { delete: true };
  assert.equal(
    faultOf((all) => [...Object.values(all), { ...all.a, ...deleted }, { ...all.a, ...deleted }]),
    undefined,
  );
});

test("findIntegrityFault() finds what is no state at all", () => {
  assert.equal(findIntegrityFault({}), undefined, "a stack that was only made");
  assert.equal(findIntegrityFault({ resources: {} }), '"resources" is no list');
  assert.equal(findIntegrityFault({ resources: [null] }), "resource 1 has no URN");
  assert.equal(
    findIntegrityFault({ pending_operations: [{ type: "creating" }] }),
    "a pending operation names no resource",
  );
  assert.equal(
    findIntegrityFault({ manifest: { version: "v3.260.0", magic: "x" } }),
    "its manifest's magic number does not fit its version, as after an edit by hand",
  );
});
