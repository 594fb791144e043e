/** Which state of a scenario is handed over to the other engine, and the preview there. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Fixture } from "../../behaviour/engine/fixture.ts";
import type { Engine } from "./engines.ts";
import { checkpointOf } from "./normal-state.ts";
import type { NormalState } from "./normal-state.ts";
import type { Observation } from "./observation.ts";
import { observe } from "./perform.ts";
import type { Scenario } from "./scenario.ts";
import { STATE_FILE } from "./state-file.ts";

/**
 * After which run, from 1, the state is handed over: unless the scenario says it, after the one in the middle of
 * those that may change the state.
 */
export function handoverRun({ handover, actions }: Scenario): number | undefined {
  if (handover !== undefined) {
    return handover === false ? undefined : handover;
  }
  const runs = actions.filter((action) => "run" in action);
  const changing = runs.flatMap(({ run }, index) => (run === "preview" ? [] : [index + 1]));
  return changing[Math.floor((changing.length - 1) / 2)];
}

/** What an engine previews on a state that it is given; the state is as before afterwards. */
export async function previewOn(
  engine: Engine,
  project: Fixture,
  state?: { readonly given: NormalState; readonly version: string },
): Promise<Observation & { readonly text: string }> {
  const file = path.join(project.directory, STATE_FILE);
  const own = await readFile(file);
  if (state !== undefined) {
    await writeFile(file, await checkpointOf(state.given, state.version));
  }
  try {
    const { observation, text } = await observe(engine, project, { run: "preview" });
    return { ...observation, text };
  } finally {
    await writeFile(file, own);
  }
}
