/** The smallest pipeline that has code, to be changed by each test. */
import type { TestContext } from "node:test";
import { makeTree } from "./temporary-tree.ts";
import type { Tree } from "./temporary-tree.ts";

/** One stage, `run`, with a mapper. */
export const SMALL_PIPELINE: Tree = {
  "configs/config.yaml": "stages:\n  enabled_stages: [run]\n",
  "stages/run/config.yaml": "size: 1\n",
  "stages/run/src/mapper.py": "print('row')\n",
};

/** The text of a configuration that enables the stage `run` and holds more lines under `pipeline`. */
export function configurationWith(...pipelineLines: readonly string[]): string {
  const lines = pipelineLines.map((line) => `  ${line}\n`).join("");
  return `stages:\n  enabled_stages: [run]\npipeline:\n${lines}`;
}

/**
 * Makes a pipeline directory, removed after the test.
 *
 * @param changes entries beside those of {@link SMALL_PIPELINE}, or in place of them
 * @returns its real path
 */
export async function makePipeline(test: TestContext, changes: Tree = {}): Promise<string> {
  return makeTree(test, { ...SMALL_PIPELINE, ...changes });
}
