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
