/** What the flags of a stack command mean to the embedded engine. */
import { UserError } from "../../common/errors/user-error.ts";
import type { StackOperationOptions } from "../../engine/index.ts";
import type { StackCommandOptions } from "./operation.ts";

/**
 * The options of the embedded engine that flags set.
 *
 * @throws {UserError} for a value of a flag that it does not have
 */
export function engineOptions(options: StackCommandOptions): Partial<StackOperationOptions> {
  const { parallel, message, color } = options;
  if (color === "raw") {
    throw new UserError(
      "Cannot use --color=raw: it is not available in the embedded engine, use always, never or auto",
    );
  }
  return {
    diff: options.diff ?? false,
    json: options.json ?? false,
    suppressOutputs: options.suppressOutputs === true,
    suppressProgress: options.suppressProgress === true,
    ...(parallel === undefined ? {} : { parallel }),
    ...(color === undefined ? {} : { color }),
    ...(message === undefined ? {} : { message }),
  };
}
