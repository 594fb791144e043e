/** The colours of the engine's operations, as the Pulumi CLI has them. */
import { createPainter, paint } from "../../cli/terminal/colors.ts";
import type { Painter, Style } from "../../cli/terminal/colors.ts";
import type { Operation } from "../deploy/step.ts";

/** Adds colour to the texts of an operation, or does not. */
export interface OperationPainter extends Painter {
  readonly operation: (operation: Operation, text: string) => string;
}

const OPERATION_STYLES: Readonly<Record<Operation, Style>> = {
  same: "reset",
  create: "green",
  update: "yellow",
  delete: "red",
  replace: "magenta",
  "create-replacement": "green",
  "delete-replaced": "red",
  read: "cyan",
  discard: "red",
  refresh: "yellow",
};

/** @param colored false for files, pipes, and wherever NO_COLOR is set */
export function createOperationPainter(colored: boolean): OperationPainter {
  return {
    ...createPainter(colored),
    operation: (operation, text) => paint(text, OPERATION_STYLES[operation], colored),
  };
}
