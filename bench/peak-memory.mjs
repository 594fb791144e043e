/**
 * A program: runs `ytcode` with the given arguments, and writes the most memory it held, in MB.
 * Plain JavaScript, as the package is: to strip types takes some memory of its own.
 */
import { readFileSync } from "node:fs";

const { runCommandLine } = await import(
  new URL("../dist/cli/command-line.js", import.meta.url).href
);
process.exitCode = await runCommandLine(process.argv.slice(2));
// Of all threads together, in KiB. What getrusage(2) gives counts the process that started this one.
const found = /^VmHWM:\s+(?<peak>\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
process.stdout.write(`peak ${Math.round((Number(found?.groups?.["peak"]) * 1024) / 1e6)}\n`);
