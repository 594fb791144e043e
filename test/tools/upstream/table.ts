/** The table of `docs/migrating.md` that compares our archives with those of the framework's packer. */
import { format, resolveConfig } from "prettier";
import { counted } from "../../../common/text/counted.ts";
import { comparePipeline } from "./differences.ts";
import type { Comparison, Difference, Where } from "./differences.ts";
import { COMPARED_PIPELINES } from "./pipelines.ts";
import { getReason, REASONS } from "./reasons.ts";
import type { Reason } from "./reasons.ts";

/** What the table stands between in the document. */
export const TABLE_BEGIN = "<!-- begin: npm run compare:upstream -->";
export const TABLE_END = "<!-- end: npm run compare:upstream -->";

const WHERE: Readonly<Record<Where, string>> = {
  ours: "only here",
  upstream: "only in the framework's",
  both: "in both, not the same",
};

/** Packs all pipelines with both; gives the table and its reasons as Markdown. */
export async function makeTable(): Promise<string> {
  const rows: string[] = [];
  const used = new Set<string>();
  for (const pipeline of COMPARED_PIPELINES) {
    for await (const comparison of comparePipeline(pipeline)) {
      rows.push(...rowsOf(comparison, used));
    }
  }
  const reasons = REASONS.filter(({ name }) => used.has(name)).map(
    ({ name, text }) => `- **${name}**: ${text}`,
  );
  const lines = [
    "| pipeline | files that are the same | differences | where | reason |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    "",
    ...reasons,
  ];
  return format(lines.join("\n"), {
    ...(await resolveConfig(import.meta.filename)),
    parser: "markdown",
  });
}

/** A row for each reason, in the order of the files. */
function rowsOf({ name, equalFiles, differences }: Comparison, used: Set<string>): string[] {
  const groups = Map.groupBy(differences, (difference) => getReason(name, difference));
  return [...groups].map(([reason, files], index) => {
    used.add(reason.name);
    const first = index === 0 ? `${name} | ${equalFiles}` : " | ";
    const where = [...new Set(files.map((file) => WHERE[file.where]))].join(", ");
    return `| ${first} | ${describeAll(files, reason)} | ${where} | ${reason.name} |`;
  });
}

function describeAll(files: readonly Difference[], { noun }: Reason): string {
  return noun === undefined ? files.map(describe).join(", ") : counted(files.length, noun);
}

function describe({ path, explanation }: Difference): string {
  const rule = explanation?.rule ?? null;
  return rule === null ? `\`${path}\`` : `\`${path}\` (\`${rule.text}\`)`;
}
