/**
 * Flags that only the Pulumi CLI does (version 3.260; `--help` of each command lists them, and its hidden command
 * `generate-cli-spec` those that it does not show). They go to it as they are; without it they are refused by name.
 */
import type { Command } from "commander";
import { UserError } from "../../common/errors/user-error.ts";
import { asGiven, flagOption } from "./flag-option.ts";
import type { FlagValues } from "./flag-option.ts";
import type { StackOperation } from "./operation.ts";

/** The commands that go to the Pulumi CLI where there is one, by the CLI's names. */
export type CliCommandName =
  | StackOperation
  | "cancel"
  | `config${"" | " get" | " set" | " rm"}`
  | `stack ${"ls" | "init" | "select" | "rm" | "export" | "import" | "history" | "output"}`;

/** Flags that all commands take. */
export const GLOBAL: readonly string[] = [
  "--disable-integrity-checking",
  "-e, --emoji",
  "-Q, --fully-qualify-stack-names",
  "--logflow",
  "--logtostderr",
  "--memprofilerate <number>",
  "--otel-traces <where>",
  "--profiling <file>",
  "--tracing <where>",
  "--tracing-header <header>",
  "-v, --verbose <number>",
];

/** Of all operations on a stack. */
const OPERATION: readonly string[] = [
  "-d, --debug",
  "--client <address>",
  "--copilot",
  "--event-log <path>",
  "--exec-agent <name>",
  "--exec-kind <kind>",
  "--neo",
  "--output <form>",
  "--override-env <choice>",
  "--remote",
  "--remote-agent-pool-id <id>",
  "--remote-env <variable>",
  "--remote-env-secret <variable>",
  "--remote-executor-image <image>",
  "--remote-executor-image-password <password>",
  "--remote-executor-image-username <name>",
  "--remote-git-auth-access-token <token>",
  "--remote-git-auth-password <password>",
  "--remote-git-auth-ssh-private-key <key>",
  "--remote-git-auth-ssh-private-key-path <path>",
  "--remote-git-auth-username <name>",
  "--remote-git-branch <branch>",
  "--remote-git-commit <commit>",
  "--remote-git-repo-dir <directory>",
  "--remote-inherit-settings",
  "--remote-pre-run-command <command>",
  "--remote-skip-install-dependencies",
  "--run-program",
  "--skip-config-validation",
  "--skip-plugin-pre-install",
  "--suppress-stream-logs",
  "--urns",
];

/** Of those that run the program. */
const PROGRAM: readonly string[] = [
  "--attach-debugger [what]",
  "--ignore-protect",
  "--neo-task-on-failure",
  "--policy-pack <path>",
  "--policy-pack-config <path>",
  "--show-config",
  "--show-full-output",
  "--show-policy-remediations",
];

/** What the embedded engine does not have, by the commands that do. */
const OWN: Readonly<Record<CliCommandName, readonly string[]>> = {
  preview: [...OPERATION, ...PROGRAM, "--import-file <file>", "--save-plan <file>"],
  up: [...OPERATION, ...PROGRAM, "--plan <file>", "--secrets-provider <kind>", "--strict"],
  refresh: [...OPERATION, "--import-pending-creates <list>", "--skip-pending-creates"],
  destroy: [...OPERATION, "--ignore-protect", "--show-config", "--show-full-output"],
  cancel: [],
  config: ["--open"],
  "config get": ["--open"],
  "config set": ["--raw", "--type <name>"],
  "config rm": [],
  "stack ls": [
    "-a, --all",
    "-o, --organization <name>",
    "--output <form>",
    "-p, --project <name>",
    "-t, --tag <tag>",
  ],
  "stack init": [
    "--copy-config-from <stack>",
    "--remote-config",
    "--secrets-provider <kind>",
    "--teams <names>",
  ],
  "stack select": ["--secrets-provider <kind>"],
  "stack rm": ["-f, --force", "--remove-backups"],
  "stack export": ["--show-secrets", "--version <version>"],
  "stack import": ["-f, --force"],
  "stack history": [
    "--full-dates",
    "--output <form>",
    "--page <number>",
    "--page-size <number>",
    "--show-secrets",
  ],
  "stack output": ["--shell"],
};

function flagsOf(name: CliCommandName): readonly string[] {
  return [...GLOBAL, ...OWN[name]];
}

/** Adds them to a command, which does not show them in its help. */
export function addCliOnlyFlags(command: Command, name: CliCommandName): void {
  for (const flags of flagsOf(name)) {
    command.addOption(flagOption(flags, "", { repeated: true }).hideHelp());
  }
}

/** Those that were given, for the Pulumi CLI. */
export function givenCliOnlyFlags(name: CliCommandName, values: FlagValues): readonly string[] {
  return flagsOf(name).flatMap((flags) => asGiven(flags, values));
}

/**
 * Refuses them where there is no Pulumi CLI.
 *
 * @throws {UserError} for the first that was given
 */
export function refuseCliOnlyFlags(name: CliCommandName, values: FlagValues): void {
  const [first] = givenCliOnlyFlags(name, values);
  if (first !== undefined) {
    throw new UserError(
      `Cannot use ${first.replace(/=.*/s, "")}: it is not available in the embedded engine, install the Pulumi CLI for it`,
    );
  }
}
