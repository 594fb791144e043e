/** The problems of packing, as errors. */
import { UserError } from "../../../common/errors/user-error.ts";
import type { CopyProblem } from "./copy-files.ts";

/** The file system refuses to write or read what a build needs; see `code`. */
export class BuildFailure extends Error {
  override readonly name = "BuildFailure";
  /** Like `ENOSPC`. */
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Asserts that an outcome is no problem.
 *
 * @throws {UserError} when a file is gone or has changed since the manifest was read
 * @throws {BuildFailure} when the file system refuses
 */
export function assertNoProblem<Outcome extends { readonly type: string }>(
  outcome: Outcome | CopyProblem,
): asserts outcome is Exclude<Outcome, CopyProblem> {
  if (isFailed(outcome)) {
    throw new BuildFailure(outcome.error.message, outcome.error.code);
  }
  if (!isChanged(outcome)) {
    return;
  }
  const { file } = outcome;
  const name = file.content.type === "file" ? file.content.file : file.path;
  throw new UserError(
    `Cannot pack "${file.path}" as "${name}" changed after its digest was taken: run the command again`,
    { argument: "pipeline" },
  );
}

type ProblemOf<Type> = Extract<CopyProblem, { readonly type: Type }>;

function isFailed(outcome: { readonly type: string }): outcome is ProblemOf<"failed"> {
  return outcome.type === "failed";
}

function isChanged(outcome: { readonly type: string }): outcome is ProblemOf<"changed"> {
  return outcome.type === "changed";
}
