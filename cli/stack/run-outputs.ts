/** `ytcode outputs`: through the Pulumi CLI, or from the embedded engine's state. */
import { jsonText } from "../../common/text/json-text.ts";
import { escapeUnshowable } from "../../common/text/shown-name.ts";
import { printLines } from "../terminal/output.ts";
import { textTable } from "../terminal/text-table.ts";
import { refuseCliOnlyFlags } from "./cli-only-flags.ts";
import { givenCommonFlags } from "./common-flags.ts";
import type { FlagValues } from "./flag-option.ts";
import { runPulumi } from "./pulumi-cli.ts";
import type { OpenedPulumi } from "./pulumi-cli.ts";

/** Options of `outputs`. */
export interface OutputsOptions extends FlagValues {
  readonly stack: string;
  readonly json?: boolean;
  readonly showSecrets?: boolean;
}

/** Prints a stack's outputs. @returns the exit status */
export async function runOutputsCommand(
  options: OutputsOptions,
  directory: string,
  pulumi: OpenedPulumi | undefined,
): Promise<number> {
  const { stack, json = false, showSecrets = false } = options;
  if (pulumi !== undefined) {
    const { project, run } = pulumi;
    const { ensureStack } = await import("./pulumi-stack.ts");
    const found = await ensureStack(run, project, stack, { make: false });
    if (found !== 0) {
      return found;
    }
    return runPulumi(run, [
      "stack",
      "output",
      "--stack",
      stack,
      "--non-interactive",
      ...givenCommonFlags("stack output", { ...options, nonInteractive: undefined }),
      ...(json ? ["--json"] : []),
      ...(showSecrets ? ["--show-secrets"] : []),
    ]);
  }
  refuseCliOnlyFlags("stack output", options);
  const { readStackOutputs } = await import("../../engine/stack-outputs.ts");
  const outputs = await readStackOutputs({ projectDirectory: directory, stack, showSecrets });
  const rows = Object.entries(outputs).map(([name, value]) => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const lines = json ? [jsonText(outputs)] : textTable(rows);
  // Scripts get values as they are; a terminal must not be driven by them.
  await printLines(
    process.stdout.isTTY ? lines.map((line) => escapeUnshowable(line, "\n\t")) : lines,
  );
  return 0;
}
