/** Shows an operation on a terminal or in a log, in the form of the Pulumi CLI. */
import type { DeploymentEvent, Severity } from "../deploy/events.ts";
import type { Step } from "../deploy/step.ts";
import { isDefaultProvider, nameOf, STACK_TYPE, typeOf } from "../state/urn.ts";
import type { StackIdentity } from "../state/urn.ts";
import type { OperationName, OutputStream } from "../operation-types.ts";
import { makeUrn } from "../state/urn.ts";
import type { PropertyMap } from "../values/property-value.ts";
import { shownName } from "../../common/text/shown-name.ts";
import { withoutColor, withoutControls } from "../../cli/terminal/colors.ts";
import { columnsOf } from "../../cli/terminal/terminal.ts";
import { detailLines } from "./detail.ts";
import { createOperationPainter } from "./operation-painter.ts";
import type { OperationPainter } from "./operation-painter.ts";
import { PropertyWriter } from "./property-text.ts";
import { infoOf, statusOf, symbolOf } from "./row.ts";
import type { Row, RowContext } from "./row.ts";
import type { SecretMask } from "./secret-mask.ts";
import { IN_PROGRESS } from "./operation-words.ts";
import { summaryLines } from "./summary.ts";
import type { SummaryInput } from "./summary.ts";
import { StatusLine } from "../../cli/terminal/status-line.ts";
import { layOutTable } from "./table.ts";
import type { TreeRow } from "./table.ts";

/** How to show an operation. */
export interface DisplayOptions {
  readonly operation: OperationName;
  readonly identity: StackIdentity;
  readonly output: OutputStream;
  /** For what is said of the waiting, and no part of the report. */
  readonly errorOutput: OutputStream;
  readonly colored: boolean;
  /** Show every property that differs, in place of the table. */
  readonly diff: boolean;
  /** Show resources that stay as they are, too. */
  readonly showSames: boolean;
  /** Show resources that are only read in the table, too. @default false */
  readonly showReads?: boolean;
  /** Show the parts of a replacement beside it, in the details. @default false */
  readonly showReplacementSteps?: boolean;
  readonly suppressOutputs: boolean;
  /** Show secrets in properties and outputs as they are; in messages they are masked all the same. */
  readonly showSecrets: boolean;
  /** Do not show how far something is. */
  readonly suppressProgress: boolean;
  /** Show that in plain lines also on a terminal, and draw over none. */
  readonly plainProgress: boolean;
  /** Text in characters that the output has. */
  readonly shown: (text: string) => string;
  readonly mask: SecretMask;
  readonly now: () => number;
}

const TITLES: Readonly<Record<OperationName, string>> = {
  preview: "Previewing update",
  up: "Updating",
  refresh: "Refreshing",
  destroy: "Destroying",
  "preview-refresh": "Previewing refresh",
  "preview-destroy": "Previewing destroy",
};

/** Shows an operation: what user code prints at once, the table and everything else at the end. */
export class OperationDisplay {
  readonly #options: DisplayOptions;
  readonly #painter: OperationPainter;
  readonly #rows = new Map<string, Row>();
  readonly #steps: Step[] = [];
  readonly #stackUrn: string;
  readonly #status: StatusLine | undefined;
  /** The newest of each resource, or of what the first words name. */
  readonly #statuses = new Map<string, string>();
  #outputs: { readonly before: PropertyMap; readonly after: PropertyMap } | undefined;

