/** The real `ytcode local`, as a process of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { REPOSITORY } from "../../ytjobs/run-python.ts";

/**
 * Starts `ytcode local` on a free port, until the end of the test.
 *
 * @param options further options: `["--token", "…"]`
 * @returns its URL
 * @throws {Error} when it ends without printing one
 */
export async function startServer(
  t: TestContext,
  data: string,
  options: readonly string[] = [],
): Promise<string> {
  const script = path.join(REPOSITORY, "cli/main.ts");
  const child = spawn(
    process.execPath,
    [script, "local", "--port", "0", "--data", data, ...options],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  t.after(async () => {
    if (child.exitCode !== null) {
      return;
    }
    child.kill("SIGTERM");
    await once(child, "exit");
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (url !== undefined) {
      return url;
    }
  }
  throw new Error("ytcode local has ended without printing its URL");
}
