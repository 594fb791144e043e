/** Small tools for doing several things at once, in a known order. */

/**
 * Maps items through an asynchronous function, a bounded number at a time, keeping their order.
 * After a failure nothing new is begun, and what is under way is awaited.
 *
 * @param limit how many at a time, at least 1
 * @throws {unknown} what the function throws, the first of it
 */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  limit: number,
  map: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = Array.from({ length: items.length });
  const queue = items.entries();
  const failures: unknown[] = [];
  async function work(): Promise<void> {
    for (const [index, item] of queue) {
      if (failures.length > 0) {
        return;
      }
      try {
        results[index] = await map(item);
      } catch (error) {
        failures.push(error);
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  if (failures.length > 0) {
    throw failures[0];
  }
  return results;
}

/** Runs functions one after another for each key: two of one key never overlap. */
export class KeyedMutex {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs a function when all earlier ones of its key are done, whether they failed or not. */
  async run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const current = before.then(work, work);
    this.#last.set(key, current);
    try {
      return await current;
    } finally {
      if (this.#last.get(key) === current) {
        this.#last.delete(key);
      }
    }
  }
}

/**
 * Maps a stream of items through an asynchronous function and gives the results in order. It
 * runs ahead of its consumer, also while the consumer is busy with a result.
 *
 * @param limit how many results are under way or waiting at a time, at least 1
 * @throws {unknown} what the source or the function throws, when its turn comes
 */
export async function* mapAhead<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  limit: number,
  map: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const waiting: Promise<Result>[] = [];
  const state = { isExhausted: false, isAbandoned: false, change: Promise.withResolvers<void>() };
  const signalChange = (): void => {
    state.change.resolve();
    state.change = Promise.withResolvers<void>();
  };
  const produce = async (): Promise<void> => {
    for await (const item of items) {
      const result = map(item);
      // A failure is thrown when its turn comes; until then it must not count as unhandled.
      result.catch(() => undefined);
      waiting.push(result);
      signalChange();
      while (waiting.length >= limit && !state.isAbandoned) {
        await state.change.promise;
      }
      if (state.isAbandoned) {
        return;
      }
    }
  };
  const producer = produce().finally(() => {
    state.isExhausted = true;
    signalChange();
  });
  producer.catch(() => undefined);
  try {
    for (;;) {
      while (waiting.length === 0 && !state.isExhausted) {
        await state.change.promise;
      }
      const [first] = waiting;
      if (first === undefined) {
        break;
      }
      yield await first;
      void waiting.shift();
      signalChange();
    }
    await producer;
  } finally {
    state.isAbandoned = true;
    signalChange();
    await Promise.allSettled([producer, ...waiting]);
  }
}