  constructor(options: DisplayOptions) {
    this.#options = options;
    this.#painter = createOperationPainter(options.colored);
    const { identity } = options;
    this.#stackUrn = makeUrn(
      identity,
      undefined,
      STACK_TYPE,
      `${identity.project}-${identity.stack}`,
    );
    this.#print(this.#painter.heading(`${TITLES[options.operation]} (${identity.stack}):`));
    const { suppressProgress, plainProgress } = options;
    if (options.output.isTTY === true && !suppressProgress && !plainProgress) {
      this.#status = new StatusLine(
        options.output,
        () => this.#statusLines().map(options.shown),
        options.shown("…"),
      );
      this.#status.start();
    }
  }

  /** Removes the status line, when the operation has ended without {@link OperationDisplay.finish}. */
  close(): void {
    this.#status?.stop();
  }

  /** Every step that was taken or planned, in the order in which it ended. */
  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** All messages, in the order in which they came. */
  get diagnostics(): readonly {
    readonly severity: Severity;
    readonly urn: string;
    readonly message: string;
  }[] {
    return [...this.#rows.values()].flatMap(({ urn, messages }) =>
      messages.map(({ severity, text }) => ({ severity, urn, message: text })),
    );
  }

  /** Takes an event of the run. */
  readonly listen = (event: DeploymentEvent): void => {
    switch (event.type) {
      case "step-started":
        this.#updateRow(event.step, "running");
        break;
      case "step-finished":
        this.#updateRow(event.step, "done");
        this.#steps.push(event.step);
        break;
      case "step-failed":
        this.#updateRow(event.step, "failed");
        break;
      case "diagnostic":
        this.#addMessage(event.severity, event.message, event.urn);
        break;
      case "outputs-registered":
        if (event.after.urn === this.#stackUrn) {
          this.#outputs = { before: event.before?.outputs ?? {}, after: event.after.outputs };
        }
        break;
    }
  };

  /** Takes a line that the program or the provider has printed, and shows it at once. */
  readonly userLine = (line: string): void => {
    const text = this.#clean(line);
    this.#print(`    ${text}`);
    this.#row(this.#stackUrn).messages.push({ severity: "info", text, isShown: true });
  };

  /** Takes a line that says how far something is: on a terminal it is shown until the next one comes. */
  status(message: string, urn: string | undefined): void {
    const [first = ""] = this.#clean(message.trim()).split("\n");
    const line = withoutControls(withoutColor(first), false);
    const [name = ""] = line.split(": ");
    this.#statuses.set(urn ?? name, line);
    if (this.#status === undefined && !this.#options.suppressProgress) {
      this.#print(`    ${line}`);
    }
  }

  /** Tells at once what the operation is waiting for. The report does not depend on how busy a machine is. */
  notice(text: string): void {
    this.#status?.clear();
    this.#options.errorOutput.write(`${text}\n`);
  }

  /** Shows the table (or the details), the messages, the outputs and the summary. */
  finish(summary: Pick<SummaryInput, "counts" | "durationMs">): void {
    this.close();
    const { operation, diff } = this.#options;
    const preview = operation.startsWith("preview");
    const context: RowContext = { painter: this.#painter, preview, final: true };
    if (diff) {
      this.#print(...this.#details(), "");
    } else {
      this.#print(...this.#table(context), "");
    }
    this.#printMessages();
    this.#printOutputs();
    const errored = [...this.#rows.values()].filter(({ messages }) =>
      messages.some(({ severity }) => severity === "error"),
    ).length;
    this.#print(...summaryLines({ ...summary, errored, preview }, this.#painter));
  }

  /** Every step with its properties that differ, and the stack's outputs that do, without secrets. */
  details(): readonly string[] {
    const outputs = this.#outputLines();
    const title = outputs.length === 0 ? [] : [this.#painter.heading("Outputs:")];
    return [...this.#details(), "", ...title, ...outputs].map((line) => this.#shown(line));
  }

  #details(): readonly string[] {
    const { operation, showSecrets, showSames, showReplacementSteps = false } = this.#options;
    return detailLines(this.#steps, this.#painter, {
      refreshed: operation.endsWith("refresh"),
      showSecrets,
      showSames,
      showReplacementSteps,
    });
  }

  #updateRow(step: Step, status: Row["status"]): void {
    if (isDefaultProvider(step.urn)) {
      return;
    }
    const row = this.#row(step.urn, step);
    const now = this.#options.now();
    // A replacement is one row, and its first part shows best what differs.
    if (step.operation !== "delete-replaced" || row.step.operation !== "replace") {
      row.step = step;
    }
    row.status = status;
    if (status === "running") {
      row.startedAt ??= now;
    } else {
      row.endedAt = now;
    }
  }

  #row(urn: string, step?: Step): Row {
    let row = this.#rows.get(urn);
    if (row === undefined) {
      row = {
        urn,
        step: step ?? { operation: "same", urn, before: undefined, after: undefined },
        status: "done",
        startedAt: undefined,
        endedAt: undefined,
        messages: [],
      };
      this.#rows.set(urn, row);
    }
    return row;
  }

  #addMessage(severity: Severity, message: string, urn: string | undefined): void {
    this.#row(urn ?? this.#stackUrn).messages.push({
      severity,
      text: this.#clean(message),
      isShown: false,
    });
  }

  #clean(text: string): string {
    const { mask, colored } = this.#options;
    // A program may print in colours; where nobody wants them, nothing is left of them.
    const masked = mask.mask(text.replaceAll(/\r$/gm, ""));
    return colored ? masked : withoutColor(masked);
  }

  #table(context: RowContext): readonly string[] {
    const children = new Map<string, Row[]>();
    for (const row of this.#rows.values()) {
      if (row.urn === this.#stackUrn || isHidden(row, this.#options)) {
        continue;
      }
      const declared = (row.step.after ?? row.step.before)?.parent;
      const parent = declared !== undefined && this.#rows.has(declared) ? declared : this.#stackUrn;
      children.set(parent, [...(children.get(parent) ?? []), row]);
    }
    const toTree = (row: Row): TreeRow => ({
      cells: [
        symbolOf(row, context),
        shownName(typeOf(row.urn)),
        shownName(nameOf(row.urn)),
        statusOf(row, context),
        infoOf(row, context),
      ],
      children: (children.get(row.urn) ?? []).map(toTree),
    });
    const { heading } = this.#painter;
    const titles = ["Type", "Name", context.preview ? "Plan" : "Status", "Info"].map((title) =>
      heading(title),
    );
    const [type = "", name = "", status = "", info = ""] = titles;
    const root = toTree(this.#row(this.#stackUrn));
    const visible = this.#options.showSames ? root : prune(root);
    const columns = columnsOf(this.#options.output);
    return layOutTable(["  ", type, name, status, info], [visible], columns);
  }

  #printMessages(): void {
    const rows = [...this.#rows.values()]
      .map(({ urn, messages }) => ({ urn, messages: messages.filter(({ isShown }) => !isShown) }))
      .filter(({ messages }) => messages.length > 0);
    if (rows.length === 0) {
      return;
    }
    this.#print(this.#painter.heading("Diagnostics:"));
    for (const { urn, messages } of rows) {
      this.#print(
        `  ${this.#painter.resource(`${shownName(typeOf(urn))} (${shownName(nameOf(urn))}):`)}`,
      );
      for (const { severity, text } of messages) {
        const [first = "", ...rest] = text.trimEnd().split("\n");
        const prefix =
          severity === "error"
            ? this.#painter.error("error: ")
            : severity === "warning"
              ? this.#painter.warning("warning: ")
              : "";
        this.#print(`    ${prefix}${first}`, ...rest.map((line) => `    ${line}`));
      }
      this.#print("");
    }
  }

  #printOutputs(): void {
    const lines = this.#outputLines();
    if (lines.length > 0) {
      this.#print(this.#painter.heading("Outputs:"), ...lines, "");
    }
  }

  #outputLines(): readonly string[] {
    if (this.#outputs === undefined || this.#options.suppressOutputs) {
      return [];
    }
    const { before, after } = this.#outputs;
    const { showSecrets } = this.#options;
    const writer = new PropertyWriter(this.#painter, { showSecrets });
    // A preview shows only those that would change, an update all of them.
    writer.writeOutputs(before, after, { all: this.#options.operation === "up" });
    return writer.lines;
  }

  /** What is going on: a line for each resource that tells how far it is, and one for all others. */
  #statusLines(): readonly string[] {
    const now = this.#options.now();
    const told: string[] = [];
    const others: string[] = [];
    for (const { urn, step, status, startedAt = now } of this.#rows.values()) {
      if (status !== "running") {
        continue;
      }
      const line = this.#statuses.get(urn) ?? this.#statuses.get(nameOf(urn));
      if (line !== undefined) {
        told.push(line);
        continue;
      }
      const seconds = Math.floor((now - startedAt) / 1000);
      others.push(`${IN_PROGRESS[step.operation]} ${shownName(nameOf(urn))} (${seconds}s)`);
    }
    return [...told, ...(others.length === 0 ? [] : [others.join(", ")])];
  }

  /** Without secrets, and without what would do more to a terminal than show text in colours. */
  #shown(text: string): string {
    const { mask, colored, showSecrets, shown } = this.#options;
    // Messages are masked when they come.
    return shown(withoutControls(showSecrets ? text : mask.mask(text), colored));
  }

  #print(...lines: readonly string[]): void {
    this.#status?.clear();
    const text = lines.map((line) => `${line}\n`).join("");
    this.#options.output.write(this.#shown(text));
  }
}

function isHidden(
  { urn, step, messages }: Row,
  { showReads = false }: Pick<DisplayOptions, "showReads">,
): boolean {
  const isOnlyRead = step.operation === "read" && messages.length === 0;
  return isDefaultProvider(urn) || (isOnlyRead && !showReads);
}

/** Leaves out resources of which there is nothing to show, unless there is of one below them. */
function prune(root: TreeRow): TreeRow {
  const children = root.children
    .map(prune)
    .filter(
      ({ cells: [, , , status, info], children: below }) =>
        status !== "" || info !== "" || below.length > 0,
    );
  return { cells: root.cells, children };
}
