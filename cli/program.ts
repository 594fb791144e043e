/** The program `ytcode`, on a Node that can run it: what holds for the whole process, and then the command line. */
import { keepCompiledCode } from "../common/cache/compiled.ts";
import { findOwnModulesQuickly } from "../common/own-modules.ts";

// Before anything else is loaded: the second start takes half the time of the first.
keepCompiledCode("command");
findOwnModulesQuickly();
const { runCommandLine } = await import("./command-line.ts");
const { watchOutput } = await import("./terminal/output.ts");
const { anchorPythonPath } = await import("./user-directory.ts");

watchOutput();
anchorPythonPath();
const status = await runCommandLine(process.argv.slice(2));
// Output that was lost has set one already.
process.exitCode = process.exitCode || status;
