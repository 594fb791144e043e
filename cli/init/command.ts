/** `ytcode init`: a new project, or a pipeline in one, that comes up at once. */
import { Command, Option } from "commander";
import type { Operation } from "./stage-template.ts";
import { OPERATIONS } from "./stage-template.ts";

/** Options as commander gives them. */
export interface InitOptions {
  readonly name?: string;
  readonly pipeline?: string;
  readonly stage?: string;
  readonly operation?: Operation;
  readonly stack?: string;
  readonly proxy?: string;
  readonly yes?: boolean;
  /** False after `--no-install`. */
  readonly install: boolean;
}

const HELP = `
In a folder that belongs to no project, makes a project there with one pipeline. In a project, adds a pipeline:
  ytcode init my-pipelines              a project in my-pipelines/
  ytcode init pipelines/weekly          in a project: a pipeline in pipelines/weekly/
Nothing that is there is changed. On a terminal it asks for what no option says; with --yes it does not.`;

/** The command `init`. */
export function initCommand(): Command {
  return new Command("init")
    .description("make a new project, or a pipeline in one")
    .argument("[directory]", "where (default: here; in a project: pipelines/<name>)")
    .option("--name <name>", "the project's name (default: the folder's)")
    .option("--pipeline <name>", "the pipeline's name (default: the folder's, else \"daily\")")
    .option("--stage <name>", 'the first stage\'s name (default: "clean")')
    .addOption(
      new Option("--operation <type>", "what the stage runs as (default: map)").choices([
        ...OPERATIONS,
      ]),
    )
    .option("--stack <name>", 'the first stack\'s name (default: "dev")')
    .option("--proxy <cluster>", 'the cluster (default: "local", one inside the project)')
    .option("-y, --yes", "do not ask")
    .option("--no-install", "do not run npm install")
    .addHelpText("after", HELP)
    .action(async (directory: string | undefined, options: InitOptions) => {
      const { runInit } = await import("./run-init.ts");
      await runInit(directory, options);
    });
}
