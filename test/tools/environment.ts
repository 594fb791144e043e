/**
 * Loaded before each test file (`--import`): what the processes of a test remember between runs
 * belongs to the tests, not to the user's own cache. Nor have all users a home to go by.
 */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { keepCompiledCode } from "../../common/cache/compiled.ts";
import { findHomeDirectory } from "../../common/user.ts";
import { testToolsDirectory } from "./paths.ts";

process.env["YTCODE_CACHE_DIR"] ??= path.join(testToolsDirectory, "cache");
// The processes of some three hundred files load the same modules.
keepCompiledCode("command");

// npm and Playwright fail where nobody knows the user's home, as in a container with `--user 12345`.
if (findHomeDirectory() === undefined) {
  process.env["HOME"] = path.join(testToolsDirectory, "home");
  mkdirSync(process.env["HOME"], { recursive: true });
}
