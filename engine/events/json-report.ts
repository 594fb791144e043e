/** What an operation's JSON is made of, in either form. */
import type { DeploymentEvent } from "../deploy/events.ts";
import type { Operation } from "../deploy/step.ts";
import { MASK } from "../display/secret-mask.ts";
import type { SecretMask } from "../display/secret-mask.ts";
import type { OperationName, OutputStream } from "../operation-types.ts";
import type { Configuration } from "../project/configuration.ts";

/** How to tell an operation in JSON. */
export interface JsonReportOptions {
  readonly operation: OperationName;
  /** Only what would be done is told. */
  readonly preview: boolean;
  readonly output: OutputStream;
  readonly configuration: Configuration;
  readonly mask: SecretMask;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Tell of resources that stay as they are. @default false */
  readonly showSames?: boolean;
  /** Tell of the parts of a replacement. @default false */
  readonly showReplacementSteps?: boolean;
  /** Tell nothing of the stack's outputs. @default false */
  readonly suppressOutputs?: boolean;
}

/** How an operation ended. */
export interface ReportEnd {
  readonly counts: ReadonlyMap<Operation, number>;
  readonly durationMs: number;
  readonly succeeded: boolean;
}

/** An operation told in JSON. */
export interface JsonReport {
  /** Takes an event of the run. */
  readonly listen: (event: DeploymentEvent) => void;
  /** Takes a line that the program or the provider has printed. */
  userLine(line: string, isError: boolean): void;
  /** Called once, when everything is done. */
  finish(end: ReportEnd): void;
}

/** The configuration, secrets masked. */
export function shownConfiguration({
  configuration,
}: JsonReportOptions): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...configuration].map(([key, { value, secret }]) => [key, secret ? MASK : value]),
  );
}

/** The last message of an operation of which a step failed, in the CLI's words. */
export function failureText(preview: boolean): string {
  return preview ? "preview failed" : "update failed";
}
