/**
 * Limits of accounts: `ValidateResourceUsageIncrease` in security_server/security_manager.cpp. Only
 * limits that somebody has set are held. Unlike on the cluster, an upload is refused when its last
 * byte is there and not at its first, and accounts do not share the limits of their parents.
 */
import { usageTogether } from "../attributes/resource-usage.ts";
import type { Mutation } from "../cypress/mutation.ts";
import { findPart } from "../cypress/nested.ts";
import { View } from "../cypress/view.ts";
import type { CypressNode, NodeState } from "../objects/node.ts";
import { ERROR_CODE, YtError } from "../errors/yt-error.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonValue } from "../../common/yson/value.ts";
import { accountsOf } from "./accounts.ts";

/** What is limited: how errors name it, and where `resource_limits` has it. */
const RESOURCES = {
  diskSpace: {
    title: 'disk space limit in medium "default"',
    limits: [["disk_space"], ["disk_space_per_medium", "default"]],
  },
  nodeCount: { title: "Cypress node count limit", limits: [["node_count"]] },
  chunkCount: { title: "chunk count limit", limits: [["chunk_count"]] },
} as const;

/** What an account may be limited in. */
export type LimitedResource = keyof typeof RESOURCES;

/** @throws {YtError} code 902 when a command makes an account use more than it may */
export function assertQuota(mutation: Mutation): void {
  const accounts = accountsOf(mutation).filter(
    ({ trunk }) => trunk?.attributes.has("resource_limits") === true,
  );
  for (const account of accounts) {
    assertAccountQuota(mutation, account);
  }
}

/** Whether more than a limit allows is used. */
export function isOverLimit(
  used: number,
  limits: YsonValue | undefined,
  resource: LimitedResource,
): boolean {
  return used > limitOf(limits, resource);
}

function assertAccountQuota(mutation: Mutation, account: CypressNode): void {
  const before = new View(mutation.objects, mutation.transaction);
  const limits = account.trunk?.attributes.get("resource_limits");
  for (const resource of ["diskSpace", "nodeCount", "chunkCount"] as const) {
    const usage = chargedTo(before, account, resource);
    const increase = chargedTo(mutation, account, resource) - usage;
    if (increase <= 0 || !isOverLimit(usage + increase, limits, resource)) {
      continue;
    }
    throw new YtError(
      ERROR_CODE.accountLimitExceeded,
      `Account "${account.key}" is over ${RESOURCES[resource].title}`,
      {
        attributes: {
          usage: yson.int64(usage),
          increase: yson.int64(increase),
          limit: yson.int64(limitOf(limits, resource)),
        },
      },
    );
  }
}

/** What is replaced or removed counts until the change is committed, as on the cluster. */
function chargedTo(view: View, account: CypressNode, resource: LimitedResource): number {
  const charged: NodeState[] = [];
  for (const node of view.objects.nodes.values()) {
    const name = view.findNode(node.id) === undefined ? undefined : view.accountOf(node);
    if (name?.type === "string" && name.value === account.key) {
      charged.push(view.stateOf(node));
    }
  }
  return usageTogether(charged)[resource];
}

function limitOf(limits: YsonValue | undefined, resource: LimitedResource): number {
  const given = RESOURCES[resource].limits.map((keys) => {
    const value = limits === undefined ? undefined : findPart(limits, keys);
    return value?.type === "int64" || value?.type === "uint64" ? Number(value.value) : Infinity;
  });
  return Math.min(...given);
}
