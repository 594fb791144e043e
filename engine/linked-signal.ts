/** A signal for one run that follows another, which may outlive the run and be given to the next. */

/** A signal that is aborted with another one, until it is disposed of. */
export class LinkedSignal implements Disposable {
  readonly #source: AbortSignal | undefined;
  readonly #controller = new AbortController();
  readonly #follow = (): void => this.#controller.abort();

  /** @param source what is followed; undefined for a signal that is never aborted */
  constructor(source: AbortSignal | undefined) {
    this.#source = source;
    source?.addEventListener("abort", this.#follow, { once: true });
    if (source?.aborted === true) {
      this.#follow();
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From now on nothing that waits for this signal is told of the other. */
  [Symbol.dispose](): void {
    this.#source?.removeEventListener("abort", this.#follow);
  }
}
