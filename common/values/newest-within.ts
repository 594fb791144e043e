/** A map that holds the newest of its values, as many as a limit on their weight allows. */

/** What was set longest ago goes until all weigh no more than the limit; the newest stays whatever it weighs. */
export class NewestWithin<Key, Value> {
  readonly #limit: number;
  readonly #weigh: (value: Value) => number;
  /** The oldest first. */
  readonly #held = new Map<Key, { readonly value: Value; readonly weight: number }>();
  #weight = 0;

  /**
   * @param limit how much all may weigh
   * @param weigh how much a value weighs, which does not change
   */
  constructor(limit: number, weigh: (value: Value) => number) {
    this.#limit = limit;
    this.#weigh = weigh;
  }

  /** What was set last for a key, if it is still held. */
  get(key: Key): Value | undefined {
    return this.#held.get(key)?.value;
  }

  /** Sets a value as the newest. */
  set(key: Key, value: Value): void {
    const known = this.#held.get(key);
    const weight = known?.value === value ? known.weight : this.#weigh(value);
    this.#delete(key);
    for (const oldest of this.#held.keys()) {
      if (this.#weight + weight <= this.#limit) {
        break;
      }
      this.#delete(oldest);
    }
    this.#held.set(key, { value, weight });
    this.#weight += weight;
  }

  #delete(key: Key): void {
    this.#weight -= this.#held.get(key)?.weight ?? 0;
    this.#held.delete(key);
  }
}
