/** `ytcode build DIR`: packs a pipeline into its `.build` folder. */
import { Command } from "commander";
import { noCodeNote } from "../../provider/manifest/manifest.ts";
import { formatSize } from "../../common/text/format-size.ts";
import { shownPath } from "../user-directory.ts";
import { readNamedPipeline, withPipelineOptions } from "../pipeline-options.ts";
import type { PipelineOptions } from "../pipeline-options.ts";

/** The command `build`. */
export function buildCommand(): Command {
  const command = new Command("build").description(
    "pack a pipeline into .build/source.tar.gz, without uploading it",
  );
  return withPipelineOptions(command).action(build);
}

async function build(directory: string, options: PipelineOptions): Promise<void> {
  const { buildArchive } = await import("../../provider/archive/build/build.ts");
  const manifest = await readNamedPipeline(directory, options);
  if (manifest.parts.length === 0) {
    process.stdout.write(`${noCodeNote(manifest.configuration)}\n`);
    return;
  }
  const { file, sizeBytes, sha256, compressedBytes } = await buildArchive(manifest);
  const fileCount = manifest.parts.reduce((sum, part) => sum + part.files.length, 0);
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
