/** What the commands that read a pipeline have in common. */
import type { Command } from "commander";
import { DEFAULT_CONFIGURATION_FILE, DEFAULT_PYTHON } from "../provider/pipeline/defaults.ts";
import type { HashPart } from "../provider/manifest/hash-files.ts";
import type { Manifest } from "../provider/manifest/manifest.ts";
import { shownName } from "../common/text/shown-name.ts";
import { userPath, userProgram } from "./user-directory.ts";

/** The options of such a command. */
export interface PipelineOptions {
  readonly config: string;
  readonly python: string;
}

/** Adds the argument and options that name a pipeline. */
export function withPipelineOptions(command: Command): Command {
  return command
    .argument("<directory>", "the pipeline directory")
    .option(
      "--config <file>",
      "configuration file, in the pipeline directory",
      DEFAULT_CONFIGURATION_FILE,
    )
    .option(
      "--python <interpreter>",
      "interpreter that finds modules",
      userProgram,
      DEFAULT_PYTHON,
    );
}

/**
 * Reads the named pipeline.
 *
 * @param hashPart how files are hashed of which nothing is remembered @default they are only hashed
 */
export async function readPipeline(
  directory: string,
  { config, python }: PipelineOptions,
  hashPart?: HashPart,
): Promise<Manifest> {
  // Loaded only here: other commands, and --help, start without it.
  const { readManifest } = await import("../provider/manifest/read-manifest.ts");
  const pipelineDirectory = userPath(directory);
  return readManifest({ pipelineDirectory, configurationFile: config, python, hashPart });
}

/** {@link readPipeline}, and warns on stderr. */
export async function readNamedPipeline(
  directory: string,
  options: PipelineOptions,
  hashPart?: HashPart,
): Promise<Manifest> {
  const manifest = await readPipeline(directory, options, hashPart);
  for (const { message } of manifest.warnings) {
    process.stderr.write(`Warning: ${shownName(message)}\n`);
  }
  return manifest;
}
