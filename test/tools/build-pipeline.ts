/**
 * A program: builds a pipeline's archive in a process of its own, for tests in which environment,
 * umask or working directory count. Writes what was built, or the message of the mistake. It is compressed
 * and copied in the read that hashes it.
 */
import { buildArchive } from "../../provider/archive/build/build.ts";
import { hashAndPack } from "../../provider/archive/build/pack-ahead.ts";
import { TreeAhead } from "../../provider/archive/build/tree-ahead.ts";
import { DEFAULT_CONFIGURATION_FILE } from "../../provider/pipeline/defaults.ts";
import { readManifest } from "../../provider/manifest/read-manifest.ts";
import { UserError } from "../../common/errors/user-error.ts";

/** What the program writes, as JSON. */
export interface Outcome {
  readonly sha256?: string;
  readonly ytjobs?: string;
  /** The message of a {@link UserError}. */
  readonly mistake?: string;
}

async function build(pipelineDirectory: string): Promise<Outcome> {
  using ahead = TreeAhead.begin(pipelineDirectory, DEFAULT_CONFIGURATION_FILE);
  try {
    const manifest = await readManifest({
      pipelineDirectory,
      hashPart: (entries) => hashAndPack(entries, ahead),
    });
    const { sha256 } = await buildArchive(manifest, { ahead });
    return { sha256, ytjobs: manifest.ytjobs };
  } catch (error) {
    if (error instanceof UserError) {
      return { mistake: error.message };
    }
    throw error;
  }
}

const [, , pipelineDirectory = "."] = process.argv;
process.stdout.write(JSON.stringify(await build(pipelineDirectory)));
