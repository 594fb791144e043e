/** When a resource is replaced: what the provider says, what the program wants, what else forces it. */
import assert from "node:assert/strict";
import test from "node:test";
import { decide, forcedReplacement } from "../../../engine/deploy/decision.ts";
import type { Decision } from "../../../engine/deploy/decision.ts";
import type { ProviderDiff, ResourceProvider } from "../../../engine/deploy/resource-provider.ts";
import { newResourceState } from "../../../engine/state/resource-state.ts";
import type { ResourceState } from "../../../engine/state/resource-state.ts";
import { Secret, unknown } from "../../../engine/values/property-value.ts";
import type { PropertyValue } from "../../../engine/values/property-value.ts";

const TYPE = "pulumi-nodejs:dynamic/test:Thing";

function resource(fields: Partial<ResourceState> = {}): ResourceState {
  const urn = `urn:pulumi:dev::shop::${TYPE}::a`;
  return newResourceState({ urn, type: TYPE, custom: true, ...fields });
}

const never = async (): Promise<never> => assert.fail("only the difference is asked for");

/** A provider that answers nothing but how a resource differs. */
function differing(changes: ProviderDiff["changes"]): ResourceProvider {
  return {
    check: never,
    create: never,
    update: never,
    read: never,
    delete: never,
    diff: async () => ({ changes, replaces: [], deleteBeforeReplace: false }),
  };
}

async function replaced(
  changes: ProviderDiff["changes"],
  replaceOnChanges: readonly string[],
  initErrors: readonly string[] = [],
): Promise<Decision> {
  const inputs = { label: "one", map: { a: { b: 1 } } };
  const before = resource({ inputs, initErrors });
  return decide(
    differing(changes),
    before,
    { label: "one", map: { a: { b: 2 } } },
    {
      ignoreChanges: [],
      replaceOnChanges,
      deleteBeforeReplace: undefined,
    },
  );
}

test("replaceOnChanges needs a provider that names what has changed, or leaves that to the engine", async () => {
  const replacement = { type: "replace", keys: ["map"], deleteFirst: false };
  for (const path of ["*", "map", "map.a", "map.*.b"]) {
    assert.deepEqual(await replaced("some", [path]), { type: "update" }, path);
    assert.deepEqual(await replaced("unknown", [path]), replacement, path);
  }
  for (const path of ["label", "map.c", "map.a.b.c"]) {
    assert.deepEqual(await replaced("unknown", [path]), { type: "update" }, path);
  }
});

test("replaceOnChanges finds that a resource never started properly", async () => {
  for (const path of ["*", "#initerror"]) {
    assert.deepEqual(await replaced("none", [path], ["not ready"]), {
      type: "replace",
      keys: ["#initerror"],
      deleteFirst: false,
    });
  }
  assert.deepEqual(await replaced("none", ["label"], ["not ready"]), { type: "update" });
  assert.deepEqual(await replaced("none", ["*"]), { type: "same" });
});

test("a path in replaceOnChanges that is none is an error, where anything has changed", async () => {
  await assert.rejects(replaced("some", ["a["]), /Cannot read the property path "a\["/);
  assert.deepEqual(await replaced("none", ["a["]), { type: "same" });
});

test("what goes with a replaced resource, or changes its kind, is replaced", () => {
  const target = "urn:pulumi:dev::shop::test:index:Thing::target";
  const together = resource({ deletedWith: target });
  assert.deepEqual(forcedReplacement(together, together, new Set([target])), ["deletedWith"]);
  assert.equal(forcedReplacement(together, together, new Set()), undefined);
  assert.deepEqual(forcedReplacement(resource({ custom: false }), resource(), new Set()), [
    "provider",
  ]);
  const bound = resource({ replaceWith: ["urn:other", target] });
  assert.deepEqual(forcedReplacement(bound, bound, new Set([target])), ["replaceWith"]);
  assert.equal(forcedReplacement(resource(), bound, new Set()), undefined);
});

function decided(before: PropertyValue, after: PropertyValue): readonly string[] | undefined {
  return forcedReplacement(
    resource({ replacementTrigger: before }),
    resource({ replacementTrigger: after }),
    new Set(),
  );
}

test("a trigger that changes replaces a resource, and one that comes or goes does not", () => {
  assert.deepEqual(decided("x", ["x"]), []);
  assert.deepEqual(decided(new Secret("x"), new Secret("y")), []);
  assert.deepEqual(decided("x", unknown), []);
  assert.equal(decided("x", new Secret("x")), undefined);
  assert.equal(decided(null, "x"), undefined);
  assert.equal(decided("x", null), undefined);
});
