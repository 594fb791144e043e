/** The detailed form of an operation (`--diff`): each resource with its properties. */
import type { Step } from "../deploy/step.ts";
import { shownName } from "../../common/text/shown-name.ts";
import { isDefaultProvider, STACK_TYPE, typeOf } from "../state/urn.ts";
import type { OperationPainter } from "./operation-painter.ts";
import { PropertyWriter } from "./property-text.ts";
import { differencesOf } from "./row.ts";
import { SYMBOLS } from "./operation-words.ts";

/** How much is to be shown. */
interface DetailOptions {
  readonly refreshed: boolean;
  /** Show secrets as they are. */
  readonly showSecrets: boolean;
  /** Show resources that stay as they are, too. */
  readonly showSames: boolean;
  /** Show the parts of a replacement beside it. @default false */
  readonly showReplacementSteps?: boolean;
}

/**
 * The detailed form of an operation: each resource with its properties, or with those that differ.
 *
 * @param options.refreshed the steps are those of a refresh, where the state follows what exists
 */
export function detailLines(
  steps: readonly Step[],
  painter: OperationPainter,
  options: DetailOptions,
): readonly string[] {
  const replaced = new Set(
    steps.filter(({ operation }) => operation === "replace").map(({ urn }) => urn),
  );
  return steps
    .filter(({ urn }) => !isDefaultProvider(urn))
    .filter((step) => options.showReplacementSteps === true || !isPartOfReplacement(step, replaced))
    .filter(
      ({ operation, urn }) =>
        operation !== "same" || options.showSames || typeOf(urn) === STACK_TYPE,
    )
    .filter((step) => step.operation !== "refresh" || hasChanged(step))
    .flatMap((step) => stepLines(step, painter, options));
}

/** Whether a refresh that came first has found something else than the state had. */
function hasChanged(step: Step): boolean {
  return step.after === undefined || differencesOf(step).length > 0;
}

/** A replacement is shown once, in however many steps it is made. */
function isPartOfReplacement({ operation, urn }: Step, replaced: ReadonlySet<string>): boolean {
  return (
    operation === "create-replacement" || (operation === "delete-replaced" && replaced.has(urn))
  );
}

function stepLines(
  step: Step,
  painter: OperationPainter,
  { refreshed, showSecrets }: DetailOptions,
): readonly string[] {
  const { operation, urn, before, after } = step;
  const indent = typeOf(urn) === STACK_TYPE ? 0 : 4;
  const pad = " ".repeat(indent);
  const lines = [
    painter.operation(
      operation,
      `${pad}${SYMBOLS[operation]}${shownName(typeOf(urn))}: (${operation})`,
    ),
    // What is new shows none: a preview does not know it either.
    ...(before === undefined || before.id === "" ? [] : [`${pad}    [id=${shownName(before.id)}]`]),
    `${pad}    [urn=${shownName(urn)}]`,
  ];
  const writer = new PropertyWriter(painter, { showSecrets });
  // Two columns of the writer's indentation are one of its steps.
  const level = indent / 2 + 2;
  if (operation === "same" || operation === "read") {
    return lines;
  }
  if (before !== undefined && after !== undefined) {
    writer.writeDifference(before.inputs, after.inputs, level);
  } else if (after !== undefined) {
    writer.write(after.inputs, level, "create");
  } else if (before !== undefined && !refreshed) {
    writer.write(before.inputs, level, "delete");
  }
  return [...lines, ...writer.lines];
}
