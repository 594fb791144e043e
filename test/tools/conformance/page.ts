/** Makes `docs/engines.md` of the scenarios, of what the CLI did in them, and of the differences. */
import path from "node:path";
import { ON_PURPOSE } from "../../behaviour/conformance/scenarios/on-purpose.ts";
import { REPOSITORY } from "../../ytjobs/run-python.ts";
import type { Observation } from "./observation.ts";
import { readRecording } from "./recording.ts";
import type { Recording } from "./recording.ts";
import type { Chapter, Difference, Scenario } from "./scenario.ts";

/** Where the page is. */
export const PAGE = path.join(REPOSITORY, "docs/engines.md");

/** Makes the page's text. */
export async function makePage(chapters: readonly Chapter[]): Promise<string> {
  const recordings = new Map<string, Recording>();
  for (const { name } of chapters.flatMap(({ scenarios }) => scenarios)) {
    recordings.set(name, await readRecording(name));
  }
  const sdks = versionsOf([...recordings.values()].map(({ sdk }) => sdk));
  const clis = versionsOf([...recordings.values()].map(({ cli }) => cli));
  const sections = chapters.map(({ title, scenarios }) => {
    const rows = scenarios.map((scenario) => rowOf(scenario, recordings.get(scenario.name)));
    return [
      `## ${title}`,
      "",
      "| scenario | what the Pulumi CLI does | the embedded engine |",
      "| --- | --- | --- |",
      ...rows,
    ].join("\n");
  });
  return `${introduction(chapters, { clis, sdks })}\n${sections.join("\n\n")}\n\n<!-- prettier-ignore-end -->\n`;
}

function versionsOf(versions: readonly string[]): string {
  return [...new Set(versions)].toSorted().join(", ");
}

function introduction(
  chapters: readonly Chapter[],
  { clis, sdks }: { readonly clis: string; readonly sdks: string },
): string {
  const scenarios = chapters.flatMap((chapter) => chapter.scenarios);
  const same = scenarios.filter(({ differences = [] }) => differences.length === 0).length;
  return `<!-- Made by "npm run conformance -- --page" from test/behaviour/conformance. Do not edit. -->
<!-- prettier-ignore-start -->

# The Pulumi CLI and the embedded engine

\`ytcode preview\`, \`up\`, \`refresh\` and \`destroy\` go to the Pulumi CLI where there is one, and to the embedded engine
elsewhere. Both must do the same. This page shows how far they do.

- **${scenarios.length} scenarios**: small programs, and what is done with them; ${same} of them do the same in all that is compared.
- Recorded with the Pulumi CLI ${clis} and \`@pulumi/pulumi\` ${sdks}, in \`test/behaviour/conformance/recorded/\`.
- The tests run them on the embedded engine, and on a Pulumi CLI where one is on \`PATH\`, and compare both with the recordings.

| compared | not compared |
| --- | --- |
| the provider's calls, with what they are given, and their order as far as resources need one another | the order of what does not need one another |
| the steps that are shown: create, update, replace, … | how they are laid out |
| warnings and errors: their severities and resources, in some scenarios their texts | the CLI's line "update failed" (or "preview failed", …) after a failure, messages for debugging |
| the exit status | durations |
| the state: resources, inputs, outputs, dependencies, secrets (decrypted), pending operations | times, random ids, ciphertexts, the engine's name and version, \`sourcePosition\` and \`stackTrace\` (which the embedded engine does not write), properties that depend on nothing |
| what the other engine previews on a state half way: the embedded engine on the CLI's, and the CLI on the embedded engine's | |

${differenceTables(scenarios)}`;
}

/** What differs, on purpose and not, in tables of their own. */
function differenceTables(scenarios: readonly Scenario[]): string {
  const all = scenarios.flatMap(({ name, differences = [] }) =>
    differences.map((difference) => ({ name, ...difference })),
  );
  const meant = all.filter(({ reason }) => reason !== "known");
  const open = all.filter(({ reason }) => reason === "known");
  const inScenarios = meant.map(
    ({ name, run, embedded, reason }) => `${embedded} (${name}, ${placeOf(run)}) | ${reason}`,
  );
  const elsewhere = ON_PURPOSE.map(
    ({ cli, embedded, reason }) => `${embedded}; the CLI: ${cli} | ${reason}`,
  );
  return `${tableOf("What differs on purpose", "the embedded engine | why", [...inScenarios, ...elsewhere])}
${tableOf(
  "What differs and is not meant to",
  "scenario | the embedded engine",
  open.map(({ name, run, embedded }) => `${name}, ${placeOf(run)} | ${embedded}`),
)}`;
}

function tableOf(title: string, head: string, rows: readonly string[]): string {
  return rows.length === 0
    ? ""
    : `## ${title}\n\n| ${head} |\n| --- | --- |\n${rows.map((row) => `| ${row} |\n`).join("")}`;
}

function placeOf(run: Difference["run"]): string {
  return run === "handover" ? "handed over" : `run ${run}`;
}

function rowOf(scenario: Scenario, recording: Recording | undefined): string {
  const runs = recording?.runs.map((run) => `\`${run.command}\`: ${outcomeText(run)}`) ?? [];
  const differences = scenario.differences?.map(differenceText) ?? ["the same"];
  const cells = [
    `**${scenario.name}**: ${scenario.about}`,
    runs.join("<br>"),
    differences.join("<br>"),
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
}

/** `create a, b; update c; exit status 255`. */
function outcomeText({ steps, status }: Observation): string {
  const names = new Map<string, string[]>();
  for (const step of steps) {
    const [operation = "", type = "", ...name] = step.split(" ");
    if (operation !== "same" && type !== "Stack") {
      names.set(operation, [...(names.get(operation) ?? []), name.join(" ")]);
    }
  }
  const done = [...names].map(([operation, of]) => `${operation} ${of.join(", ")}`);
  return [
    ...(done.length === 0 && status === 0 ? ["nothing to do"] : done),
    ...(status === 0 ? [] : [`exit status ${status}`]),
  ].join("; ");
}

function differenceText({ run, embedded, reason }: Difference): string {
  return `${placeOf(run)}: ${embedded} (${reason === "known" ? "not meant to differ" : "on purpose"})`;
}
