/** What the engine is asked to do with a stack, and what it gives back. */
import type { ColorChoice } from "../cli/terminal/colors.ts";
import type { Severity } from "./deploy/events.ts";
import type { Operation } from "./deploy/step.ts";

/** The operations on a stack. */
export type OperationName =
  "preview" | "up" | "refresh" | "destroy" | "preview-refresh" | "preview-destroy";

/** Where text goes: a process's own stream, or anything else that can be written to. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** What to do to which stack. */
export interface StackOperationOptions {
  readonly operation: OperationName;
  /** The project's folder, or one below it. */
  readonly projectDirectory: string;
  /** Short (`dev`), or qualified (`organization/<project>/dev`). */
  readonly stack: string;
  /** An absolute path: takes the place of the stack's settings. @default `Pulumi.<stack>.yaml` */
  readonly settingsFile?: string;
  /** Show every property that differs. @default false */
  readonly diff?: boolean;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** @default process.env */
  readonly environment?: NodeJS.ProcessEnv;
  /** Stops gracefully: steps under way end, no others begin, the state is saved. */
  readonly signal?: AbortSignal;
  /** Stops at once; what was under way is recorded as pending. */
  readonly forceSignal?: AbortSignal;
  /** How many steps at a time. @default 16 */
  readonly parallel?: number;
  /** A module that the resources' providers load, by its name in the project: loaded before the first of them. @default none */
  readonly providerModule?: string;
  /**
   * Write JSON to `stdout`, and nothing else, as the Pulumi CLI does: previews one document, others an event a line.
   *
   * @default false
   */
  readonly json?: boolean;
  /** URNs, wildcards allowed: do nothing to others. @default all */
  readonly targets?: readonly string[];
  /** Include what depends on the targets. @default false */
  readonly targetDependents?: boolean;
  /** URNs, wildcards allowed: do nothing to these. @default none */
  readonly excludes?: readonly string[];
  /** Exclude what depends on those. @default false */
  readonly excludeDependents?: boolean;
  /** URNs, wildcards allowed: replace these, changed or not. @default none */
  readonly replaced?: readonly string[];
  /** `up` and `destroy` go on with what does not need a resource that failed. @default false */
  readonly continueOnError?: boolean;
  /** `destroy` keeps protected resources, and what they need. @default false */
  readonly excludeProtected?: boolean;
  /** Refresh before anything else, in the same operation. @default false */
  readonly refresh?: boolean;
  /** `refresh` forgets creations of which it is not known whether they were done. @default false */
  readonly clearPendingCreates?: boolean;
  /** A text for the stack's history. @default none */
  readonly message?: string;
  /** Whether `stdout` gets colours. @default `"auto"`: a terminal that can show them, without `NO_COLOR` */
  readonly color?: ColorChoice;
  /** Show resources that stay as they are, too. @default false */
  readonly showSames?: boolean;
  /** Show resources that are only read in the table, too. @default false */
  readonly showReads?: boolean;
  /** Show the parts of a replacement beside it: in the details, and in the JSON of a preview. @default false */
  readonly showReplacementSteps?: boolean;
  /** Do not show the stack's outputs. @default false */
  readonly suppressOutputs?: boolean;
  /** Do not show what is going on while it goes on. @default false */
  readonly suppressProgress?: boolean;
  /** Show that in plain lines also on a terminal, where lines would be drawn over. @default false */
  readonly plainProgress?: boolean;
  /** Show secrets as they are in properties and outputs, and give them so in the result; not with `json`. @default false */
  readonly showSecrets?: boolean;
}

/** What was done, or would be done, to one resource. */
export interface StepResult {
  readonly operation: Operation;
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** The properties that differ: `+added`, `-deleted`, `~updated`. */
  readonly differences: readonly string[];
}

/** A message that was shown. */
export interface DiagnosticResult {
  readonly severity: Severity;
  readonly urn: string;
  readonly message: string;
}

/** What became of an operation. */
export interface StackResult {
  readonly operation: OperationName;
  readonly project: string;
  readonly stack: string;
  /** False after any error, and when it was stopped. */
  readonly succeeded: boolean;
  readonly cancelled: boolean;
  /** How many resources had what done to them. */
  readonly changes: Readonly<Partial<Record<Operation, number>>>;
  readonly steps: readonly StepResult[];
  readonly diagnostics: readonly DiagnosticResult[];
  /** Every property that differs, as `diff` shows it. */
  readonly details: () => readonly string[];
  /** The stack's outputs afterwards (in a preview: those that are known), secrets masked. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly durationMs: number;
}
