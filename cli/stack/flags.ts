/**
 * The flags of `pulumi preview`, `up`, `refresh` and `destroy` (version 3.260; `--help` of each lists them). With
 * the Pulumi CLI they go to it as they are; the embedded engine does those in {@link FLAGS} and refuses the others by name (`cli-only-flags.ts`).
 */
import { InvalidArgumentError } from "commander";
import type { Command } from "commander";
import { FALSE, TRUE } from "../boolean-text.ts";
import { addCliOnlyFlags, givenCliOnlyFlags } from "./cli-only-flags.ts";
import { COLOR, NON_INTERACTIVE, readColorChoice } from "./common-flags.ts";
import { asGiven, flagOption } from "./flag-option.ts";
import type { FlagValues } from "./flag-option.ts";
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

const ALL: readonly StackOperation[] = ["preview", "up", "refresh", "destroy"];
const PROGRAM: readonly StackOperation[] = ["preview", "up"];

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
  { flags: "--show-reads", on: PROGRAM, summary: "show resources that are only read, too" },
  {
    flags: "--show-replacement-steps",
    on: ALL,
    summary: "show the parts of a replacement in the details and in JSON",
  },
  {
    flags: "--exclude-protected",
    on: ["destroy"],
    summary: "keep protected resources, and what they need",
  },
  {
    flags: "-c, --config <key=value>",
    on: ALL,
    repeated: true,
    summary: "set a value of the configuration, in the stack's settings too",
  },
  {
    flags: "--config-path",
    on: ALL,
    summary: "take the keys of --config for paths: pipelines[0].name",
  },
  { flags: "--config-file <file>", on: ALL, summary: "read the stack's settings from this file" },
  { flags: "-m, --message <text>", on: ALL, summary: "a text for the stack's history" },
  { flags: "--suppress-outputs", on: ALL, summary: "do not show the stack's outputs" },
  { flags: "--suppress-progress", on: ALL, summary: "do not show what is going on meanwhile" },
  {
    flags: "--suppress-permalink [choice]",
    on: ALL,
    summary: "nothing: the embedded engine shows no link",
  },
  {
    flags: COLOR,
    on: ALL,
    read: readColorChoice,
    summary: "always, never or auto: on terminals that show them",
  },
  { flags: NON_INTERACTIVE, on: ALL, summary: "nobody is there: do not ask" },
];

/** Adds the flags of an operation to its command. */
export function addFlags(command: Command, operation: StackOperation): void {
  for (const { flags, on, repeated, read, summary } of FLAGS) {
    if (on.includes(operation)) {
      command.addOption(flagOption(flags, summary, { repeated, read }));
    }
  }
  addCliOnlyFlags(command, operation);
}

/** The flags of an operation as they were given, for the Pulumi CLI. */
export function givenFlags(operation: StackOperation, values: FlagValues): readonly string[] {
  return [
    ...FLAGS.flatMap(({ flags, on }) => (on.includes(operation) ? asGiven(flags, values) : [])),
    ...givenCliOnlyFlags(operation, values),
  ];
}

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

function positiveNumber(text: string): number {
  const number = Number(text);
  if (!/^[0-9]+$/.test(text) || number < 1) {
    throw new InvalidArgumentError(`Wanted a number from 1: it is "${text}"`);
  }
  return number;
}
