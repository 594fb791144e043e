/** The programs and libraries that must be able to read an archive. */
import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { list } from "tar";
import type { ReadEntry } from "tar";
import { runProgram } from "../ytjobs/run-python.ts";

/** A file as a reader sees it. */
export interface ReadFile {
  readonly path: string;
  /** The permission bits. */
  readonly mode: number;
  readonly text: string;
}

/** A reader: from an archive to its files, in an empty folder of its own. */
export type Reader = (archive: string, folder: string) => Promise<readonly ReadFile[]>;

const PYTHON = `
import json, sys, tarfile
with tarfile.open(sys.argv[1], sys.argv[2]) as archive:
    files = [
        {"path": m.name, "mode": m.mode, "text": archive.extractfile(m).read().decode("latin-1")}
        for m in archive
    ]
print(json.dumps(files))
`;

/** All readers, by name. */
export const READERS: Readonly<Record<string, Reader>> = {
  "the system's tar": extractWith("tar", ["--no-same-owner", "-xpzf"]),
  bsdtar: extractWith("bsdtar", ["--no-same-owner", "-xpzf"]),
  "Python's tarfile": readWithPython("r:gz"),
  "Python's tarfile, as a stream": readWithPython("r|gz"),
  "node-tar": readWithNode,
};

/** Whether a program is on `PATH`. */
export async function isInstalled(program: string): Promise<boolean> {
  return (await runProgram("sh", ["-c", `command -v ${program}`])).status === 0;
}

/** Runs a program that must succeed, and returns what it wrote. */
export async function output(program: string, args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await runProgram(program, args, {
    env: { LC_ALL: "C.UTF-8" },
  });
  if (status !== 0 || stderr !== "") {
    throw new Error(`${program} ended with status ${status}: ${stderr}`);
  }
  return stdout;
}

function extractWith(program: string, args: readonly string[]): Reader {
  return async (archive, folder) => {
    await mkdir(folder, { recursive: true });
    await output(program, [...args, archive, "-C", folder]);
    return filesIn(folder);
  };
}

/** The files of a folder on disk. */
export async function filesIn(folder: string): Promise<readonly ReadFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async (entry) => {
      const file = path.join(entry.parentPath, entry.name);
      const mode = (await stat(file)).mode & 0o7777;
      return { path: path.relative(folder, file), mode, text: await readFile(file, "latin1") };
    }),
  );
}

function readWithPython(mode: string): Reader {
  return async (archive) => JSON.parse(await output("python3", ["-c", PYTHON, archive, mode]));
}

async function readWithNode(archive: string): Promise<readonly ReadFile[]> {
  const files: Promise<ReadFile>[] = [];
  await list({
    file: archive,
    strict: true,
    onReadEntry(entry: ReadEntry) {
      const text = entry.concat().then((bytes) => Buffer.from(bytes).toString("latin1"));
      files.push(text.then((read) => ({ path: entry.path, mode: entry.mode ?? 0, text: read })));
    },
  });
  return Promise.all(files);
}
