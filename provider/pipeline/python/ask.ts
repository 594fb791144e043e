/** Asks an interpreter for modules: one process for all names, in bounded time. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { isRecord } from "../../../common/values/is-record.ts";
import { parseAnswer, type PythonAnswer } from "./answer.ts";
import { failed, type Surroundings } from "./interpreter.ts";
import { ANSWER_MARK, SCRIPT } from "./script.ts";

/** How long an interpreter may take, in ms: a slow network file system is no reason to fail. */
const TIME_LIMIT_MS = 60_000;

/** More than any answer, in characters: a program that writes without end is no interpreter. */
const OUTPUT_LIMIT = 16 * 1024 * 1024;

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
  options: AskOptions,
): Promise<PythonAnswer> {
  const { python, timeLimitMs = TIME_LIMIT_MS } = options;
  const ending = await run(options, JSON.stringify(names), timeLimitMs);
  const line = answerLine(ending.stdout);
  if (line !== undefined) return readAnswer(line, python);
  switch (ending.type) {
    case "failed":
      throw failed(python, ending.reason);
    case "late":
      throw failed(python, `it has not answered within ${timeLimitMs / 1000} s and was stopped`);
    case "ended":
      throw failed(python, reasonOf(ending));
  }
}

function readAnswer(line: string, python: string): PythonAnswer {
  const value: unknown = JSON.parse(line);
  const answer = parseAnswer(value);
  if (answer !== undefined) return answer;
  const version = isRecord(value) ? String(value["tooOld"]) : "of another kind";
  throw failed(python, `it is Python ${version}, and Python 3.4 or newer is needed`);
}

/** The whole last line that bears the mark, without it. */
function answerLine(stdout: string): string | undefined {
  const start = stdout.lastIndexOf(`\n${ANSWER_MARK}`);
  if (start === -1) return undefined;
  const from = start + 1 + ANSWER_MARK.length;
  const end = stdout.indexOf("\n", from);
  return end === -1 ? undefined : stdout.slice(from, end);
}

/** How a process came to its end, with what it wrote until then. */
type Ending = { readonly stdout: string } & (
  | { readonly type: "ended"; readonly stderr: string; readonly status: number | string }
  | { readonly type: "late" }
  | { readonly type: "failed"; readonly reason: string }
);

function run(
  { interpreter, environment, workingDirectory }: AskOptions,
  input: string,
  timeLimitMs: number,
): Promise<Ending> {
  const child = spawn(interpreter, ["-c", SCRIPT], { env: environment, cwd: workingDirectory });
  const { promise, resolve } = Promise.withResolvers<Ending>();
  const output = { stdout: "", stderr: "" };
  // What stands in for the interpreter may have left a process behind that holds the output
  // open, so neither a limit nor an answer waits for its end.
  const timer = setTimeout(() => {
    child.kill("SIGKILL");
    resolve({ type: "late", stdout: output.stdout });
  }, timeLimitMs);
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
    if (answerLine(output.stdout) !== undefined) {
      resolve({ type: "ended", ...output, status: 0 });
    } else if (output.stdout.length > OUTPUT_LIMIT) {
      child.kill("SIGKILL");
      resolve({ type: "ended", ...output, status: 0 });
    }
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr = (output.stderr + text).slice(-OUTPUT_LIMIT);
  });
  child.on("error", (error) => {
    resolve({ type: "failed", reason: error.message, stdout: output.stdout });
  });
  child.on("close", (status, signal) => {
    resolve({ type: "ended", ...output, status: status ?? signal ?? "unknown" });
  });
  // A program that does not read its stdin says by its output that it is no interpreter.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  return promise.finally(() => {
    clearTimeout(timer);
    letGo(child);
  });
}

function letGo(child: ChildProcessWithoutNullStreams): void {
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  child.unref();
}

function reasonOf(ending: Extract<Ending, { readonly type: "ended" }>): string {
  const { stdout, stderr, status } = ending;
  if (typeof status === "string") return `it was ended by ${status}`;
  if (status === 0) {
    const line = stdout.trim().split("\n", 1)[0] ?? "";
    return `it is no Python 3: it wrote ${JSON.stringify(line.slice(0, 60))}`;
  }
  const lines = stderr.trim().split("\n");
  // Python's own last words are followed by a stack.
  const reason = lines.find((line) => line.startsWith("Fatal Python error")) ?? lines.at(-1) ?? "";
  return reason === "" ? `it ended with status ${status}` : reason;
}
