/** What a stage can run as: the kinds of operations, and the files in `src/` that make them possible. */

/** A kind of YTsaurus operation a stage can run as. A map-reduce uses `map` and `reduce` as its legs. */
export type Operation = "map" | "vanilla" | "reduce";

/** The file in `src/` that makes an operation possible. */
export const ENTRY_POINTS: Readonly<Record<Operation, string>> = {
  map: "mapper.py",
  vanilla: "vanilla.py",
  reduce: "reducer.py",
};

/** All operations, in the order they are shown. */
export const OPERATIONS: readonly Operation[] = ["map", "vanilla", "reduce"];

/** A way to run a stage on the cluster. */
export interface StageOperation {
  readonly stage: string;
  readonly operation: Operation;
  /** The file name of its wrapper. */
  readonly wrapper: string;
}
