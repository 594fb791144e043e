/**
 * The order of what was done to several resources, as far as dependencies require it. Two runs of the same
 * program differ in what comes first of two resources that do not need one another.
 */
import { isRecord } from "../../../common/values/is-record.ts";
import { textOr } from "../../../engine/values/text.ts";
import type { NormalState } from "./normal-state.ts";

/** Whether two resources must be handled one after the other; by their URNs or names. */
type IsRelated = (one: string, other: string) => boolean;

/** The provider's calls, `create a …`, in an order that depends only on what needs what. */
export function orderedCalls(
  calls: readonly string[],
  states: readonly NormalState[],
): readonly string[] {
  const isRelated = relationOf(states, (urn) => urn.split("::").at(-1) ?? "");
  return normalOrder(
    calls,
    (call) => call.split(" ", 2)[1] ?? "",
    (call) => call.split(" ").slice(1).join(" "),
    isRelated,
  );
}

/** A state with its resources in an order that depends only on what needs what. */
export function orderedState(state: NormalState): NormalState {
  const isRelated = relationOf([state], (urn) => urn);
  const { resources, pending_operations: operations, ...rest } = state;
  return {
    ...rest,
    ...(resources === undefined
      ? {}
      : { resources: normalOrder(resources, urnOf, JSON.stringify, isRelated) }),
    ...(operations === undefined
      ? {}
      : { pending_operations: normalOrder(operations, pendingUrnOf, JSON.stringify, isRelated) }),
  };
}

function urnOf(resource: unknown): string {
  return isRecord(resource) ? textOr(resource["urn"], "") : "";
}

function pendingUrnOf(operation: unknown): string {
  return isRecord(operation) ? urnOf(operation["resource"]) : "";
}

/**
 * Orders items so that those that are related keep their order, and others come in the order of their texts.
 *
 * @param ofResource what resource an item is about
 */
function normalOrder<Item>(
  items: readonly Item[],
  ofResource: (item: Item) => string,
  textOf: (item: Item) => string,
  isRelated: IsRelated,
): readonly Item[] {
  const left = [...items];
  const done: Item[] = [];
  while (left.length > 0) {
    const free = left.filter((item, index) =>
      left.slice(0, index).every((before) => !isRelated(ofResource(before), ofResource(item))),
    );
    const [first] = free.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
    if (first === undefined) {
      break;
    }
    left.splice(left.indexOf(first), 1);
    done.push(first);
  }
  return done;
}

/**
 * Which resources of states need one another, directly or through others.
 *
 * @param keyOf what they are called by
 */
function relationOf(states: readonly NormalState[], keyOf: (urn: string) => string): IsRelated {
  const needs = new Map<string, Set<string>>();
  for (const resource of states.flatMap(resourcesOf)) {
    const key = keyOf(textOr(resource["urn"], ""));
    const known = needs.get(key) ?? new Set();
    for (const urn of neededBy(resource)) {
      known.add(keyOf(urn));
    }
    needs.set(key, known);
  }
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean => {
    if (from === to) {
      return true;
    }
    seen.add(from);
    return [...(needs.get(from) ?? [])].some((next) => !seen.has(next) && reaches(next, to, seen));
  };
  return (one, other) => reaches(one, other) || reaches(other, one);
}

function resourcesOf({
  resources = [],
  pending_operations: operations = [],
}: NormalState): readonly Record<string, unknown>[] {
  const pending = operations.map((operation) =>
    isRecord(operation) ? operation["resource"] : undefined,
  );
  return [...resources, ...pending].filter(isRecord);
}

function neededBy(resource: Record<string, unknown>): readonly string[] {
  const { parent, provider, deletedWith, dependencies } = resource;
  const list: readonly unknown[] = Array.isArray(dependencies) ? dependencies : [];
  const urns = [parent, deletedWith, ...list].map((urn) => textOr(urn, ""));
  return [...urns, textOr(provider, "").replace(/::[^:]*$/, "")].filter((urn) => urn !== "");
}
