/** Does what a scenario says on one engine, and tells what was seen of each run. */
import { readFile, realpath, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { isMissing } from "../../../common/files/file-errors.ts";
import { userName } from "../../../common/user.ts";
import { Fixture } from "../../behaviour/engine/fixture.ts";
import type { Engine } from "./engines.ts";
import { filesOfGiven } from "./given-state.ts";
import { normalState } from "./normal-state.ts";
import type { NormalState } from "./normal-state.ts";
import { orderedCalls, orderedState } from "./normal-order.ts";
import type { Observation } from "./observation.ts";
import { shownMessages, shownSteps } from "./observation.ts";
import { SALT } from "./passphrase.ts";
import { STATE_FILE } from "./state-file.ts";
import { takeCalls } from "./provider-calls.ts";
import type { Action, RawDeployment, RunAction, Scenario } from "./scenario.ts";

/** What was seen, and what else an engine printed. */
export interface PerformedRun {
  readonly action: RunAction;
  readonly observation: Observation;
  readonly text: string;
}

/** Gets each run as it ends, with the project as the run left it. */
export type AfterRun = (run: PerformedRun, project: Fixture, number: number) => Promise<void>;

/** Performs a scenario in a new project, which is gone afterwards. */
export async function perform(
  engine: Engine,
  scenario: Scenario,
  afterRun: AfterRun = async () => undefined,
): Promise<readonly PerformedRun[]> {
  const project = await Fixture.create({
    "stacks/Pulumi.dev.yaml": `encryptionsalt: ${SALT}\nconfig: {}\n`,
    ...scenario.files,
  });
  try {
    await engine.prepare(project);
    const runs: PerformedRun[] = [];
    for (const action of scenario.actions) {
      if ("run" in action) {
        const run = await observe(engine, project, action);
        runs.push(run);
        await afterRun(run, project, runs.length);
      } else {
        await act(project, action);
      }
    }
    return runs;
  } finally {
    await project.remove();
  }
}

/** Runs one command, and looks at what it has left. */
export async function observe(
  engine: Engine,
  project: Fixture,
  action: RunAction,
): Promise<PerformedRun> {
  const requests = path.join(project.directory, "requests.log");
  await rm(requests, { force: true });
  const clean = await cleaner(project);
  const before = await readState(project, clean);
  const { status, steps, messages, text } = await engine.run(project, action);
  const calls = (await takeCalls(requests)).map(clean);
  const after = await readState(project, clean);
  // What a killed engine had still told is chance.
  const isKilled = action.interrupt?.includes("SIGKILL") ?? false;
  const observation: Observation = {
    status,
    calls: orderedCalls(calls, [before, after]),
    steps: shownSteps(isKilled ? [] : steps),
    diagnostics: shownMessages(isKilled ? [] : messages, action.texts ?? false, clean),
    state: orderedState(after),
  };
  return { action, observation, text };
}

async function act(project: Fixture, action: Exclude<Action, RunAction>): Promise<void> {
  const inProject = (name: string): string => path.join(project.directory, name);
  if ("program" in action) {
    await project.program(action.program);
  } else if ("given" in action) {
    await project.write(await filesOfGiven(action.given));
  } else if ("write" in action) {
    await project.write(action.write);
  } else if ("remove" in action) {
    for (const name of action.remove) {
      await rm(inProject(name), { recursive: true, force: true });
    }
  } else if ("move" in action) {
    await rename(inProject(action.move[0]), inProject(action.move[1]));
  } else if ("truncate" in action) {
    const { size } = await stat(inProject(action.truncate));
    await truncate(inProject(action.truncate), Math.floor(size / 2));
  } else if ("faults" in action) {
    await project.faults(action.faults);
  } else if ("unlock" in action) {
    await rm(inProject(".pulumi/locks"), { recursive: true, force: true });
  } else {
    const file: { readonly checkpoint: { readonly latest: RawDeployment } } = JSON.parse(
      await project.read(STATE_FILE),
    );
    action.editState(file.checkpoint.latest);
    await writeFile(inProject(STATE_FILE), JSON.stringify(file));
  }
}

/** Takes the machine and the project's folder out of texts. */
async function cleaner({ directory }: Fixture): Promise<(text: string) => string> {
  const real = await realpath(directory);
  const names = [
    [real, "<project>"],
    [directory, "<project>"],
    [`${userName()}@${hostname()}`, "<user>@<host>"],
  ] as const;
  return (text) => names.reduce((done, [name, mark]) => done.replaceAll(name, mark), text);
}

/** The state, from where an engine that was asked to compress it puts it, too. */
async function readState(
  { directory }: Fixture,
  clean: (text: string) => string,
): Promise<NormalState> {
  for (const suffix of ["", ".gz"]) {
    try {
      const content = await readFile(path.join(directory, STATE_FILE + suffix));
      const text = suffix === "" ? content.toString() : gunzipSync(content).toString();
      return await normalState(text, clean);
    } catch (error) {
      if (!isMissing(error)) {
        throw error;
      }
    }
  }
  return {};
}
