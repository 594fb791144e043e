/**
 * A mistake the user can mend: bad input, a refused request, a cluster that says no.
 * Everything that is shown to a person as one message and without a stack is one of these.
 */
export class UserError extends Error {
  override readonly name: string = "UserError";

  /**
   * The argument of the resource that the mistake belongs to, as the user wrote it
   * (`"pipeline"`, `"buildFolder"`, …), where there is one.
   */
  readonly argument: string | undefined;

  /**
   * @param message one message: what was being done, what is wrong, where, and what to do
   * @param options.argument the resource argument to blame
   */
  constructor(message: string, options: { readonly argument?: string } = {}) {
    super(message);
    this.argument = options.argument;
  }
}

/** Several mistakes found at once, to be mended together. */
export class UserErrors extends UserError {
  override readonly name: string = "UserErrors";
  readonly errors: readonly UserError[];

  /** @param errors at least two */
  constructor(errors: readonly UserError[]) {
    super(errors.map((error) => error.message).join("\n"));
    this.errors = errors;
  }
}

/** The single mistakes of an error: itself, or what it holds together. */
export function mistakesOf(error: UserError): readonly UserError[] {
  return error instanceof UserErrors ? error.errors : [error];
}

/**
 * Awaits all results and, when some failed by the user's mistakes, reports all of those at once.
 *
 * @throws {UserError} one mistake, or {@link UserErrors} for several
 * @throws {unknown} the first failure that is no {@link UserError}
 */
export async function allOrMistakes<Result>(
  results: readonly Promise<Result>[],
): Promise<Result[]> {
  const mistakes: UserError[] = [];
  const values: Result[] = [];
  for (const settled of await Promise.allSettled(results)) {
    if (settled.status === "fulfilled") {
      values.push(settled.value);
    } else if (settled.reason instanceof UserError) {
      mistakes.push(...mistakesOf(settled.reason));
    } else {
      throw settled.reason;
    }
  }
  assertNoMistakes(mistakes);
  return values;
}

/**
 * Throws mistakes that were collected, if any.
 *
 * @throws {UserError} one mistake, or {@link UserErrors} for several
 */
export function assertNoMistakes(mistakes: readonly UserError[]): void {
  const [first, second] = mistakes;
  if (first === undefined) {
    return;
  }
  throw second === undefined ? first : new UserErrors(mistakes);
}
