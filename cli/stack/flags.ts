/**
 * The flags of `pulumi preview`, `up`, `refresh` and `destroy` (version 3.260; `--help` of each lists them). With
 * the Pulumi CLI they go to it as they are; the embedded engine does those in {@link FLAGS} and refuses the others by name.
 */
import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { UserError } from "../../common/errors/user-error.ts";
import type { StackOperation } from "./operation.ts";

/** A flag of some of the operations. */
interface Flag {
  /** As commander takes it. */
  readonly flags: string;
  readonly on: readonly StackOperation[];
  /** May be given more than once. */
  readonly repeated?: boolean;
  readonly read?: (text: string) => unknown;
  readonly summary: string;
}

/** The values of flags, by their names in camel case, as commander gives them. */
export type FlagValues = Readonly<Record<string, unknown>>;

const ALL: readonly StackOperation[] = ["preview", "up", "refresh", "destroy"];
const PROGRAM: readonly StackOperation[] = ["preview", "up"];

/** What the embedded engine does, too. */
const FLAGS: readonly Flag[] = [
  { flags: "-j, --json", on: ALL, summary: "print JSON: what is planned, then each event" },
  { flags: "--diff", on: ALL, summary: "show every property that differs" },
  {
    flags: "-p, --parallel <number>",
    on: ALL,
    read: positiveNumber,
    summary: "how many steps are taken at a time",
  },
  {
    flags: "-t, --target <urn>",
    on: ALL,
    repeated: true,
    summary: "do nothing to other resources; * and ** are wildcards",
  },
  { flags: "--target-dependents", on: ALL, summary: "include what depends on the targets" },
  {
    flags: "-x, --exclude <urn>",
    on: ALL,
    repeated: true,
    summary: "do nothing to these resources; * and ** are wildcards",
  },
  { flags: "--exclude-dependents", on: ALL, summary: "exclude what depends on these, too" },
  {
    flags: "--replace <urn>",
    on: PROGRAM,
    repeated: true,
    summary: "replace these resources, changed or not",
  },
  {
    flags: "--target-replace <urn>",
    on: PROGRAM,
    repeated: true,
    summary: "replace these resources, and do nothing to others",
  },
  {
    flags: "--expect-no-changes",
    on: ["preview", "up", "refresh"],
    summary: "fail where there are changes",
  },
  {
    flags: "--preview-only",
    on: ["refresh", "destroy"],
    summary: "only show what would be done",
  },
  {
    flags: "-r, --refresh [choice]",
    on: ["preview", "up", "destroy"],
    read: booleanText,
    summary: "refresh first; --refresh=false: not even where the project says so",
  },
  {
    flags: "--continue-on-error [choice]",
    on: ["up", "destroy"],
    read: booleanText,
    summary: "after a failure, go on with what does not need that resource",
  },
  {
    flags: "--clear-pending-creates",
    on: ["refresh"],
    summary: "forget what an interrupted operation was creating",
  },
  {
    flags: "--show-secrets [choice]",
    on: PROGRAM,
    read: booleanText,
    summary: "show secrets in properties and outputs as they are",
  },
  { flags: "--show-sames", on: ALL, summary: "show resources that stay as they are, too" },
  {
    flags: "--exclude-protected",
    on: ["destroy"],
    summary: "keep protected resources, and what they need",
  },
  { flags: "-m, --message <text>", on: ALL, summary: "a text for the stack's history" },
  { flags: "--suppress-outputs", on: ALL, summary: "do not show the stack's outputs" },
  { flags: "--suppress-progress", on: ALL, summary: "do not show what is going on meanwhile" },
  {
    flags: "--suppress-permalink [choice]",
    on: ALL,
    summary: "nothing: the embedded engine shows no link",
  },
  {
    flags: "--color <choice>",
    on: ALL,
    read: colorChoice,
    summary: "always, never or auto: on terminals that show them",
  },
  { flags: "--non-interactive", on: ALL, summary: "nobody is there: do not ask" },
];

