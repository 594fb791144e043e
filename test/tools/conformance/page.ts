/** Makes `docs/engines.md` of the scenarios, of what the CLI did in them, and of the differences. */
import path from "node:path";
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
  const versions = [...new Set([...recordings.values()].map(({ cli }) => cli))].toSorted();
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
  return `${introduction(chapters, versions)}\n${sections.join("\n\n")}\n\n<!-- prettier-ignore-end -->\n`;
}

function introduction(chapters: readonly Chapter[], versions: readonly string[]): string {
  const count = chapters.reduce((sum, { scenarios }) => sum + scenarios.length, 0);
  return `<!-- Made by "npm run conformance -- --page" from test/behaviour/conformance. Do not edit. -->
<!-- prettier-ignore-start -->

# The Pulumi CLI and the embedded engine

\`ytcode preview\`, \`up\`, \`refresh\` and \`destroy\` go to the Pulumi CLI where there is one, and to the embedded engine
elsewhere. Both must do the same: ${count} scenarios were run on the Pulumi CLI ${versions.join(", ")}, and what it did is kept in
\`test/behaviour/conformance/recorded/\`. The tests run them on the embedded engine, and on a Pulumi CLI where one is on
\`PATH\`, and compare: the provider's calls with what they are given and their order, the steps that are shown, the
severities of messages, the exit status, and the state. In each scenario one engine previews on the state of the other.

Not compared are times, random ids, ciphertexts, the name and version of the engine in the state, and where in the
program a resource was declared (\`sourcePosition\`, \`stackTrace\`), which the embedded engine does not write.

"the same" stands where nothing differs; what differs on purpose stands there with its reason.
`;
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
  const place = run === "handover" ? "handed over" : `run ${run}`;
  return `${place}: ${embedded} (${reason})`;
}
