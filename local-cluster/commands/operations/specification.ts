/** What an operation's specification names in Cypress: its tables, and the files of its jobs. */
import { pathFromValue } from "../../cypress/path.ts";
import type { CypressPath } from "../../cypress/path.ts";
import { genericError } from "../../errors/yt-error.ts";
import type { ByteString } from "../../../common/yson/byte-string.ts";
import type { YsonMap, YsonValue } from "../../../common/yson/value.ts";

/** The types of operations, as `operation_type` names them. */
export const OPERATION_TYPES = [
  "map",
  "reduce",
  "map_reduce",
  "join_reduce",
  "sort",
  "merge",
  "erase",
  "remote_copy",
  "vanilla",
] as const;

/** One of {@link OPERATION_TYPES}. */
export type OperationType = (typeof OPERATION_TYPES)[number];

/** The files of one kind of job. */
export interface JobFiles {
  /** Where it is in the specification: `mapper`, or the name of a task. */
  readonly job: ByteString;
  readonly files: readonly CypressPath[];
  readonly layers: readonly CypressPath[];
}

/** The paths of a specification. */
export interface SpecificationPaths {
  readonly inputTables: readonly CypressPath[];
  readonly outputTables: readonly CypressPath[];
  readonly jobs: readonly JobFiles[];
}

const JOBS = ["mapper", "reducer", "reduce_combiner"] as const;

/** @throws {YtError} code 1 where something is no path, or no map of tasks */
export function readSpecificationPaths(type: OperationType, spec: YsonMap): SpecificationPaths {
  // The tables that "remote_copy" reads are on another cluster.
  const inputs = type === "remote_copy" ? [] : ["input_table_paths", "table_path"];
  const outputs = [
    "output_table_paths",
    "output_table_path",
    "stderr_table_path",
    "core_table_path",
  ];
  const tasks = spec.get("tasks");
  if (tasks !== undefined && tasks.type !== "map") {
    throw genericError(`Specification "tasks" must be a map, actual type "${tasks.type}"`);
  }
  const jobs = [
    ...JOBS.map((name) => [name, spec.get(name)] as const),
    ...(tasks?.entries ?? []),
  ].flatMap(([job, value]) => (value?.type === "map" ? [{ job, options: value.entries }] : []));
  return {
    inputTables: inputs.flatMap((name) => pathsOf(spec.get(name))),
    outputTables: [
      ...outputs.flatMap((name) => pathsOf(spec.get(name))),
      // Tasks of a "vanilla" operation have tables of their own.
      ...jobs.flatMap(({ options }) => pathsOf(options.get("output_table_paths"))),
    ],
    jobs: jobs.map(({ job, options }) => ({
      job,
      files: pathsOf(options.get("file_paths")),
      layers: pathsOf(options.get("layer_paths")),
    })),
  };
}

/** The paths of an option, which is one path, a list of them, or absent. */
function pathsOf(value: YsonValue | undefined): readonly CypressPath[] {
  if (value === undefined || value.type === "entity") {
    return [];
  }
  return value.type === "list" ? value.items.map(pathFromValue) : [pathFromValue(value)];
}
