/** `ytcode plan DIR`: shows what would be packed, part by part, and packs nothing. */
import { Command } from "commander";
import { createPainter, wantsColor } from "../../engine/display/colors.ts";
import { makePlan } from "../plan/make-plan.ts";
import { planText } from "../plan/plan-text.ts";
import { type PipelineOptions, readPipeline, withPipelineOptions } from "./pipeline-options.ts";

/** The options of `plan`. */
interface PlanOptions extends PipelineOptions {
  readonly json?: boolean;
}

/** The command `plan`. */
export function planCommand(): Command {
  const command = new Command("plan").description("show what would be packed, part by part");
  return withPipelineOptions(command)
    .option("--json", "print it as JSON, with every file (docs/plan-json.md)")
    .action(plan);
}

async function plan(directory: string, options: PlanOptions): Promise<void> {
  const document = makePlan(await readPipeline(directory, options));
  const text =
    options.json === true
      ? JSON.stringify(document, undefined, 2)
      : planText(document, createPainter(wantsColor(process.stdout, process.env)));
  process.stdout.write(`${text}\n`);
}
