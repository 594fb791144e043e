/**
 * A program: runs `ytcode` with the given arguments, and writes the most memory it held, in MB.
 * Plain JavaScript, as the package is: to strip types takes some memory of its own.
 */
const { runCommandLine } = await import(
  new URL("../dist/cli/command-line.js", import.meta.url).href
);
process.exitCode = await runCommandLine(process.argv.slice(2));
// In KiB, of all threads together (getrusage(2)).
process.stdout.write(`peak ${Math.round((process.resourceUsage().maxRSS * 1024) / 1e6)}\n`);
