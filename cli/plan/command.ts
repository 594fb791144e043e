/** `ytcode plan DIR`: shows what would be packed, part by part, and packs nothing. */
import { Command, Option } from "commander";
import { jsonText } from "../../common/text/json-text.ts";
import type { PlanDocument } from "./plan-document.ts";
import { printLines, stdoutPainter } from "../terminal/output.ts";
import { shownPath, userDirectory, userPath } from "../user-directory.ts";
import { readPipeline, withPipelineOptions } from "../pipeline-options.ts";
import type { PipelineOptions } from "../pipeline-options.ts";

/** The options of `plan`. */
interface PlanOptions extends PipelineOptions {
  readonly json?: boolean;
  readonly html?: string;
  readonly explain?: string;
}

/** The command `plan`. */
export function planCommand(): Command {
  const command = new Command("plan").description("show what would be packed, part by part");
  return withPipelineOptions(command)
    .option("--json", "print it as JSON, with every file (docs/plan-json.md)")
    .option("--html <file>", "write a page that shows what takes the space")
    .addOption(
      new Option("--explain <path>", "say why a file or directory is in or out").conflicts("html"),
    )
    .action(plan);
}

async function plan(directory: string, options: PlanOptions): Promise<void> {
  if (options.explain !== undefined) {
    return explain(directory, options, options.explain);
  }
  const { makePlan } = await import("./make-plan.ts");
  const { planText } = await import("./plan-text.ts");
  const document = makePlan(await readPipeline(directory, options));
  const page = options.html === undefined ? undefined : userPath(options.html);
  if (page !== undefined) {
    await writeHtml(page, document);
  }
  const text = options.json === true ? jsonText(document) : planText(document, stdoutPainter());
  await printLines([text]);
  // On stderr, so that standard output stays the report, or JSON.
  if (page !== undefined) {
    process.stderr.write(`Wrote ${shownPath(page)}: open it in a browser\n`);
  }
}

async function explain(directory: string, options: PlanOptions, asked: string): Promise<void> {
  const { explainPath } = await import("./explain/explain.ts");
  const { explainDocument } = await import("./explain/explain-document.ts");
  const { explainText } = await import("./explain/explain-text.ts");
  const explanation = await explainPath({
    pipelineDirectory: userPath(directory),
    configurationFile: options.config,
    python: options.python,
    path: asked,
    orRelativeTo: userDirectory(),
  });
  const text =
    options.json === true
      ? jsonText(explainDocument(explanation))
      : explainText(explanation, stdoutPainter());
  await printLines([text]);
}

async function writeHtml(file: string, document: PlanDocument): Promise<void> {
  const { planPage } = await import("./plan-page.ts");
  const { writePage } = await import("./write-page.ts");
  await writePage(file, await planPage(document));
}
