/** What is told how far a build is. */

/** Adds up how much content there is, and how much of it is done. */
export interface WorkProgress {
  /** There is so much more to do, in bytes. */
  expect(sizeBytes: number): void;
  /** So much more is done, in bytes. */
  did(sizeBytes: number): void;
}
