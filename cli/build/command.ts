/** `ytcode build DIR`: packs a pipeline into its `.build` folder, or into a file that is named. */
import { Command } from "commander";
import { UserError } from "../../common/errors/user-error.ts";
import type { BuildOptions, BuiltArchive } from "../../provider/archive/build/build.ts";
import type { TreeAhead } from "../../provider/archive/build/tree-ahead.ts";
import { noCodeNote } from "../../provider/manifest/manifest.ts";
import type { Manifest } from "../../provider/manifest/manifest.ts";
import { factsOf } from "../../provider/manifest/part-facts.ts";
import { formatSize } from "../../common/text/format-size.ts";
import { shownPath, userPath } from "../user-directory.ts";
import { readNamedPipeline, withPipelineOptions } from "../pipeline-options.ts";
import type { PipelineOptions } from "../pipeline-options.ts";
import type { RunOutput } from "../run/rows/output.ts";
import type { BuildProgress } from "./progress.ts";

/** Options as commander gives them. */
interface BuildCommandOptions extends PipelineOptions {
  readonly output?: string;
}

/** The command `build`. */
export function buildCommand(): Command {
  const command = new Command("build").description(
    "pack a pipeline into .build/source.tar.gz, without uploading it",
  );
  return withPipelineOptions(command)
    .option("--output <file>", "write the archive to this file, and nothing into the directory")
    .action(build);
}

async function build(directory: string, options: BuildCommandOptions): Promise<void> {
  const output = await findArchiveFile(options.output);
  const ahead = output?.type === "file" ? undefined : await beginTree(directory, options);
  try {
    await buildWith(ahead, directory, options, output);
  } finally {
    ahead?.[Symbol.dispose]();
  }
}

async function beginTree(
  directory: string,
  { config }: PipelineOptions,
): Promise<TreeAhead | undefined> {
  const { TreeAhead } = await import("../../provider/archive/build/tree-ahead.ts");
  const { normalConfigurationFile } = await import("../../provider/manifest/read-manifest.ts");
  const pipelineDirectory = userPath(directory);
  const file = normalConfigurationFile({ pipelineDirectory, configurationFile: config });
  return TreeAhead.begin(pipelineDirectory, file);
}

async function buildWith(
  ahead: TreeAhead | undefined,
  directory: string,
  options: PipelineOptions,
  output: RunOutput | undefined,
): Promise<void> {
  let begun: Promise<BuildProgress> | undefined;
  // When nothing is packed it is not needed.
  const progress = (): Promise<BuildProgress> => (begun ??= beginProgress());
  const manifest = await readNamedPipeline(directory, options, async (files) => {
    const { hashAndPack } = await import("../../provider/archive/build/pack-ahead.ts");
    const told = await progress();
    return told.during("Packing", () => hashAndPack(files, ahead, told));
  });
  if (manifest.parts.length === 0) {
    process.stdout.write(`${noCodeNote(manifest.configuration)}\n`);
    return;
  }
  const { file, sizeBytes, sha256, compressedBytes } = await buildTo(manifest, output, {
    ahead,
    isJustRead: true,
    tell: async (write) => {
      const told = await progress();
      return told.during("Writing the archive", () => write(told));
    },
  });
  const fileCount = manifest.parts.reduce((sum, part) => sum + factsOf(part).fileCount, 0);
  const contentBytes = manifest.parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  const lines = [
    shownPath(file),
    `  size    ${formatSize(sizeBytes)} (${sizeBytes} bytes), ${fileCount} files in ${manifest.parts.length} parts`,
    `  packed  ${packed(compressedBytes, contentBytes)}`,
    `  sha256  ${sha256}`,
    `  digest  ${manifest.digest}`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

async function beginProgress(): Promise<BuildProgress> {
  const { BuildProgress } = await import("./progress.ts");
  const { isUnwatched } = await import("../stack/may-ask.ts");
  const { isDumb } = await import("../terminal/terminal.ts");
  const { stderr: stream, env } = process;
  const isWatched = stream.isTTY && !isDumb(env) && !isUnwatched({}, env);
  return new BuildProgress({ stream, isWatched, now: () => performance.now() });
}

/** Undefined for the place that a build has in the pipeline directory. */
async function findArchiveFile(given: string | undefined): Promise<RunOutput | undefined> {
  if (given === undefined) {
    return undefined;
  }
  if (given === "-") {
    throw new UserError('Cannot write the archive to "-": name a file with --output');
  }
  const { findOutput } = await import("../run/rows/output.ts");
  return findOutput(given);
}

async function buildTo(
  manifest: Manifest,
  output: RunOutput | undefined,
  options: Pick<BuildOptions, "ahead" | "isJustRead" | "tell">,
): Promise<BuiltArchive> {
  if (output?.type !== "file") {
    const { buildArchive } = await import("../../provider/archive/build/build.ts");
    return buildArchive(manifest, {
      ...options,
      advice: "make its directory writable, or name a file elsewhere with --output",
    });
  }
  const { withTemporaryBuild } = await import("../../provider/archive/build/temporary-build.ts");
  const { deliverOutput } = await import("../run/rows/output.ts");
  return withTemporaryBuild(manifest, options, async (built) => {
    await deliverOutput(built.file, output);
    return { ...built, file: output.file };
  });
}

function packed(compressedBytes: number, contentBytes: number): string {
  const content = formatSize(contentBytes);
  if (compressedBytes === 0) {
    return `${content}, all reused from the last build`;
  }
  if (compressedBytes === contentBytes) {
    return content;
  }
  return `${content}, ${formatSize(compressedBytes)} newly compressed`;
}
