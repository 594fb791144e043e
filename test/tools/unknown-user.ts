/**
 * Preloaded (`--import`) into a process that shall run as in a container with `--user 12345`, as a user
 * whom the system does not know: Node has no name of them, and no home but what `HOME` says.
 */
import os from "node:os";
import { syncBuiltinESMExports } from "node:module";

/** As Node 24 throws it on Linux below `setpriv --reuid 12345 env --unset HOME`. */
function refuse(syscall: string): never {
  const message = `A system error occurred: ${syscall} returned ENOENT (no such file or directory)`;
  throw Object.assign(new Error(message), { code: "ERR_SYSTEM_ERROR", syscall });
}

os.homedir = () => process.env["HOME"] ?? refuse("uv_os_homedir");
os.userInfo = () => refuse("uv_os_get_passwd");
syncBuiltinESMExports();
