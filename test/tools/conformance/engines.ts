/** What runs a scenario's commands: the embedded engine or a Pulumi CLI. */
import type { Fixture } from "../../behaviour/engine/fixture.ts";
import type { EngineOutcome } from "./observation.ts";
import type { RunAction } from "./scenario.ts";

/** One of the two engines. */
export interface Engine {
  /** Makes a new project ready, as `pulumi stack init` does. */
  prepare(project: Fixture): Promise<void>;
  run(project: Fixture, action: RunAction): Promise<EngineOutcome>;
  close(): Promise<void>;
}

/** The arguments that both engines understand. */
export function argumentsOf({
  run,
  args = [],
  parallel = 1,
  previewFirst = false,
}: RunAction): readonly string[] {
  return [
    "--stack",
    "dev",
    "--parallel",
    String(parallel),
    ...(run === "preview" || args.includes("--preview-only") ? [] : ["--yes"]),
    ...(run === "preview" || previewFirst ? [] : ["--skip-preview"]),
    ...args,
  ];
}

/** A run in short, as recordings and the page name it: `up --target …, interrupted by SIGINT`. */
export function commandText(action: RunAction): string {
  const { run, args = [], environment = {}, parallel = 1, previewFirst = false } = action;
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value ?? ""}`);
  const words = [
    ...variables,
    run,
    ...(run === "preview" || previewFirst ? [] : ["--skip-preview"]),
    ...(parallel === 1 ? [] : ["--parallel", String(parallel)]),
    ...args,
  ];
  const signals = action.interrupt?.join(", ");
  return words.join(" ") + (signals === undefined ? "" : ` (${signals})`);
}
