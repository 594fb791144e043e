/** What the flags of a stack command mean to the embedded engine. */
import type { StackOperationOptions } from "../../engine/index.ts";
import type { StackCommandOptions } from "./operation.ts";

/** The options of the embedded engine that flags set. */
export function engineOptions(options: StackCommandOptions): Partial<StackOperationOptions> {
  const { parallel, message } = options;
  return {
    diff: options.diff ?? false,
    json: options.json ?? false,
    suppressOutputs: options.suppressOutputs === true,
    suppressProgress: options.suppressProgress === true,
    ...(parallel === undefined ? {} : { parallel }),
    ...(message === undefined ? {} : { message }),
  };
}
