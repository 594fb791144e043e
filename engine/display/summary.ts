/** The last lines of an operation's output. */
import { OPERATIONS } from "../deploy/step.ts";
import type { Operation } from "../deploy/step.ts";
import type { OperationPainter } from "./operation-painter.ts";
import { SYMBOLS } from "./operation-words.ts";

/** What the summary counts. */
export interface SummaryInput {
  readonly counts: ReadonlyMap<Operation, number>;
  /** Resources with at least one error. */
  readonly errored: number;
  readonly preview: boolean;
  readonly durationMs: number;
}

const PAST: Readonly<Record<Operation, string>> = {
  same: "unchanged",
  create: "created",
  update: "updated",
  delete: "deleted",
  replace: "replaced",
  "create-replacement": "created",
  "delete-replaced": "deleted",
  read: "read",
  discard: "discarded",
  refresh: "refreshed",
};

/** The last lines of an operation's output: how many resources were changed in which way. */
export function summaryLines(input: SummaryInput, painter: OperationPainter): readonly string[] {
  const { counts, errored, preview, durationMs } = input;
  const lines = [painter.heading("Resources:")];
  const changes = OPERATIONS.filter(
    (operation) =>
      operation !== "same" &&
      operation !== "read" &&
      operation !== "discard" &&
      (counts.get(operation) ?? 0) > 0,
  );
  for (const operation of changes) {
    const text = `${SYMBOLS[operation]}${counts.get(operation)} ${preview ? `to ${operation}` : PAST[operation]}`;
    lines.push(`    ${painter.operation(operation, text)}`);
  }
  const total = changes.reduce((sum, operation) => sum + (counts.get(operation) ?? 0), 0);
  const unchanged = counts.get("same") ?? 0;
  const pieces = [
    changes.length > 1 ? painter.strong(`${total} changes`) : "",
    unchanged > 0 ? `${unchanged} unchanged` : "",
  ].filter((piece) => piece !== "");
  if (pieces.length > 0) {
    lines.push(`    ${pieces.join(". ")}`);
  }
  if (errored > 0) {
    lines.push(`    ${painter.error(`${errored} errored`)}`);
  }
  if (!preview) {
    lines.push("", `${painter.heading("Duration:")} ${wholeSeconds(durationMs)}`);
  }
  return lines;
}

function wholeSeconds(durationMs: number): string {
  const seconds = Math.max(1, Math.ceil(durationMs / 1000));
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds % 60}s`;
}
