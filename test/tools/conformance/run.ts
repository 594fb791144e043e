/**
 * `npm run conformance -- [NAME…]` shows what the two engines do in scenarios; `--record` writes down what the Pulumi
 * CLI on PATH does, and makes the page anew; `--page` makes only that; `--flags` writes down which flags the CLI takes.
 */
import { writeFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { CHAPTERS } from "../../behaviour/conformance/scenarios/chapters.ts";
import { recordFlags } from "../cli-flags/record.ts";
import { EmbeddedEngine } from "./embedded-engine.ts";
import { commandText } from "./engines.ts";
import { makePage, PAGE } from "./page.ts";
import { perform } from "./perform.ts";
import { PulumiEngine, pulumiVersion } from "./pulumi-engine.ts";
import { record } from "./record.ts";
import { COMPARED } from "./scenario.ts";
import type { Scenario } from "./scenario.ts";

const words = process.argv.slice(2);
const names = words.filter((word) => !word.startsWith("--"));
const all = CHAPTERS.flatMap(({ scenarios }) => scenarios);
const chosen = names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
const unknown = names.filter((name) => !all.some((scenario) => scenario.name === name));
if (unknown.length > 0) {
  throw new Error(`No scenario is named ${unknown.join(", ")}`);
}

function openCli(): { readonly cli: PulumiEngine; readonly version: string } {
  const version = pulumiVersion();
  if (version === undefined) {
    throw new Error("There is no Pulumi CLI on PATH");
  }
  return { cli: new PulumiEngine(version), version };
}

function json(value: unknown): string {
  return JSON.stringify(value, undefined, 1) ?? "nothing";
}

async function compare(scenario: Scenario, cli: PulumiEngine): Promise<void> {
  const embedded = new EmbeddedEngine();
  const [theirs, ours] = [await perform(cli, scenario), await perform(embedded, scenario)];
  await embedded.close();
  for (const [index, { action, observation, text }] of theirs.entries()) {
    const own = ours[index];
    const differing = COMPARED.filter(
      (key) => !isDeepStrictEqual(observation[key], own?.observation[key]),
    );
    process.stdout.write(`\n${scenario.name} ${index + 1}: ${commandText(action)}\n`);
    for (const key of COMPARED) {
      const isSame = !differing.includes(key);
      const shown = isSame
        ? key === "state"
          ? ["the same"]
          : [json(observation[key])]
        : ["DIFFERS", `CLI: ${json(observation[key])}`, `own: ${json(own?.observation[key])}`];
      process.stdout.write(`  ${key}: ${shown.join("\n    ")}\n`);
    }
    if (differing.length > 0) {
      process.stdout.write(`--- CLI\n${text}\n--- own\n${own?.text ?? ""}\n`);
    }
  }
}

if (words.includes("--page")) {
  await writeFile(PAGE, await makePage(CHAPTERS));
} else if (words.includes("--flags")) {
  const { cli, version } = openCli();
  await cli.close();
  await recordFlags(version);
} else {
  const { cli, version } = openCli();
  for (const scenario of chosen) {
    if (words.includes("--record")) {
      process.stdout.write(`${scenario.name}\n`);
      await record(cli, version, scenario);
    } else {
      await compare(scenario, cli);
    }
  }
  await cli.close();
  if (words.includes("--record")) {
    await writeFile(PAGE, await makePage(CHAPTERS));
  }
}
