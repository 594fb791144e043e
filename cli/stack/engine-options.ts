/** What the flags of a stack command mean to the embedded engine. */
import { UserError } from "../../common/errors/user-error.ts";
import type { StackOperationOptions, StackResult } from "../../engine/index.ts";
import { TRUE } from "../boolean-text.ts";
import type { StackCommandOptions } from "./operation.ts";

/**
 * The options of the embedded engine that flags set.
 *
 * @throws {UserError} for a value of a flag that it does not have
 */
export function engineOptions(options: StackCommandOptions): Partial<StackOperationOptions> {
  const {
    parallel,
    message,
    color,
    target = [],
    targetReplace = [],
    exclude = [],
    replace = [],
  } = options;
  if (color === "raw") {
    throw new UserError(
      "Cannot use --color=raw: it is not available in the embedded engine, use always, never or auto",
    );
  }
  if (target.length > 0 && options.excludeProtected === true) {
    throw new UserError("Cannot use --target with --exclude-protected: use one of the two");
  }
  const given = options.skipPreview === true ? "--skip-preview" : "--yes";
  if (options.previewOnly === true && (options.skipPreview === true || options.yes === true)) {
    throw new UserError(`Cannot use ${given} with --preview-only: use one of the two`);
  }
  return {
    diff: options.diff ?? false,
    json: options.json ?? false,
    suppressOutputs: options.suppressOutputs === true,
    suppressProgress: options.suppressProgress === true,
    showSecrets: isOn(options.showSecrets),
    showSames: options.showSames === true,
    showReads: options.showReads === true,
    showReplacementSteps: options.showReplacementSteps === true,
    excludeProtected: options.excludeProtected === true,
    continueOnError:
      options.continueOnError === undefined
        ? isTruthy(process.env["PULUMI_CONTINUE_ON_ERROR"])
        : isOn(options.continueOnError),
    clearPendingCreates: options.clearPendingCreates === true,
    ...(options.refresh === undefined ? {} : { refresh: isOn(options.refresh) }),
    targets: [...target, ...targetReplace],
    targetDependents: options.targetDependents === true,
    excludes: exclude,
    excludeDependents: options.excludeDependents === true,
    replaced: [...replace, ...targetReplace],
    ...(parallel === undefined ? {} : { parallel }),
    ...(color === undefined ? {} : { color }),
    ...(message === undefined ? {} : { message }),
  };
}

/** The value of a flag that may be given as `--flag`, `--flag=true` or `--flag=false`. */
function isOn(value: boolean | string | undefined): boolean {
  return value === true || (typeof value === "string" && TRUE.includes(value));
}

/** What the CLI takes for true in a variable: less than in a flag. */
function isTruthy(value = ""): boolean {
  return value === "1" || value.toLowerCase() === "true";
}

/** The exit status, the Pulumi CLI's own, of `--expect-no-changes` where there are some. */
export const UNEXPECTED_CHANGES = 7;

/** Whether an operation has done, or would do, more than to look at resources. */
export function hasChanges({ changes }: Pick<StackResult, "changes">): boolean {
  return Object.entries(changes).some(
    ([operation, count]) => operation !== "same" && operation !== "read" && count > 0,
  );
}

/** What is said then. */
export function unexpectedChangesMessage(isPreview: boolean): string {
  return isPreview
    ? "ytcode: There would be changes, and --expect-no-changes was given"
    : "ytcode: There were changes, and --expect-no-changes was given";
}
