/**
 * Packing a tree of real Python code of about 10,000 files: from nothing, after an edit of one file,
 * and with no change, against `tar` piped into `pigz -6`, upstream's packer and a bare `find`.
 *
 * Ours also hashes every file, takes the archive's digests and assembles the tree, as does upstream's
 * but for the hashes. The compiled command is measured, as an installed package has it.
 */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { compile, PackingRows } from "./packing-rows.ts";
import { makeBenchPython, makePythonPipeline } from "./python-tree.ts";

const RUNS = 5;

/** Measures; gives the lines of the report. */
export async function* benchPacking(): AsyncGenerator<string> {
  await compile();
  const folder = await mkdtemp(path.join(tmpdir(), "bench-packing-"));
  try {
    const python = await makeBenchPython(path.join(folder, "python"));
    const first = path.join(folder, "cold");
    await makePythonPipeline(first, python);
    for (const name of ["edited", "same"]) {
      await cp(first, path.join(folder, name), { recursive: true });
    }
    const rows = new PackingRows({ folder, runs: RUNS, edited: "lib/stdlib/ast.py" });
    yield* rows.cold();
    yield* rows.upstream(python.python);
    yield* rows.edited();
    yield* rows.unchanged("same");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
