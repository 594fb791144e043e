/** One line of an operation's table: what became of one resource. */
import { shownName } from "../../common/text/shown-name.ts";
import type { Severity } from "../deploy/events.ts";
import type { Operation, Step } from "../deploy/step.ts";
import { compareProperties } from "../values/difference.ts";
import type { OperationPainter } from "./operation-painter.ts";
import { DONE, IN_PROGRESS, PLANNED, SYMBOLS } from "./operation-words.ts";

/** What is known about one resource while an operation runs. */
export interface Row {
  readonly urn: string;
  step: Step;
  status: "running" | "done" | "failed";
  /** Milliseconds since 1970; undefined before. */
  startedAt: number | undefined;
  endedAt: number | undefined;
  readonly messages: {
    readonly severity: Severity;
    readonly text: string;
    /** Printed when it came, so that the end need not repeat it. */
    readonly isShown: boolean;
  }[];
}

/** How much of a row is to be shown. */
export interface RowContext {
  readonly painter: OperationPainter;
  readonly preview: boolean;
  /** The operation has ended. */
  readonly final: boolean;
}

/** The symbol in front of a row. */
export function symbolOf(row: Row, { painter, final }: RowContext): string {
  const operation = shownOperation(row.step.operation, final && row.status !== "failed");
  return painter.operation(operation, SYMBOLS[operation]);
}

/** The status column of a row. */
export function statusOf(row: Row, { painter, preview, final }: RowContext): string {
  const operation = shownOperation(row.step.operation, final && row.status !== "failed");
  const hasErrors = row.messages.some(({ severity }) => severity === "error");
  if (row.status === "failed" || (hasErrors && operation === "same")) {
    return painter.error(`**${failure(operation)}**`);
  }
  const retained = row.step.operation === "delete" && row.step.before?.retainOnDelete === true;
  const suffix = retained ? "[retain]" : "";
  if (preview) {
    return painter.operation(operation, PLANNED[operation]) + suffix;
  }
  if (row.status === "running") {
    return painter.operation(
      operation,
      final ? `${IN_PROGRESS[operation]} (interrupted)` : IN_PROGRESS[operation],
    );
  }
  return painter.operation(operation, DONE[operation] + duration(row)) + suffix;
}

/** The info column: what differs, and how many messages there are. */
export function infoOf(row: Row, { painter }: RowContext): string {
  const parts = [describeDifference(row.step)];
  for (const [severity, word, paint] of [
    ["error", "error", painter.error],
    ["warning", "warning", painter.warning],
    ["info", "message", painter.info],
  ] as const) {
    const count = row.messages.filter((message) => message.severity === severity).length;
    if (count > 0) {
      parts.push(`${count} ${paint(count === 1 ? word : `${word}s`)}`);
    }
  }
  return parts.filter((part) => part !== "").join("; ");
}

/** Which properties differ, in brackets: `[diff: +added-deleted~updated]`. */
export function describeDifference(step: Step): string {
  const groups = ["+", "-", "~"].map((symbol) => {
    const keys = differencesOf(step).filter((difference) => difference.startsWith(symbol));
    return keys.length === 0
      ? ""
      : `${symbol}${keys.map((key) => shownName(key.slice(1))).join(",")}`;
  });
  const text = groups.join("");
  return text === "" ? "" : `[diff: ${text}]`;
}

/** The properties that differ in a step: `+added`, `-deleted`, `~updated`. */
export function differencesOf({ before, after, operation }: Step): readonly string[] {
  if (before === undefined || after === undefined || operation === "read") {
    return [];
  }
  const { added, deleted, updated } =
    operation === "same"
      ? { added: [], deleted: [], updated: [] }
      : compareProperties(before.inputs, after.inputs);
  const changed = [
    ...updated,
    ...(before.protect === after.protect ? [] : ["protect"]),
    ...(before.provider === after.provider ? [] : ["provider"]),
  ];
  return [
    ...added.map((key) => `+${key}`),
    ...deleted.map((key) => `-${key}`),
    ...changed.toSorted().map((key) => `~${key}`),
  ];
}

/** At the end, the parts of a replacement are shown as one replacement. */
function shownOperation(operation: Operation, whole: boolean): Operation {
  const part = operation === "create-replacement" || operation === "delete-replaced";
  return whole && part ? "replace" : operation;
}

function failure(operation: Operation): string {
  return operation === "same" ? "failed" : `${IN_PROGRESS[operation].split(" ")[0]} failed`;
}

function duration({ step, startedAt, endedAt }: Row): string {
  if (startedAt === undefined || endedAt === undefined || step.operation === "same") {
    return "";
  }
  const seconds = (endedAt - startedAt) / 1000;
  return seconds < 1 ? ` (${seconds.toFixed(2)}s)` : ` (${Math.floor(seconds)}s)`;
}
