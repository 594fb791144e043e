/** What a Pulumi CLI did in a scenario, kept as a file that people can read. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { findHomeDirectory } from "../../../common/user.ts";
import { REPOSITORY } from "../../ytjobs/run-python.ts";
import { withoutEmptyNeeds } from "./normal-state.ts";
import type { NormalState } from "./normal-state.ts";
import type { Observation } from "./observation.ts";

/** Where recordings are. */
export const RECORDINGS = path.join(REPOSITORY, "test/behaviour/conformance/recorded");

/** What the CLI did in one scenario. */
export interface Recording {
  /** The CLI's version. */
  readonly cli: string;
  /** The version of `@pulumi/pulumi`. */
  readonly sdk: string;
  readonly runs: readonly (Observation & { readonly command: string })[];
  /** What the CLI previews after the run whose state is handed over. */
  readonly handover?: { readonly after: number; readonly steps: readonly string[] };
}

/** @throws {Error} when there is none */
export async function readRecording(name: string): Promise<Recording> {
  const recording: Recording = JSON.parse(await readFile(fileOf(name), "utf8"), withoutEmptyNeeds);
  let state: NormalState = {};
  const runs = recording.runs.map((run) => {
    // What a run has left as it was is not written again.
    state = "state" in run ? run.state : state;
    return { ...run, state };
  });
  return { ...recording, runs };
}

/** @throws {Error} when it tells something of this machine */
export async function writeRecording(name: string, recording: Recording): Promise<void> {
  let before = "{}";
  const runs = recording.runs.map(({ command, status, calls, steps, diagnostics, state }) => {
    const text = JSON.stringify(state);
    const changed = text !== before;
    before = text;
    const fields = [
      `"command": ${JSON.stringify(command)}`,
      `"status": ${status}`,
      `"calls": ${linesOf(calls)}`,
      `"steps": ${linesOf(steps)}`,
      `"diagnostics": ${linesOf(diagnostics)}`,
      ...(changed ? [`"state": ${stateText(state)}`] : []),
    ];
    return `    {\n${fields.map((field) => `      ${field}`).join(",\n")}\n    }`;
  });
  const { cli, sdk, handover } = recording;
  const end = handover === undefined ? "" : `,\n  "handover": ${JSON.stringify(handover)}`;
  const text = `{\n  "cli": "${cli}",\n  "sdk": "${sdk}",\n  "runs": [\n${runs.join(",\n")}\n  ]${end}\n}\n`;
  assertImpersonal(name, text);
  await mkdir(RECORDINGS, { recursive: true });
  await writeFile(fileOf(name), text);
}

/** @throws {Error} when a recording's text names a folder or the machine it was made on */
export function assertImpersonal(name: string, text: string): void {
  const found = [REPOSITORY, tmpdir(), findHomeDirectory(), hostname()].find(
    (place) => place !== undefined && place.length > 2 && text.includes(place),
  );
  const folder = /\/(?:tmp|home|Users|work|var)\//.exec(text)?.[0];
  if (found !== undefined || folder !== undefined) {
    throw new Error(`The recording of "${name}" names "${found ?? folder}"`);
  }
}

function fileOf(name: string): string {
  return path.join(RECORDINGS, `${name}.json`);
}

/** One item a line, to be read and compared by people. */
function linesOf(items: readonly unknown[], indent = "      "): string {
  if (items.length === 0) {
    return "[]";
  }
  const lines = items.map((item) => `${indent}  ${JSON.stringify(item)}`);
  return `[\n${lines.join(",\n")}\n${indent}]`;
}

function stateText(state: NormalState): string {
  const fields = Object.entries(state).map(([key, value]) => {
    const text = Array.isArray(value) ? linesOf(value, "        ") : JSON.stringify(value);
    return `        "${key}": ${text}`;
  });
  return fields.length === 0 ? "{}" : `{\n${fields.join(",\n")}\n      }`;
}
