/** What a stage's directory says of the stage, before its files are listed. */
import path from "node:path";
import { listNames } from "../../../common/files/list-names.ts";
import { ENTRY_POINT_NAMES } from "./operations.ts";
import { readNamedScripts } from "./named-scripts.ts";
import type { ScriptsRead } from "./named-scripts.ts";
import { stageRoot } from "./stage-root.ts";

/** What a stage's directory has, on disk: rules may exclude some of it. */
export interface StageFacts extends ScriptsRead {
  readonly hasConfiguration: boolean;
  /** The names in its `src/`. */
  readonly sourceNames: readonly string[];
}

/**
 * Looks at a stage.
 *
 * @param directory absolute path of the stage's directory
 * @returns undefined when it has no `src/`: such a stage only drives, and nothing of it is packed
 */
export async function readStageFacts(
  stage: string,
  directory: string,
): Promise<StageFacts | undefined> {
  const names = await listNames(directory);
  if (!names.includes("src")) {
    return undefined;
  }
  const configuration = path.join(directory, "config.yaml");
  const [sourceNames, read] = await Promise.all([
    listNames(path.join(directory, "src")),
    readNamedScripts(configuration, `${stageRoot(stage)}/config.yaml`),
  ]);
  return { hasConfiguration: names.includes("config.yaml"), sourceNames, ...read };
}

/** Whether a stage has a file that a job could start with, or names one. */
export function hasEntryPoint({ sourceNames, scripts }: StageFacts): boolean {
  return (
    Object.keys(scripts).length > 0 || ENTRY_POINT_NAMES.some((name) => sourceNames.includes(name))
  );
}
