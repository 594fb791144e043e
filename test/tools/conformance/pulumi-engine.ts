/** A Pulumi CLI as a scenario runs it: with state in the project's folder, and its events in a file. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { isMissing } from "../../../common/files/file-errors.ts";
import { makeTemporaryDirectory } from "../../../common/files/temporary-directory.ts";
import { isRecord } from "../../../common/values/is-record.ts";
import { textOr } from "../../../engine/values/text.ts";
import type { Fixture } from "../../behaviour/engine/fixture.ts";
import { argumentsOf } from "./engines.ts";
import type { Engine } from "./engines.ts";
import { interrupt } from "./interruption.ts";
import { checkpointOf } from "./normal-state.ts";
import type { EngineOutcome, SeenMessage, SeenStep } from "./observation.ts";
import { endProcessesOf, endWithThisProcess } from "./left-processes.ts";
import { PASSPHRASE } from "./passphrase.ts";
import type { RunAction } from "./scenario.ts";

/** The exit status of a process that SIGKILL ended, as shells tell it. */
const KILLED = 137;

/** The version of the CLI on PATH: `3.260.0`; undefined when there is none. */
export function pulumiVersion(): string | undefined {
  const { status, stdout } = spawnSync("pulumi", ["version"], { encoding: "utf8" });
  return status === 0 ? stdout.trim().replace(/^v/, "") : undefined;
}

/** Runs the CLI that is on PATH. */
export class PulumiEngine implements Engine {
  readonly #version: string;
  readonly #home = makeTemporaryDirectory("run the Pulumi CLI");

  /** @param version the CLI's, see {@link pulumiVersion} */
  constructor(version: string) {
    this.#version = version;
  }

  async prepare(project: Fixture): Promise<void> {
    await project.write({
      ".pulumi/meta.yaml": "version: 1\n",
      ".pulumi/stacks/fixture/dev.json": await checkpointOf({}, this.#version),
    });
  }

  async run(project: Fixture, action: RunAction): Promise<EngineOutcome> {
    const log = path.join(project.directory, "events.log");
    await rm(log, { force: true });
    const environment = project.environment({
      PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}`,
      PULUMI_HOME: this.#home.path,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // Without it there is no option for the events.
      PULUMI_DEBUG_COMMANDS: "true",
      PULUMI_BACKEND_URL: `file://${project.directory}`,
      PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
      ...action.environment,
    });
    const own = ["--non-interactive", "--color", "never", "--event-log", log];
    const child = spawn("pulumi", [action.run, ...argumentsOf(action), ...own], {
      cwd: project.directory,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ending = endWithThisProcess(child, project.directory);
    let text = "";
    let errorText = "";
    child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (errorText += chunk.toString()));
    // Not "close": what a killed engine leaves running keeps its output open.
    const ended = once(child, "exit");
    await interrupt(project, action, {
      ended,
      text: () => text + errorText,
      signal: (name) => child.kill(name),
    });
    await ended;
    ending[Symbol.dispose]();
    if (action.interrupt !== undefined) {
      endProcessesOf(project.directory);
    }
    const events = await readEvents(log);
    return {
      status: child.exitCode ?? KILLED,
      steps: events.flatMap(stepOf),
      messages: [...events.flatMap(messageOf), ...ownErrors(errorText)],
      text: text + errorText,
    };
  }

  async close(): Promise<void> {
    this.#home[Symbol.dispose]();
  }
}

async function readEvents(file: string): Promise<readonly Record<string, unknown>[]> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (isMissing(error)) {
      return "";
    }
    throw error;
  });
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): unknown => JSON.parse(line))
    .filter(isRecord);
}

/**
 * What has ended, well or planned: as the embedded engine lists steps. Of a component that stays as it is only the
 * beginning is told, unless the program registers its outputs.
 */
function stepOf({
  resOutputsEvent: ended,
  resourcePreEvent: begun,
}: Record<string, unknown>): readonly SeenStep[] {
  const metadata = isRecord(ended) ? ended["metadata"] : isRecord(begun) ? begun["metadata"] : {};
  if (!isRecord(metadata) || (!isRecord(ended) && metadata["op"] !== "same")) {
    return [];
  }
  return [{ operation: textOr(metadata["op"], ""), urn: textOr(metadata["urn"], "") }];
}

function messageOf({ diagnosticEvent: event }: Record<string, unknown>): readonly SeenMessage[] {
  if (!isRecord(event)) {
    return [];
  }
  const { severity, urn, message } = event;
  const text = textOr(message, "");
  return [{ severity: textOr(severity, ""), urn: typeof urn === "string" ? urn : undefined, text }];
}

/** What the CLI says itself, before or after the engine: `error: …`. */
function ownErrors(text: string): readonly SeenMessage[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("error: "))
    .map((line) => ({ severity: "error", urn: undefined, text: line.slice("error: ".length) }));
}
