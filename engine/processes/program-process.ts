/** The user's program, in a process of the SDK's own runner. */
import { join } from "node:path";
import type { Configuration } from "../project/configuration.ts";
import type { Project } from "../project/project.ts";
import { nodeOptions } from "../project/runnable.ts";
import { Child } from "./child.ts";
import type { ChildOptions } from "./child.ts";

/** What a program is started with. */
export interface ProgramOptions {
  readonly sdk: string;
  readonly project: Project;
  readonly stack: string;
  readonly configuration: Configuration;
  readonly preview: boolean;
  readonly parallel: number;
  /** Where the monitor and the engine listen. */
  readonly address: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Starts the user's program in the SDK's own runner (`cmd/run`). */
export function startProgram(
  options: ProgramOptions,
  output: Pick<ChildOptions, "onLine" | "onErrorLine">,
): Child {
  const { project, stack, preview, parallel, address, configuration } = options;
  const { directory, entry } = project.program;
  const { typescript, tsconfig, nodeArguments } = nodeOptions(project);
  const secretKeys = [...configuration].filter(([, { secret }]) => secret).map(([key]) => key);
  return new Child({
    what: "program",
    nodeArguments,
    script: join(options.sdk, "cmd", "run"),
    arguments: [
      `--monitor=${address}`,
      `--engine=${address}`,
      "--organization=organization",
      `--project=${project.name}`,
      `--stack=${stack}`,
      `--root-directory=${project.root}`,
      `--pwd=${directory}`,
      `--parallel=${String(parallel)}`,
      ...(preview ? ["--dry-run"] : []),
      entry,
    ],
    directory,
    environment: {
      ...options.environment,
      PULUMI_NODEJS_ORGANIZATION: "organization",
      PULUMI_NODEJS_PROJECT: project.name,
      PULUMI_NODEJS_STACK: stack,
      PULUMI_NODEJS_DRY_RUN: String(preview),
      PULUMI_NODEJS_TYPESCRIPT: String(typescript),
      ...(tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
      PULUMI_CONFIG: JSON.stringify(
        Object.fromEntries([...configuration].map(([key, { value }]) => [olderForm(key), value])),
      ),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(secretKeys),
    },
    ...output,
  });
}

/** `namespace:config:name`, which is how Pulumi's own language host names keys. */
function olderForm(key: string): string {
  return key.replace(":", ":config:");
}
