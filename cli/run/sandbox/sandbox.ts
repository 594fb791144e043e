/** The sandbox of a development run: what a job on the cluster finds, in a folder under `.dev`. */
import { constants } from "node:fs";
import { copyFile, cp, mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../../../common/errors/user-error.ts";
import { makeDirectory } from "../../../common/files/make-directory.ts";
import type { LocalFile } from "../environment/local-files.ts";
import { RUNS_FOLDER } from "./sandbox-name.ts";

/** The names of files of rows in a sandbox. */
export const ROWS = {
  input: "input.jsonl",
  /** The reducer's input, when it is sorted here. */
  sorted: "sorted.jsonl",
  /** The output of a map-reduce's mapper. */
  intermediate: "intermediate.jsonl",
  output: "output.jsonl",
} as const;

/**
 * The folder of sandboxes; created when it is missing, and ignored by git.
 *
 * @throws {UserError} when Python could not find modules below it
 */
export async function ensureRunsFolder(pipelineDirectory: string): Promise<string> {
  const folder = path.join(pipelineDirectory, RUNS_FOLDER);
  if (folder.includes(":")) {
    throw new UserError(
      `Cannot run a stage below "${folder}" as PYTHONPATH would be cut at the ":": move or rename the directory`,
    );
  }
  makeDirectory(folder);
  await writeFile(path.join(folder, ".gitignore"), "*\n");
  return folder;
}

/** A sandbox that is being prepared beside the previous one of its name. */
export class NewSandbox {
  /** Where it is until it is complete. */
  readonly folder: string;
  readonly #final: string;

  private constructor(folder: string, final: string) {
    this.folder = folder;
    this.#final = final;
  }

  /** Begins one. The previous one stays for now: the input may be in it, and building may fail. */
  static async begin(runsFolder: string, name: string): Promise<NewSandbox> {
    const folder = path.join(runsFolder, `.new_${name}`);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    return new NewSandbox(folder, path.join(runsFolder, name));
  }

  /**
   * Copies the files that a job gets: the archive, which the first wrapper extracts, and the wrappers.
   *
   * @param tree the folder that has the wrappers
   */
  async addCode(archive: string, tree: string, wrappers: readonly string[]): Promise<void> {
    const files = [archive, ...wrappers.map((wrapper) => path.join(tree, wrapper))];
    for (const file of files) {
      const target = path.join(this.folder, path.basename(file));
      await copyFile(file, target, constants.COPYFILE_FICLONE);
    }
  }

  /** Copies files that a job finds beside its code, which comes later and wins. */
  async addFiles(files: readonly LocalFile[]): Promise<void> {
    for (const { source, name } of files) {
      await cp(source, path.join(this.folder, name), {
        recursive: true,
        dereference: true,
        mode: constants.COPYFILE_FICLONE,
      });
    }
  }

  /** Replaces the previous sandbox. @returns its path */
  async complete(): Promise<string> {
    await rm(this.#final, { recursive: true, force: true });
    await rename(this.folder, this.#final);
    return this.#final;
  }

  /** Removes it unless it is complete. */
  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
