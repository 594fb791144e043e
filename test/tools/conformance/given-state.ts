/** The state that a scenario begins with, so that it needs no run to make it. */
import { makeUrn, DYNAMIC_PROVIDER_TYPE, STACK_TYPE } from "../../../engine/state/urn.ts";
import { checkpointOf, HANDLER_MARK } from "./normal-state.ts";
import type { GivenThing } from "./scenario.ts";
import { STATE_FILE } from "./state-file.ts";

const IDENTITY = { stack: "dev", project: "fixture" };
const STACK = makeUrn(IDENTITY, undefined, STACK_TYPE, "fixture-dev");
const PROVIDER = makeUrn(IDENTITY, undefined, DYNAMIC_PROVIDER_TYPE, "default");
const PROVIDER_ID = "00000000-0000-4000-8000-000000000001";
const TYPE = "pulumi-nodejs:dynamic/test:Thing";

/** The CLI that the state is from. */
const VERSION = "3.260.0";

/** The files of things that are there, by their path in the project: the state, and what the provider keeps. */
export async function filesOfGiven(
  things: readonly GivenThing[],
): Promise<Readonly<Record<string, string>>> {
  const resources = [
    { urn: PROVIDER, custom: true, id: PROVIDER_ID, type: DYNAMIC_PROVIDER_TYPE },
    { urn: STACK, custom: false, type: STACK_TYPE },
    ...things.map(resourceOf),
  ];
  const objects = things.map(({ name, inputs }) => [
    `objects/${idOf(name)}.json`,
    JSON.stringify({ name, ...inputs }),
  ]);
  return {
    [STATE_FILE]: await checkpointOf({ salt: "<salt>", resources }, VERSION),
    "counts.json": JSON.stringify(Object.fromEntries(things.map(({ name }) => [name, 1]))),
    ...Object.fromEntries(objects),
  };
}

function resourceOf({ name, inputs, needs = {} }: GivenThing): object {
  const own = { __provider: HANDLER_MARK, ...inputs, name };
  const needed = Object.entries(needs).map(([key, names]) => [key, names.map(urnOf)] as const);
  const dependencies = [...new Set(needed.flatMap(([, urns]) => urns))];
  return {
    urn: urnOf(name),
    custom: true,
    id: idOf(name),
    type: TYPE,
    inputs: own,
    outputs: { ...own, object: idOf(name) },
    parent: STACK,
    ...(dependencies.length === 0 ? {} : { dependencies }),
    provider: `${PROVIDER}::${PROVIDER_ID}`,
    propertyDependencies: Object.fromEntries(needed),
  };
}

function urnOf(name: string): string {
  return makeUrn(IDENTITY, STACK, TYPE, name);
}

function idOf(name: string): string {
  return `${name}-1`;
}
