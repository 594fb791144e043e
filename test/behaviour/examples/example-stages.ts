/** Finds the operations of the example pipelines and the rows that belong to them. */
import { access, glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ENTRY_POINTS } from "../../../provider/pipeline/stages/operations.ts";
import type { Operation } from "../../../provider/pipeline/stages/operations.ts";
import { REPOSITORY } from "../../ytjobs/run-python.ts";

/** The folder of the example pipelines. */
export const EXAMPLES = join(REPOSITORY, "examples");

/** One operation of one stage of one example. */
export interface ExampleOperation {
  /** For test names: `word_count/count_words/map`. */
  readonly name: string;
  /** The pipeline directory. */
  readonly pipeline: string;
  readonly stage: string;
  readonly operation: Operation;
  /** The script that the operation runs. */
  readonly entryPoint: string;
  /** The file of rows to run it on; a vanilla operation has none. */
  readonly input: string | undefined;
  /** The file of rows that must come out. */
  readonly expected: string;
}

/** Returns every operation that the examples have code for, enabled or not, sorted by name. */
export async function findExampleOperations(): Promise<ExampleOperation[]> {
  const found: ExampleOperation[] = [];
  // The legs of a map-reduce are scripts of these too.
  for (const operation of ["map", "vanilla", "reduce"] as const) {
    const pattern = `*/stages/*/src/${ENTRY_POINTS[operation][0] ?? ""}`;
    for await (const path of glob(pattern, { cwd: EXAMPLES })) {
      const [example = "", , stage = ""] = path.split("/");
      const pipeline = join(EXAMPLES, example);
      const data = join(pipeline, "data", stage);
      const input = join(data, `${operation}.input.jsonl`);
      found.push({
        name: `${example}/${stage}/${operation}`,
        pipeline,
        stage,
        operation,
        entryPoint: join(EXAMPLES, path),
        input: (await exists(input)) ? input : undefined,
        expected: join(data, `${operation}.expected.jsonl`),
      });
    }
  }
  return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Parses JSON rows, one a line. */
export function parseRows(lines: string): unknown[] {
  return lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line): unknown => JSON.parse(line));
}

/** Reads a file of JSON rows, one a line. */
export async function readRows(path: string): Promise<unknown[]> {
  return parseRows(await readFile(path, "utf8"));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
