/** Maps that forget what they were told longest ago. */

/**
 * Sets a value as the newest of a map.
 *
 * @param limit how many values there may be
 */
export function setBounded<Key, Value>(
  map: Map<Key, Value>,
  key: Key,
  value: Value,
  limit: number,
): void {
  map.delete(key);
  const [oldest] = map.keys();
  if (map.size >= limit && oldest !== undefined) {
    map.delete(oldest);
  }
  map.set(key, value);
}
