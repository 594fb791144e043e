/** What is refused before anything is done, because the engine does not manage it. */
import assert from "node:assert/strict";
import test from "node:test";
import { assertSupported } from "../../../engine/deploy/supported-resources.ts";
import { newResourceState } from "../../../engine/state/resource-state.ts";
import type { ResourceState } from "../../../engine/state/resource-state.ts";

function resource(type: string, name: string, custom = true): ResourceState {
  return newResourceState({ urn: `urn:pulumi:dev::shop::${type}::${name}`, type, custom });
}

test("a resource of another package, or an explicit provider, is named", () => {
  const own = [
    resource("pulumi:pulumi:Stack", "shop-dev", false),
    resource("pulumi:providers:pulumi-nodejs", "default"),
    resource("pulumi-nodejs:dynamic/test:Thing", "a"),
    resource("pulumi:providers:pulumi", "default"),
    resource("pulumi:pulumi:StackReference", "shop/prod"),
    resource("aws:other:Component", "group", false),
  ];
  assert.doesNotThrow(() => assertSupported(own));
  const refused = [
    [
      "aws:s3/bucket:Bucket",
      "logs",
      /resource "logs" of type "aws:s3\/bucket:Bucket"; .*install the Pulumi CLI/,
    ],
    ["pulumi:providers:aws", "default", /provider "default" of type "pulumi:providers:aws"/],
    ["pulumi:providers:pulumi-nodejs", "mine", /provider "mine"/],
    ["pulumi:pulumi:Stash", "s", /resource "s"/],
  ] as const;
  for (const [type, name, message] of refused) {
    assert.throws(() => assertSupported([...own, resource(type, name)]), message);
  }
});
