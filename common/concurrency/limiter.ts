/** Bounds how many things are done at a time, by whoever and whenever they are begun. */

/** Lets a number of actions run at a time and no more; the rest wait in the order in which they came. */
export class Limiter {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @param size how many at a time, at least 1 */
  constructor(size: number) {
    this.#free = Math.max(1, size);
  }

  /** Runs an action when its turn comes. */
  async run<T>(action: () => Promise<T>): Promise<T> {
    if (this.#free > 0) {
      this.#free -= 1;
    } else {
      // Whoever ends hands its place over.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    try {
      return await action();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) {
        this.#free += 1;
      } else {
        next();
      }
    }
  }
}
