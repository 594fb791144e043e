/** Runs the unmodified Python client of YTsaurus against a cluster. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { pythonPath } from "../../tools/paths.ts";

const PRELUDE = `
import json, sys, hashlib
import yt.wrapper as yt
# The tests look at requests one by one, so the client may not repeat any for minutes.
config = {"proxy": {"retries": {"count": 1}, "request_timeout": 60000}}
client = yt.YtClient(proxy=sys.argv[1], token=sys.argv[2], config=config)
def plain(value):
    if isinstance(value, yt.yson.YsonEntity):
        return None
    if isinstance(value, yt.yson.YsonBoolean):
        return bool(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value
def result(value):
    print("RESULT " + json.dumps(plain(value)))
`;

/**
 * Runs Python code that finds `client` ready and calls `result(value)` once.
 *
 * @returns the value
 * @throws {Error} with what Python printed, when it fails
 */
export async function runPython(url: string, code: string, token = "any"): Promise<unknown> {
  const child = spawn(pythonPath, ["-c", PRELUDE + code, url, token], {
    env: { PATH: process.env["PATH"] ?? "", PYTHONDONTWRITEBYTECODE: "1", PYTHONUTF8: "1" },
  });
  const [output, errors] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  const line = /^RESULT (.*)$/m.exec(output)?.[1];
  if (line === undefined) {
    throw new Error(`Python gave no result:\n${errors}${output}`);
  }
  return JSON.parse(line);
}
