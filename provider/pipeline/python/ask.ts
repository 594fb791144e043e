/** Asks an interpreter for modules: one process for all names, in bounded time. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { packageFile } from "../../../common/package-file.ts";
import { isRecord } from "../../../common/values/is-record.ts";
import { parseAnswer } from "./answer.ts";
import type { PythonAnswer } from "./answer.ts";
import { failed } from "./interpreter.ts";
import type { Surroundings } from "./interpreter.ts";

/** How long an interpreter may take, in ms: a slow network file system is no reason to fail. */
const TIME_LIMIT_MS = 60_000;

/** More than any answer, in characters: a program that writes without end is no interpreter. */
const OUTPUT_LIMIT = 16 * 1024 * 1024;

/** What `query.py` begins the line of its answer with. */
const ANSWER_MARK = "\nytcode-modules:";

/** How to ask. */
export interface AskOptions extends Surroundings {
  /** Absolute path of the interpreter. */
  readonly interpreter: string;
  /** The interpreter as the user wrote it, for messages. */
  readonly python: string;
  /** @default a minute */
  readonly timeLimitMs?: number;
}

/**
 * Asks an interpreter where modules are.
 *
 * @param names top-level names, without dots
 * @throws {UserError} when the interpreter fails, is no Python 3, or does not answer in time
 */
export async function askPython(
  names: readonly string[],
  { interpreter, python, timeLimitMs = TIME_LIMIT_MS, ...surroundings }: AskOptions,
): Promise<PythonAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const fail = (reason: string): void => reject(failed(python, reason));
  const query = packageFile("provider/pipeline/python/query.py");
  const options = { env: surroundings.environment, cwd: surroundings.workingDirectory };
  // As text: shims of pyenv before 1.2.24 choose the interpreter by the folder of a given file.
  const child = spawn(interpreter, ["-c", readFileSync(query, "utf8")], options);
  // What stands in for the interpreter may have left a process behind that holds the output
  // open, so neither the limit nor an answer waits for its end.
  const late = `it has not answered within ${timeLimitMs / 1000} s and was stopped`;
  const timer = setTimeout(fail, timeLimitMs, late);
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    const line = answerLine(stdout);
    if (line !== undefined) {
      resolve(line);
    } else if (stdout.length > OUTPUT_LIMIT) {
      fail(notPython(stdout));
    }
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-OUTPUT_LIMIT);
  });
  child.on("error", (error) => fail(error.message));
  child.on("close", (status, signal) => {
    const end = signal === null ? `it ended with status ${status}` : `it was ended by ${signal}`;
    fail(status === 0 ? notPython(stdout) : (signal === null && lastWords(stderr)) || end);
  });
  // A program that does not read its stdin says by its output that it is no interpreter.
  child.stdin.on("error", () => undefined);
  const { first } = surroundings;
  child.stdin.end(JSON.stringify({ names, started: interpreter, query, first }));
  try {
    return readAnswer(await promise, python);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  } finally {
    clearTimeout(timer);
    for (const stream of [child.stdin, child.stdout, child.stderr]) {
      stream.destroy();
    }
    child.unref();
  }
}

/** The whole last line that bears the mark, without it. */
function answerLine(stdout: string): string | undefined {
  const start = stdout.lastIndexOf(ANSWER_MARK);
  const end = start === -1 ? -1 : stdout.indexOf("\n", start + 1);
  return end === -1 ? undefined : stdout.slice(start + ANSWER_MARK.length, end);
}

function readAnswer(line: string, python: string): PythonAnswer {
  const value: unknown = JSON.parse(line);
  const answer = parseAnswer(value);
  if (answer === undefined) {
    throw failed(python, String(isRecord(value) ? value["error"] : line));
  }
  return answer;
}

function notPython(stdout: string): string {
  const line = stdout.trim().split("\n", 1)[0] ?? "";
  return `it is no Python 3: it wrote ${JSON.stringify(line.slice(0, 60))}`;
}

/** The line that says why Python ended; its very last words may be followed by a stack. */
function lastWords(stderr: string): string | undefined {
  const lines = stderr.trim().split("\n");
  return lines.find((line) => line.startsWith("Fatal Python error")) ?? lines.at(-1);
}
