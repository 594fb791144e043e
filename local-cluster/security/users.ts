/** Users: who may not ask for anything. Whoever is not in `//sys/users` may ask, unlike on a cluster. */
import type { View } from "../cypress/view.ts";
import { ERROR_CODE, YtError, genericError } from "../errors/yt-error.ts";
import type { ByteString } from "../../common/yson/byte-string.ts";
import { asBoolean } from "../../common/yson/value.ts";

/** @throws {YtError} code 903, status 403, when the user is banned */
export function assertNotBanned(view: View, name: ByteString): void {
  const sys = view.findChild(view.root, "sys");
  const users = sys === undefined ? undefined : view.findChild(sys, "users");
  const banned =
    users === undefined ? undefined : view.findChild(users, name)?.trunk?.attributes.get("banned");
  if (banned !== undefined && asBoolean(banned) === true) {
    throw new YtError(ERROR_CODE.userBanned, `User "${name}" is banned`, { httpStatus: 403 });
  }
}

/** @throws {YtError} code 1 for the user without whom nobody could lift a ban */
export function assertMayBeBanned(name: ByteString): void {
  if (name === "root") {
    throw genericError(`User "${name}" cannot be banned`);
  }
}
