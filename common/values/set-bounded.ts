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

/**
 * Sets a value as the newest of a map. What was set longest ago goes until all weigh no more than the limit; the newest
 * stays whatever it weighs.
 *
 * @param limit how much all may weigh
 * @param weigh how much a value weighs
 */
export function setWithin<Key, Value>(
  map: Map<Key, Value>,
  key: Key,
  value: Value,
  limit: number,
  weigh: (value: Value) => number,
): void {
  map.delete(key);
  let left = limit - weigh(value);
  for (const [other, held] of [...map].toReversed()) {
    left -= weigh(held);
    if (left < 0) {
      map.delete(other);
    }
  }
  map.set(key, value);
}
