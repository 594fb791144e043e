/** The tests of a chapter: each scenario on the embedded engine, and on the Pulumi CLI where there is one. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { PATIENT } from "../../behaviour/engine/fixture.ts";
import { EmbeddedEngine } from "./embedded-engine.ts";
import type { Engine } from "./engines.ts";
import { previewOn } from "./handover.ts";
import { perform } from "./perform.ts";
import type { PerformedRun } from "./perform.ts";
import { PulumiEngine, pulumiVersion } from "./pulumi-engine.ts";
import { readRecording } from "./recording.ts";
import type { Recording } from "./recording.ts";
import { COMPARED } from "./scenario.ts";
import type { Chapter, Compared, Difference, Scenario } from "./scenario.ts";

/** Declares the tests of a chapter. */
export function testChapter({ title, scenarios }: Chapter): void {
  // Each scenario has a limit of its own: with a CLI a chapter is three times the work.
  describe(`Conformance: ${title}`, () => {
    const embedded = new EmbeddedEngine();
    after(() => embedded.close());
    for (const scenario of scenarios) {
      it(`${scenario.name}: the embedded engine does as the CLI did`, PATIENT, async () => {
        await checkEmbedded(embedded, scenario, await readRecording(scenario.name));
      });
    }
    const version = pulumiVersion();
    if (version === undefined) {
      // That this part is left out is said once for all chapters, in recordings.test.ts.
      return;
    }
    const cli = new PulumiEngine(version);
    after(() => cli.close());
    for (const scenario of scenarios) {
      it(
        `${scenario.name}: the CLI ${version} does as recorded, and takes over`,
        PATIENT,
        async () => {
          await checkCli(cli, embedded, scenario, await readRecording(scenario.name));
        },
      );
    }
  });
}

async function checkEmbedded(
  engine: Engine,
  { differences = [], ...scenario }: Scenario,
  recording: Recording,
): Promise<void> {
  const { handover, cli } = recording;
  await perform(engine, scenario, async (run, project, number) => {
    compareRun(run, recording, number, differences);
    if (number !== handover?.after) {
      return;
    }
    const given = recording.runs[number - 1]?.state;
    assert.ok(given);
    const { steps, text } = await previewOn(engine, project, { given, version: cli });
    compareHandover(steps, handover.steps, differences, `on the state of the CLI\n${text}`);
  });
}

/** The CLI does as recorded, and on the state of the embedded engine it does as on its own. */
async function checkCli(
  cli: Engine,
  embedded: Engine,
  { differences = [], ...scenario }: Scenario,
  recording: Recording,
): Promise<void> {
  await perform(cli, scenario, async (run, _project, number) => {
    compareRun(run, recording, number, []);
  });
  const { handover } = recording;
  if (handover === undefined) {
    return;
  }
  await perform(embedded, scenario, async (_run, project, number) => {
    if (number === handover.after) {
      const { steps, text } = await previewOn(cli, project);
      compareHandover(steps, handover.steps, differences, `by the CLI\n${text}`);
    }
  });
}

function compareRun(
  { observation, text }: PerformedRun,
  recording: Recording,
  number: number,
  differences: readonly Difference[],
): void {
  const recorded = recording.runs[number - 1];
  assert.ok(recorded, `run ${number} is not recorded: record the scenario again`);
  const expected = new Set(
    differences.filter(({ run }) => run === number).flatMap((difference) => difference.in),
  );
  const differing = COMPARED.filter((key) => !isDeepStrictEqual(observation[key], recorded[key]));
  const unexpected = differing.filter((key) => !expected.has(key));
  const pick = (from: typeof observation): object =>
    Object.fromEntries(unexpected.map((key) => [key, from[key]]));
  const run = `${number}: ${recorded.command}`;
  assert.deepEqual(
    { run, ...pick(observation), ...(unexpected.length > 0 ? { text } : {}) },
    { run, ...pick(recorded), ...(unexpected.length > 0 ? { text } : {}) },
  );
  assertStillDiffers(expected, differing, run);
}

function compareHandover(
  steps: readonly string[],
  recorded: readonly string[],
  differences: readonly Difference[],
  where: string,
): void {
  if (differences.some(({ run }) => run === "handover")) {
    assert.notDeepEqual(steps, recorded, "The handover no longer differs: take that from the list");
  } else {
    assert.deepEqual({ where, steps }, { where, steps: recorded });
  }
}

function assertStillDiffers(
  expected: ReadonlySet<Compared>,
  differing: readonly Compared[],
  run: string,
): void {
  const mended = [...expected].filter((key) => !differing.includes(key));
  assert.deepEqual(mended, [], `Run ${run} no longer differs in this: take it from the list`);
}
