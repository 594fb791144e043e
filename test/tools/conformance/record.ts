/** Records what the Pulumi CLI on PATH does in scenarios. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { REPOSITORY } from "../../ytjobs/run-python.ts";
import { commandText } from "./engines.ts";
import { handoverRun, previewOn } from "./handover.ts";
import { perform } from "./perform.ts";
import type { Engine } from "./engines.ts";
import { writeRecording } from "./recording.ts";
import type { Recording } from "./recording.ts";
import type { Scenario } from "./scenario.ts";

/** Runs a scenario on the CLI, and writes down what it did. */
export async function record(engine: Engine, version: string, scenario: Scenario): Promise<void> {
  const after = handoverRun(scenario);
  let handover: Recording["handover"];
  const runs = await perform(engine, scenario, async ({ observation }, project, number) => {
    if (number === after && observation.state.resources !== undefined) {
      handover = { after, steps: (await previewOn(engine, project)).steps };
    }
  });
  await writeRecording(scenario.name, {
    cli: version,
    sdk: await sdkVersion(),
    runs: runs.map(({ action, observation }) => ({
      command: commandText(action),
      ...observation,
    })),
    ...(handover === undefined ? {} : { handover }),
  });
}

async function sdkVersion(): Promise<string> {
  const file = path.join(REPOSITORY, "node_modules/@pulumi/pulumi/package.json");
  const { version }: { readonly version: string } = JSON.parse(await readFile(file, "utf8"));
  return version;
}
