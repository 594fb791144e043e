/** The framework's own driver on our archives: in its dev mode, and on what `up` has published. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { makeProject, succeed, writeStack } from "../end-to-end/project.ts";
import { startServer } from "../end-to-end/local-server.ts";
import { runYtcode } from "../../tools/run-ytcode.ts";
import { addToTree, makeTree } from "../../tools/temporary-tree.ts";
import { needsUpstream, upstreamPython } from "../../tools/upstream/upstream.ts";
import { runProgram } from "../../ytjobs/run-python.ts";
import { DAILY, RAW_ROWS } from "./daily.ts";
import { codeBlocks } from "./guide.ts";

test(
  "yt-framework's driver runs map, map-reduce and vanilla stages in its dev mode on our archive",
  needsUpstream,
  async (t) => {
    const pipeline = await makeTree(t, DAILY);
    await addHook(pipeline);
    await succeed(runYtcode(["build", pipeline]));
    const archive = path.join(pipeline, ".build/source.tar.gz");
    const before = digestOf(await readFile(archive));

    const driver = path.join(pipeline, "pipeline.py");
    await succeed(runProgram(upstreamPython, [driver], { env: { PYTHONPATH: undefined } }));

    const read = (name: string): Promise<string> =>
      readFile(path.join(pipeline, ".dev", name), "utf8");
    assert.equal(
      await read("clean.jsonl"),
      '{"word": "pear"}\n{"word": "fig"}\n{"word": "pear"}\n',
    );
    assert.equal(
      await read("totals.jsonl"),
      '{"word": "fig", "count": 1}\n{"word": "pear", "count": 2}\n',
    );
    assert.match(await read("report.log"), /the configuration of the job: job:\n {2}title: words/);
    assert.equal(digestOf(await readFile(archive)), before, "the driver has packed");
    for (const sandbox of ["sandbox_raw->clean", "sandbox_mr_clean->totals", "report_sandbox"]) {
      const used = await readFile(path.join(pipeline, ".dev", sandbox, "source.tar.gz"));
      assert.equal(digestOf(used), before, sandbox);
    }
  },
);

/**
 * Starts the driver in prod mode, with a job run here in place of the operation, which the local cluster
 * cannot run: from the files and with the command that the framework would have given the cluster.
 */
const DRIVE = `
import pathlib, subprocess, sys, tempfile
import yt.wrapper as yt
from omegaconf import OmegaConf

directory, proxy, token, rows, result = sys.argv[1:]
sys.path.insert(0, directory)
from pipeline import Pipeline

client = yt.YtClient(proxy=proxy, token=token)

def submit(spec):
    with tempfile.TemporaryDirectory() as sandbox:
        for node, name in spec.files_list():
            pathlib.Path(sandbox, name).write_bytes(client.read_file(node).read())
            print(node)
        with open(rows) as source, open(result, "w") as target:
            subprocess.run(spec.command, shell=True, cwd=sandbox, stdin=source, stdout=target, check=True)

config = OmegaConf.load(directory + "/configs/config.yaml")
config.pipeline.mode = "prod"
config.stages.enabled_stages = ["clean"]
pipeline = Pipeline(config, directory)
pipeline.yt.run_map_submit = submit
pipeline.yt.wait_for_operation = lambda operation: True
pipeline.run()
`;

test(
  "yt-framework's driver runs operations in prod mode on what up has published",
  needsUpstream,
  async (t) => {
    const token = createHash("sha256").update(String(process.pid)).digest("hex");
    const project = await makeProject(t, []);
    const url = await startServer(t, path.join(project.directory, "cluster"), ["--token", token]);
    const pipeline = path.join(project.directory, "daily");
    await mkdir(pipeline);
    await addToTree(pipeline, DAILY);
    await addHook(pipeline);
    const proxy = url.replace("http://", "");
    await writeFile(
      path.join(pipeline, "configs/secrets.env"),
      `YT_PROXY=${proxy}\nYT_TOKEN=${token}\n`,
    );
    await writeStack(project, "dev", {
      "yt:proxy": url,
      "pulumi-yt-code:pipelines": [{ name: "daily", directory: "daily", mode: "prod" }],
    });
    await succeed(project.ytcode(["up"], { YT_TOKEN: token }));

    const outputs: Record<string, Record<string, string>> = JSON.parse(
      await succeed(project.ytcode(["outputs", "--json"])),
    );
    const versionPath = outputs["daily"]?.["versionPath"] ?? "";
    const rows = path.join(project.directory, "rows.jsonl");
    await writeFile(rows, RAW_ROWS);
    const stable = "//home/me/daily/build";
    for (const [place, environment] of [
      [`${stable}/source.tar.gz`, {}],
      [versionPath, { DAILY_BUILD: path.posix.dirname(versionPath) }],
    ] as const) {
      const result = path.join(project.directory, "result.jsonl");
      const args = ["-c", DRIVE, pipeline, proxy, token, rows, result];
      const stdout = await succeed(
        runProgram(upstreamPython, args, {
          cwd: pipeline,
          env: { PYTHONPATH: undefined, ...environment },
        }),
      );
      assert.ok(stdout.includes(`${place}\n`), stdout);
      assert.equal(
        await readFile(result, "utf8"),
        '{"word": "pear"}\n{"word": "fig"}\n{"word": "pear"}\n',
      );
    }
  },
);

/** Takes packing out of the driver, with the program that the guide shows. */
async function addHook(pipeline: string): Promise<void> {
  const [program = ""] = await codeBlocks("python");
  await addToTree(pipeline, { "pipeline.py": program });
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
