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

/** Where a new pipeline is. */
export interface PipelinePlace {
  /** The way from the pipeline to the project, where the package is installed: `../..`. */
  readonly project: string;
  /** Its Cypress path. */
  readonly buildFolder: string;
}

/** Its files, relative to its directory. */
export function pipelineFiles({ stage, operation }: NewPipeline, place: PipelinePlace): Files {
  const rows = sampleRows(operation);
  const scripts = Object.entries(stageScripts(operation));
  return {
    "configs/config.yaml": configuration(stage, place),
    [`stages/${stage}/config.yaml`]:
      "# What the job reads through ytjobs.config.get_config_path().\njob: {}\n",
    ...Object.fromEntries(scripts.map(([file, text]) => [`stages/${stage}/${file}`, text])),
    ...(rows === undefined ? {} : { "rows.jsonl": rows }),
    ".ytignore": "# What is not packed, in gitignore's syntax.\n*.ipynb\n",
  };
}

function configuration(stage: string, { project, buildFolder }: PipelinePlace): string {
  const schemas = `../${project}/node_modules/pulumi-yt-code/schemas`;
  const lines = [
    `# yaml-language-server: $schema=${schemas}/pipeline.schema.json`,
    "stages:",
    `  enabled_stages: [${stage}]`,
    "pipeline:",
    "  mode: prod # dev builds locally and uploads nothing",
    `  build_folder: ${buildFolder}`,
    "  upload_modules: [] # Python packages, found as Python would",
    "  upload_paths: [] # more files: - { source: ./lib }",
    "",
  ];
  return lines.join("\n");
}
