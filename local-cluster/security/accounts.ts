/** Accounts: which there are, and what their limits allow. */
import type { View } from "../cypress/view.ts";
import type { CypressNode } from "../objects/node.ts";
import { ERROR_CODE, YtError, genericError } from "../errors/yt-error.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import type { YsonValue } from "../../common/yson/value.ts";

/** @throws {YtError} code 905 when there is no account of the name, 1 when it is none */
export function assertAccount(view: View, name: YsonValue): void {
  if (name.type !== "string") {
    throw genericError(`Account must be a string, actual type "${name.type}"`);
  }
  if (findAccount(view, name.value) === undefined) {
    throw new YtError(ERROR_CODE.noSuchAccount, `No such account "${name.value}"`);
  }
}

/** The account of a name. */
function findAccount(view: View, name: ByteString): CypressNode | undefined {
  const accounts = findAccountMap(view);
  return accounts === undefined ? undefined : view.findChild(accounts, name);
}

/** All accounts. */
export function accountsOf(view: View): readonly CypressNode[] {
  const accounts = findAccountMap(view);
  const ids = accounts === undefined ? [] : [...view.stateOf(accounts).children.values()];
  return ids.map((id) => view.getNode(id));
}

function findAccountMap(view: View): CypressNode | undefined {
  const sys = view.findChild(view.root, "sys");
  return sys === undefined ? undefined : view.findChild(sys, "accounts");
}
