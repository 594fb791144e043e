/** Why our archives and the framework's differ: every difference has one of these reasons. */
import type { Difference } from "./differences.ts";

/** A named reason. */
export interface Reason {
  readonly name: string;
  /** What it means, for people. */
  readonly text: string;
  /** What its files are called, where they are counted and not named. */
  readonly noun?: string;
  /** Whether it explains a difference. */
  fits(difference: Difference): boolean;
}

/** The first that fits counts. */
export const REASONS: readonly Reason[] = [
  {
    name: "wrapper text",
    noun: "wrapper",
    text: "Ours extract the archive themselves, quote names, keep the job's own variables from changing what tar, pip and Python do, and fail the job when requirements cannot be installed.",
    fits: ({ where, path }) => where === "both" && /^operation_wrapper_[^/]+\.sh$/.test(path),
  },
  {
    name: "no reducer",
    text: "The framework writes a map-reduce wrapper for every mapper, and warns that it cannot work. Ours has one where there is a reducer.",
    fits: ({ where, path }) =>
      where === "upstream" && /^operation_wrapper_[^/]+_map_reduce_mapper\.sh$/.test(path),
  },
  {
    name: "reducer alone",
    text: "The framework writes no wrapper for a stage that has a reducer and no `mapper.py`. Ours has a wrapper for every entry point.",
    fits: ({ where, path }) =>
      where === "ours" && /^operation_wrapper_[^/]+_reduce\.sh$/.test(path),
  },
  {
    name: "requirements",
    text: "The framework's documentation promises the stage's `requirements.txt`; its packer copies `src/` and `config.yaml` alone, so that nothing is installed. Ours packs it.",
    fits: ({ where, path }) => where === "ours" && /^stages\/[^/]+\/requirements\.txt$/.test(path),
  },
  {
    name: "no job section",
    text: "The framework leaves out a stage's `config.yaml` without a `job` section, and the wrapper names a file that is not there. Ours packs it with the stage's code.",
    fits: ({ where, path }) => where === "ours" && /^stages\/[^/]+\/config\.yaml$/.test(path),
  },
  {
    name: "metadata",
    text: "A module's distribution goes along, so that it can ask for its own version.",
    fits: ({ where, path }) => where === "ours" && /^[^/]+\.dist-info\//.test(path),
  },
  {
    name: "linked folder",
    text: "The framework does not look into a folder that is a link. Ours follows links that stay in the pipeline directory.",
    fits: ({ where, belowLink }) => where === "ours" && belowLink,
  },
  {
    name: "above the pipeline",
    text: "The framework reads `.ytignore` files up to the root of the file system. Ours reads none above the pipeline directory, so that an archive depends on its pipeline alone, and warns of them.",
    fits: ({ where, path }) => where === "ours" && path.endsWith(".log"),
  },
  {
    name: "star and slash",
    text: "In the framework `*` without a slash in the pattern also matches slashes: `draft*.txt` takes `drafts/final.txt`. In git, and here, it does not.",
    fits: ({ where, path }) => where === "ours" && path.includes("/drafts/"),
  },
  {
    name: "built-in",
    text: "Caches, compiled Python and files of git are left out here without being asked. A `!` line in a `.ytignore` brings them back.",
    fits: ({ where, explanation }) => where === "upstream" && explanation?.rule?.file === null,
  },
  {
    name: "as git decides",
    text: "The `.ytignore` leaves it out, read as git reads such a file ([ignore.md](ignore.md)). The framework reads only the files at a source's root and above, wants a folder before `**/name`, never looks into `/name/`, and lets `!` bring back a file below an excluded folder.",
    fits: ({ where, explanation }) =>
      where === "upstream" && typeof explanation?.rule?.file === "string",
  },
  {
    name: "not enabled",
    text: "Only enabled stages are packed here, and changes to the others are no changes. `pipeline.pack_stages: all` packs every stage that has `src/`, as the framework does.",
    fits: ({ where, path, explanation }) =>
      where === "upstream" && path.startsWith("stages/") && explanation?.rule === null,
  },
];

/**
 * The reason of a difference.
 *
 * @throws {Error} when there is none: then the archives differ in a way that nobody has explained
 */
export function getReason(pipeline: string, difference: Difference): Reason {
  const reason = REASONS.find((candidate) => candidate.fits(difference));
  if (reason === undefined) {
    throw new Error(`No reason explains ${pipeline}: ${JSON.stringify(difference)}`);
  }
  return reason;
}
