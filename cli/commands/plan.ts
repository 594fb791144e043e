/** `ytcode plan DIR`: shows what would be packed, part by part, and packs nothing. */
import { Command } from "commander";
import { createPainter, wantsColor } from "../../engine/display/colors.ts";
import { makePlan } from "../plan/make-plan.ts";
import type { PlanDocument } from "../plan/plan-document.ts";
import { planText } from "../plan/plan-text.ts";
import { shownPath, userPath } from "../user-directory.ts";
import { type PipelineOptions, readPipeline, withPipelineOptions } from "./pipeline-options.ts";

/** The options of `plan`. */
interface PlanOptions extends PipelineOptions {
  readonly json?: boolean;
  readonly html?: string;
}

/** The command `plan`. */
export function planCommand(): Command {
  const command = new Command("plan").description("show what would be packed, part by part");
  return withPipelineOptions(command)
    .option("--json", "print it as JSON, with every file (docs/plan-json.md)")
    .option("--html <file>", "write a page that shows what takes the space")
    .action(plan);
}

async function plan(directory: string, options: PlanOptions): Promise<void> {
  const document = makePlan(await readPipeline(directory, options));
  const page = options.html === undefined ? undefined : userPath(options.html);
  if (page !== undefined) await writeHtml(page, document);
  const text =
    options.json === true
      ? JSON.stringify(document, undefined, 2)
      : planText(document, createPainter(wantsColor(process.stdout, process.env)));
  process.stdout.write(`${text}\n`);
  // On stderr, so that standard output stays the report, or JSON.
  if (page !== undefined) process.stderr.write(`Wrote ${shownPath(page)}: open it in a browser\n`);
}

async function writeHtml(file: string, document: PlanDocument): Promise<void> {
  const { planPage } = await import("../plan/plan-page.ts");
  const { writePage } = await import("../plan/write-page.ts");
  await writePage(file, await planPage(document));
}
