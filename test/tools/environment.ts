/**
 * Loaded before each test file (`--import`): what the processes of a test remember between runs
 * belongs to the tests, not to the user's own cache. Nor have all users a home to go by. And what a
 * shell says of its terminal, of a CI service, of clusters and stacks is of no matter to a test.
 */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { keepCompiledCode } from "../../common/cache/compiled.ts";
import { findHomeDirectory } from "../../common/user.ts";
import { testToolsDirectory } from "./paths.ts";

const OF_THE_SHELL =
  /^(CI|CLICOLOR|CLICOLOR_FORCE|COLUMNS|FORCE_COLOR|LANG|LC_.*|LINES|NO_COLOR|PULUMI_.*|TERM|YTCODE_(DIFF|ENGINE)|YT_.*)$/;
for (const name of Object.keys(process.env)) {
  if (OF_THE_SHELL.test(name)) {
    delete process.env[name];
  }
}

process.env["YTCODE_CACHE_DIR"] ??= path.join(testToolsDirectory, "cache");
// The processes of some three hundred files load the same modules.
keepCompiledCode("command");

// npm and Playwright fail where nobody knows the user's home, as in a container with `--user 12345`.
if (findHomeDirectory() === undefined) {
  process.env["HOME"] = path.join(testToolsDirectory, "home");
  mkdirSync(process.env["HOME"], { recursive: true });
}
