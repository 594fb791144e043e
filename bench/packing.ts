/**
 * Packs the Python standard library as an upload path, against `tar` piped into `pigz -6` on the
 * same files. Ours also hashes every file, takes the archive's digests and assembles the tree, which
 * on some file systems takes longer than packing: so a third contestant copies the files too.
 */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { report, timeInTurn } from "./compare.ts";

const run = promisify(execFile);
const YTCODE = fileURLToPath(new URL("../cli/main.ts", import.meta.url));
const RUNS = 5;

/** Measures; gives the lines of the report. */
export async function* benchPacking(): AsyncGenerator<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "bench-packing-"));
  try {
    const pipeline = await makePipeline(folder);
    const compressor = await findCompressor();
    const tarball = path.join(folder, "peer.tar.gz");
    const peer = `tar --exclude=__pycache__ -C '${pipeline}' -cf - lib stages | ${compressor} > '${tarball}'`;
    const copy = path.join(folder, "copy");
    yield "packing: the Python standard library as an upload path";
    const times = await timeInTurn(
      [
        {
          name: "ytcode build",
          command: [process.execPath, YTCODE, "build", pipeline],
          cwd: folder,
        },
        { name: `tar | ${compressor}`, command: ["bash", "-c", peer], cwd: folder },
        {
          name: "the same, and cp -r",
          command: ["bash", "-c", `${peer}; cp -r '${pipeline}/lib' '${copy}'`],
          cwd: folder,
          reset: () => rm(copy, { recursive: true, force: true }),
        },
      ],
      RUNS,
    );
    yield* report(times);
    const [ours, theirs] = await Promise.all(
      [path.join(pipeline, ".build/source.tar.gz"), tarball].map(
        async (file) => (await stat(file)).size,
      ),
    );
    yield `  size ${ours} bytes, ${(((ours ?? 0) / (theirs ?? 1) - 1) * 100).toFixed(1)} % more than the peer's ${theirs}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makePipeline(folder: string): Promise<string> {
  const { stdout } = await run("python3", [
    "-c",
    "import sysconfig; print(sysconfig.get_paths()['stdlib'])",
  ]);
  const pipeline = path.join(folder, "pipeline");
  await cp(stdout.trim(), path.join(pipeline, "lib"), {
    recursive: true,
    dereference: true,
    filter: (source) => !/\/(__pycache__|site-packages|dist-packages)$|\.pem$/.test(source),
  });
  await mkdir(path.join(pipeline, "configs"));
  await mkdir(path.join(pipeline, "stages/one/src"), { recursive: true });
  await writeFile(path.join(pipeline, "stages/one/config.yaml"), "{}\n");
  await writeFile(path.join(pipeline, "stages/one/src/vanilla.py"), "print('done')\n");
  await writeFile(
    path.join(pipeline, "configs/config.yaml"),
    "stages: { enabled_stages: [one] }\npipeline: { upload_paths: [{ source: lib }] }\n",
  );
  return pipeline;
}

/** pigz where it is installed; otherwise gzip, which uses one core only. */
async function findCompressor(): Promise<string> {
  const found = await run("pigz", ["--version"]).then(
    () => true,
    () => false,
  );
  return found ? "pigz -6" : "gzip -6";
}
