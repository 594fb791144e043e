/**
 * A process that runs stack commands of `ytcode` one after another, so that not each has to load the engine anew. It
 * parses their arguments with the command line's own parser, and tells what was done besides printing it.
 */
import { CommanderError } from "commander";
import { stackCommands } from "../../../cli/stack/command.ts";
import type { StackCommandOptions } from "../../../cli/stack/operation.ts";
import { runOperationCommand } from "../../../cli/stack/run-operation.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import type { EngineOutcome } from "./observation.ts";
import type { Command } from "./scenario.ts";

/** A command to run. */
export interface DriverRequest {
  readonly command: Command;
  readonly argv: readonly string[];
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** What became of it. */
export type DriverAnswer = Omit<EngineOutcome, "text">;

process.on("message", (request: DriverRequest) => {
  void run(request).then((answer) => process.send?.(answer));
});

async function run(request: DriverRequest): Promise<DriverAnswer> {
  for (const name of Object.keys(process.env)) {
    if (!(name in request.environment)) {
      delete process.env[name];
    }
  }
  Object.assign(process.env, request.environment);
  try {
    const options = await parse(request);
    const { status, result } = await runOperationCommand(
      request.command,
      options,
      request.directory,
      undefined,
    );
    const steps = result?.steps.map(({ operation, urn }) => ({ operation, urn })) ?? [];
    const messages = result?.diagnostics.map(({ severity, urn, message }) => ({
      severity,
      urn,
      text: message,
    }));
    return { status, steps, messages: messages ?? [] };
  } catch (error) {
    if (error instanceof UserError) {
      process.stderr.write(`${error.message}\n`);
      const message = { severity: "error", urn: undefined, text: error.message };
      return { status: 1, steps: [], messages: [message] };
    }
    if (error instanceof CommanderError) {
      const message = { severity: "error", urn: undefined, text: error.message };
      return { status: 2, steps: [], messages: [message] };
    }
    throw error;
  }
}

async function parse({ command: name, argv }: DriverRequest): Promise<StackCommandOptions> {
  const command = stackCommands().find((candidate) => candidate.name() === name);
  if (command === undefined) {
    throw new Error(`No command "${name}"`);
  }
  let parsed: StackCommandOptions | undefined;
  command.exitOverride().action((options: StackCommandOptions) => {
    parsed = options;
  });
  await command.parseAsync([...argv], { from: "user" });
  if (parsed === undefined) {
    throw new Error(`Command "${name}" was not parsed`);
  }
  return parsed;
}
