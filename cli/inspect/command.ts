/** `ytcode inspect`: shows what is in an archive, or what differs between two. */
import { Command, Option } from "commander";
import { DEFAULT_CONFIGURATION_FILE, DEFAULT_PYTHON } from "../../provider/pipeline/defaults.ts";
import type { OpenedArchive } from "./open/opened-archive.ts";
import { printBytes, printLines, stdoutPainter } from "../terminal/output.ts";
import { userProgram } from "../user-directory.ts";

/** Options as commander gives them. */
interface InspectOptions {
  readonly diff?: string;
  readonly patch?: boolean;
  readonly json?: boolean;
  readonly proxy?: string;
  readonly config: string;
  readonly python: string;
}

const SOURCES = `
An archive is one of
  FILE          a tar archive, plain or in gzip: ours, or anybody's
  DIRECTORY     a pipeline: as it would be packed now
  //CYPRESS     on a cluster: an archive, or a folder with source.tar.gz in it, like a build
                folder or one of its versions/<digest>; the token comes from YT_TOKEN or ~/.yt/token
  //FOLDER@VERSION
                a version of a build folder: the first digits of its digest or SHA-256, as
                "ytcode history" shows them

Examples
  ytcode inspect //home/prod/daily/build
  ytcode inspect //home/prod/daily/build --diff pipelines/daily
  ytcode inspect //home/prod/daily/build@9f86d081 --diff //home/prod/daily/build
  ytcode inspect old.tar.gz --diff new.tar.gz --patch | git apply`;

/** The command `inspect`. */
export function inspectCommand(): Command {
  return new Command("inspect")
    .description("show what is in an archive, or what differs between two")
    .argument("<archive>", "a file, a pipeline directory, or a Cypress path")
    .option("--diff <other>", "show what is different in another archive")
    .addOption(
      new Option("--patch", "with --diff: print a patch of the text files").conflicts("json"),
    )
    .option("--json", "print it as JSON (docs/inspect-json.md)")
    .option("--proxy <cluster>", 'the cluster of Cypress paths, or "local" (default: YT_PROXY)')
    .option(
      "--config <file>",
      "configuration file, in a pipeline directory",
      DEFAULT_CONFIGURATION_FILE,
    )
    .option(
      "--python <interpreter>",
      "interpreter that finds a pipeline's modules",
      userProgram,
      DEFAULT_PYTHON,
    )
    .addHelpText("after", SOURCES)
    .action(inspect);
}

async function inspect(given: string, options: InspectOptions, command: Command): Promise<void> {
  if (options.patch === true && options.diff === undefined) {
    command.error("error: option '--patch' needs '--diff <other>'", { exitCode: 2 });
  }
  const { openSource } = await import("./open/open-source.ts");
  const archive = await openSource(given, options);
  if (options.diff === undefined) {
    return showArchive(archive, options);
  }
  const other = await openSource(options.diff, options);
  return options.patch === true
    ? showPatch(archive, other)
    : showDifference(archive, other, options);
}

async function showArchive(opened: OpenedArchive, { json }: InspectOptions): Promise<void> {
  const { examine } = await import("./show/examine.ts");
  const archive = examine(opened);
  if (json === true) {
    const { archiveJson } = await import("./show/archive-json.ts");
    return printLines([archiveJson(archive)]);
  }
  const { archiveText } = await import("./show/archive-text.ts");
  return printLines(archiveText(archive, stdoutPainter()));
}

async function showDifference(
  before: OpenedArchive,
  after: OpenedArchive,
  { json }: InspectOptions,
): Promise<void> {
  const { findDifference } = await import("./compare/difference.ts");
  const difference = findDifference(before, after);
  if (json === true) {
    const { differenceJson } = await import("./compare/difference-json.ts");
    return printLines([differenceJson(difference)]);
  }
  const { differenceText } = await import("./compare/difference-text.ts");
  return printLines(differenceText(difference, stdoutPainter()));
}

async function showPatch(before: OpenedArchive, after: OpenedArchive): Promise<void> {
  const { findDifference } = await import("./compare/difference.ts");
  const { makePatch } = await import("./patch/patch.ts");
  const { changes } = findDifference(before, after);
  const patch = await makePatch(changes, before, after);
  if (patch.length === 0) {
    return;
  }
  if (!process.stdout.isTTY) {
    return printBytes(patch);
  }
  const { patchText } = await import("./patch/patch-text.ts");
  return printLines(patchText(patch, stdoutPainter()));
}
