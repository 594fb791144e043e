#!/usr/bin/env node
/** The program `ytcode`: what holds for the whole process, and then the command line. */
import { keepCompiledCode } from "../common/cache/compiled.ts";

// Before anything else is loaded: the second start takes half the time of the first.
keepCompiledCode();
const { runCommandLine } = await import("./command-line.ts");
const { ignoreGoneReaders } = await import("./terminal/output.ts");
const { anchorPythonPath } = await import("./user-directory.ts");

ignoreGoneReaders();
anchorPythonPath();
process.exitCode = await runCommandLine(process.argv.slice(2));
