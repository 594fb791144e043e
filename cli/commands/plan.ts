/** `ytcode plan DIR`: shows what would be packed, part by part, and packs nothing. */
import { Command } from "commander";
import { shortDigest } from "../../provider/manifest/digests.ts";
import { type Manifest, NO_CODE_NOTE } from "../../provider/manifest/manifest.ts";
import { formatSize } from "../../provider/format-size.ts";
import { textTable } from "../text-table.ts";
import { shownPath } from "../user-directory.ts";
import {
  type PipelineOptions,
  readNamedPipeline,
  withPipelineOptions,
} from "./pipeline-options.ts";

/** The command `plan`. */
export function planCommand(): Command {
  const command = new Command("plan").description("show what would be packed, part by part");
  return withPipelineOptions(command)
    .option("--json", "print it as JSON, with every file")
    .action(plan);
}

async function plan(
  directory: string,
  options: PipelineOptions & { readonly json?: boolean },
): Promise<void> {
  const manifest = await readNamedPipeline(directory, options);
  const text = options.json === true ? asJson(manifest) : asText(manifest);
  process.stdout.write(`${text}\n`);
}

function asText(manifest: Manifest): string {
  const { parts, operations, configuration } = manifest;
  const title = `${shownPath(manifest.pipelineDirectory)}: mode ${configuration.mode}, build folder ${configuration.buildFolder ?? "not set"}`;
  if (parts.length === 0) return `${title}\n${NO_CODE_NOTE}`;
  const total = {
    key: "total",
    files: parts.flatMap((part) => part.files),
    sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
    digest: manifest.digest,
  };
  const rows = [...parts, total].map(({ key, files, sizeBytes, digest }) => [
    key,
    String(files.length),
    formatSize(sizeBytes),
    shortDigest(digest),
  ]);
  const table = textTable(
    [["part", "files", "size", "digest"], ...rows],
    ["left", "right", "right", "left"],
  );
  const runs = operations.map(({ stage, operation }) => `${stage} (${operation})`);
  return [title, "", ...table, "", `runs: ${runs.join(", ")}`, `ytjobs: ${manifest.ytjobs}`].join(
    "\n",
  );
}

function asJson({ parts, digest, operations, ytjobs, warnings, configuration }: Manifest): string {
  const shown = parts.map(({ key, kind, digest: partDigest, sizeBytes, files }) => ({
    key,
    kind,
    digest: partDigest,
    sizeBytes,
    files: files.map(({ path, mode, sizeBytes: size, sha256 }) => ({
      path,
      mode: mode.toString(8).padStart(4, "0"),
      sizeBytes: size,
      sha256,
    })),
  }));
  const { mode, buildFolder } = configuration;
  const all = { digest, mode, buildFolder, operations, ytjobs, warnings, parts: shown };
  return JSON.stringify(all, undefined, 2);
}
