/** The options about rows: whether they agree with each other, and with the operation. */
import { UserError } from "../../common/errors/user-error.ts";
import type { RunOperation } from "./choose-operation.ts";
import type { SortOrder } from "./rows/sort-rows.ts";

/** The options of `ytcode run` about its input. */
export interface RowOptions {
  readonly input?: string;
  readonly reduceBy?: readonly string[];
  readonly sortBy?: readonly string[];
  readonly enableKeySwitch?: boolean;
}

/**
 * How the reducer's input is sorted.
 *
 * @returns undefined when it is not sorted
 * @throws {UserError} when the options contradict each other
 */
export function sortOrder(options: RowOptions): SortOrder | undefined {
  const { reduceBy, sortBy = reduceBy, enableKeySwitch: keySwitches = false } = options;
  if (reduceBy === undefined || sortBy === undefined) {
    const option = sortBy === undefined ? "--enable-key-switch" : "--sort-by";
    if (sortBy === undefined && !keySwitches) {
      return undefined;
    }
    throw new UserError(
      `Cannot use ${option} without --reduce-by: name the columns that make a group`,
    );
  }
  if (reduceBy.some((column, index) => sortBy[index] !== column)) {
    throw new UserError(
      `Cannot sort by ${sortBy.join(",")} as --sort-by must begin with the columns of --reduce-by: ${reduceBy.join(",")}`,
    );
  }
  return { reduceBy, sortBy, keySwitches };
}

/**
 * Checks that the options belong to the operation.
 *
 * @throws {UserError} when one is missing, or does not apply to the operation
 */
export function assertFitting(operation: RunOperation, stage: string, options: RowOptions): void {
  const { reduceBy, input } = options;
  if (operation === "map-reduce" && reduceBy === undefined) {
    throw new UserError(
      `Cannot run the stage "${stage}" as map-reduce without knowing its groups: name their columns with --reduce-by`,
    );
  }
  if (reduceBy !== undefined && (operation === "map" || operation === "vanilla")) {
    throw new UserError(
      `Cannot sort for the stage "${stage}" as it runs as ${operation}, which has no reducer: leave --reduce-by out`,
    );
  }
  if (input !== undefined && operation === "vanilla") {
    throw new UserError(
      `Cannot give rows to the stage "${stage}" as it runs as vanilla, which has no input: leave --input out`,
    );
  }
}
