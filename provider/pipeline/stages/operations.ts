/** What a stage can run as: the kinds of operations, and the files in `src/` that make them possible. */

/** A kind of YTsaurus job that a stage has: an operation, or one of the two legs of a map-reduce. */
export type Operation = "map" | "vanilla" | "reduce" | "map_reduce_mapper" | "map_reduce_reducer";

/** The legs of a map-reduce, in their order. */
export const MAP_REDUCE_LEGS = ["map_reduce_mapper", "map_reduce_reducer"] as const;

/** All operations, in the order they are shown. */
export const OPERATIONS: readonly Operation[] = ["map", "vanilla", "reduce", ...MAP_REDUCE_LEGS];

/**
 * The files in `src/` that make an operation possible, unless the stage's own configuration names
 * another: the first that is there is its entry point. In the order of yt-framework 1.4.4
 * (`operations/_internal/upload_wrappers.py`).
 */
export const ENTRY_POINTS: Readonly<Record<Operation, readonly string[]>> = {
  map: ["mapper.py"],
  vanilla: ["vanilla.py"],
  reduce: ["reducer.py", "reducer_index.py", "reducer_mds.py", "reducer_main.py"],
  map_reduce_mapper: ["mapper.py"],
  map_reduce_reducer: ["reducer.py", "reducer_mds.py", "reducer_main.py", "reducer_index.py"],
};

/** The names of all those files, each once, for messages. */
export const ENTRY_POINT_NAMES: readonly string[] = [
  ...new Set(OPERATIONS.flatMap((operation) => ENTRY_POINTS[operation])),
];

/** A way to run a stage on the cluster. */
export interface StageOperation {
  readonly stage: string;
  readonly operation: Operation;
  /** The file name of its wrapper. */
  readonly wrapper: string;
}

/** A way to run a stage whose code is at hand. */
export interface RunnableOperation extends StageOperation {
  /** Its entry point, relative to the stage's `src/`, with `/`: `"mapper.py"`. */
  readonly script: string;
}

/** The entry points that a stage's own configuration names: paths relative to its `src/`. */
export type NamedScripts = Readonly<Partial<Record<Operation, string>>>;
