/** Places on clusters, in whatever spelling: which inputs say the same in other words. */
import { UserError } from "../../common/errors/user-error.ts";
import { LOCAL_PROXY, parseProxyAddress } from "../yt/proxy-address.ts";
import type { AddressRules } from "../yt/proxy-address.ts";
import { canonicalYPath } from "../yt/ypath.ts";

/** Whether two paths lead to one build folder, as far as their texts tell: a link has a path of its own. */
export function isSameFolder(one: string, other: string): boolean {
  return one === other || canonicalYPath(one) === canonicalYPath(other);
}

/**
 * Whether requests for a cluster go to one address under both of its names. Where they do not, it may
 * be one cluster all the same: see `isSameCluster`.
 */
export function isSameAddress(one: string, other: string, rules: AddressRules): boolean {
  return one === other || addressOf(one, rules) === addressOf(other, rules);
}

function addressOf(proxy: string, rules: AddressRules): string {
  try {
    return proxy === LOCAL_PROXY ? proxy : parseProxyAddress(proxy, rules);
  } catch (error) {
    if (error instanceof UserError) {
      return proxy;
    }
    throw error;
  }
}
