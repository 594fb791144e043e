/**
 * Runs an action on each item, a few at a time, and waits for all of them, so that nothing is
 * still running when this returns or throws. After a failure nothing new is started.
 *
 * @param limit how many run at once
 * @returns the results, in the items' order
 * @throws the first error
 */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  limit: number,
  action: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Map<number, Result>();
  const failures: unknown[] = [];
  const queue = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (failures.length > 0) {
        return;
      }
      try {
        results.set(index, await action(item));
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: limit }, work));
  if (failures.length > 0) {
    throw failures[0];
  }
  return [...results].toSorted(([a], [b]) => a - b).map(([, result]) => result);
}
