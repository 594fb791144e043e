/** Runs the unmodified Python client of YTsaurus against a cluster. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import test from "node:test";
import type { TestContext } from "node:test";
import { pythonPath, ysonBindings } from "../../tools/paths.ts";

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

/** See {@link runPython}. */
export type RunPython = (url: string, code: string, token?: string) => Promise<unknown>;

/**
 * Runs Python code that finds `client` ready and calls `result(value)` once. Without its native YSON library the
 * client sends and asks for JSON.
 *
 * @returns the value
 * @throws {Error} with what Python printed, when it fails
 */
export async function runPython(url: string, code: string, token = "any"): Promise<unknown> {
  return run(PRELUDE + code, [url, token], {});
}

/** {@link runPython} with the YSON library: the client sends and asks for binary YSON. */
async function runPythonWithYson(url: string, code: string, token = "any"): Promise<unknown> {
  const check = 'assert yt.yson.TYPE == "BINARY", "the YSON library is not used"\n';
  return run(PRELUDE + check + code, [url, token], { PYTHONPATH: ysonBindings });
}

/** Tests one thing with the client as it is, and with its YSON library. */
export function testWithPython(
  name: string,
  body: (t: TestContext, runPython: RunPython) => Promise<void>,
): void {
  test(`the Python client ${name}`, (t) => body(t, runPython));
  const skip = existsSync(path.join(ysonBindings, "complete.json"))
    ? false
    : "NOT RUN: ytsaurus-yson could not be installed, which is for Linux on x86-64 and macOS on arm64";
  test(`the Python client with YSON ${name}`, { skip }, (t) => body(t, runPythonWithYson));
}

async function run(
  code: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<unknown> {
  const child = spawn(pythonPath, ["-c", code, ...args], {
    env: {
      PATH: process.env["PATH"] ?? "",
      PYTHONDONTWRITEBYTECODE: "1",
      PYTHONUTF8: "1",
      ...environment,
    },
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
