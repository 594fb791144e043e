/** The files of a new pipeline. */
import type { Files, Operation } from "./stage-template.ts";
import { sampleRows, stageScripts } from "./stage-template.ts";

/** What a new pipeline is made of. */
export interface NewPipeline {
  /** Also the resource's name. */
  readonly name: string;
  readonly stage: string;
  readonly operation: Operation;
}

/**
 * Its files, relative to its directory.
 *
 * @param buildFolder named in the configuration; undefined where the stacks' settings name one for all
 */
export function pipelineFiles(
  { stage, operation }: NewPipeline,
  buildFolder: string | undefined,
): Files {
  const rows = sampleRows(operation);
  const scripts = Object.entries(stageScripts(operation));
  return {
    "configs/config.yaml": configuration(stage, buildFolder),
    [`stages/${stage}/config.yaml`]:
      "# What the job reads through ytjobs.config.get_config_path().\njob: {}\n",
    ...Object.fromEntries(scripts.map(([file, text]) => [`stages/${stage}/${file}`, text])),
    ...(rows === undefined ? {} : { "rows.jsonl": rows }),
    ".ytignore": "# What is not packed, in gitignore's syntax.\n*.ipynb\n",
  };
}

function configuration(stage: string, buildFolder: string | undefined): string {
  const lines = [
    "stages:",
    `  enabled_stages: [${stage}]`,
    "pipeline:",
    "  mode: prod # dev builds locally and uploads nothing",
    ...(buildFolder === undefined ? [] : [`  build_folder: ${buildFolder}`]),
    "  upload_modules: [] # Python packages, found as Python would",
    "  upload_paths: [] # more files: - { source: ./lib }",
    "",
  ];
  return lines.join("\n");
}