/** What only the Pulumi CLI does. */
const REFUSED: readonly (readonly [flags: string, on: readonly StackOperation[]])[] = [
  ["--show-reads", PROGRAM],
  ["--show-replacement-steps", ALL],
  ["-c, --config <key=value>", ALL],
  ["--config-path", ALL],
  ["--config-file <file>", ALL],
  ["--attach-debugger [what]", PROGRAM],
  ["-d, --debug", ALL],
  ["--event-log <path>", ALL],
  ["--ignore-protect", ["preview", "up", "destroy"]],
  ["--import-file <file>", ["preview"]],
  ["--import-pending-creates <list>", ["refresh"]],
  ["--skip-pending-creates", ["refresh"]],
  ["--neo", ALL],
  ["--neo-task-on-failure", ["preview", "up"]],
  ["--remote", ALL],
  ["--suppress-stream-logs", ALL],
  ["--copilot", ALL],
  ["--output <form>", ALL],
  ["--override-env <choice>", ALL],
  ["--plan <file>", ["up"]],
  ["--save-plan <file>", ["preview"]],
  ["--strict", ["up"]],
  ["--policy-pack <path>", PROGRAM],
  ["--policy-pack-config <path>", PROGRAM],
  ["--run-program", ALL],
  ["--secrets-provider <kind>", ["up"]],
  ["--show-config", ["preview", "up", "destroy"]],
  ["--show-full-output", ["preview", "up", "destroy"]],
  ["--show-policy-remediations", PROGRAM],
  ["--skip-config-validation", ALL],
  ["--skip-plugin-pre-install", ALL],
  ["--urns", ALL],
  ["--disable-integrity-checking", ALL],
  ["-e, --emoji", ALL],
  ["-Q, --fully-qualify-stack-names", ALL],
  ["--logflow", ALL],
  ["--logtostderr", ALL],
  ["--memprofilerate <number>", ALL],
  ["--otel-traces <where>", ALL],
  ["--profiling <file>", ALL],
  ["--tracing <where>", ALL],
  ["-v, --verbose <number>", ALL],
];

/** Adds the flags of an operation to its command. */
export function addFlags(command: Command, operation: StackOperation): void {
  // Else `-ry` would be `--refresh=y`.
  command.combineFlagAndOptionalValue(false);
  for (const { flags, on, repeated, read, summary } of FLAGS) {
    if (on.includes(operation)) {
      command.addOption(option(flags, summary, repeated === true, read));
    }
  }
  for (const [flags, on] of REFUSED) {
    if (on.includes(operation)) {
      command.addOption(option(flags, "", true, undefined).hideHelp());
    }
  }
}

function option(
  flags: string,
  summary: string,
  repeated: boolean,
  read: ((text: string) => unknown) | undefined,
): Option {
  const made = new Option(flags, summary);
  if (repeated && made.required) {
    return made.argParser((text, before: unknown) => [
      ...(Array.isArray(before) ? before : []),
      text,
    ]);
  }
  return read === undefined ? made : made.argParser(read);
}

/** The flags as they were given, for the Pulumi CLI. */
export function givenFlags(values: FlagValues): readonly string[] {
  const known = [...FLAGS.map(({ flags }) => flags), ...REFUSED.map(([flags]) => flags)];
  return known.flatMap((flags) => {
    const { long = "", name } = describe(flags);
    const value = values[name];
    if (value === undefined || value === false) {
      return [];
    }
    if (value === true) {
      return [long];
    }
    return (Array.isArray(value) ? value : [value]).map((text) => `${long}=${String(text)}`);
  });
}

/**
 * Refuses what the embedded engine does not have.
 *
 * @throws {UserError} for the first such flag
 */
export function refuseFlags(values: FlagValues): void {
  for (const [flags] of REFUSED) {
    const { long = "", name } = describe(flags);
    if (values[name] !== undefined) {
      throw new UserError(
        `Cannot use ${long}: it is not available in the embedded engine, install the Pulumi CLI for it`,
      );
    }
  }
}

function describe(flags: string): { readonly long: string | undefined; readonly name: string } {
  const made = new Option(flags);
  return { long: made.long, name: made.attributeName() };
}

/** What Go takes for true, as the Pulumi CLI does. */
export const TRUE: readonly string[] = ["1", "t", "T", "true", "TRUE", "True"];
const FALSE: readonly string[] = ["0", "f", "F", "false", "FALSE", "False"];

/** The text is kept, for the Pulumi CLI. */
function booleanText(text: string | undefined): string | boolean {
  // As commander has it for short options without a value.
  if (text === undefined) {
    return true;
  }
  if (![...TRUE, ...FALSE].includes(text)) {
    throw new InvalidArgumentError(`Wanted true or false: it is "${text}"`);
  }
  return text;
}

function colorChoice(text: string): string {
  const choices = ["always", "never", "raw", "auto"];
  if (!choices.includes(text)) {
    throw new InvalidArgumentError(`Wanted one of ${choices.join(", ")}: it is "${text}"`);
  }
  return text;
}

function positiveNumber(text: string): number {
  const number = Number(text);
  if (!/^[0-9]+$/.test(text) || number < 1) {
    throw new InvalidArgumentError(`Wanted a number from 1: it is "${text}"`);
  }
  return number;
}
