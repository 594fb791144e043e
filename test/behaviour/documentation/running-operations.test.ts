/**
 * Does what `docs/running-operations.md` says: starts each operation with the real clients from the stack's
 * outputs, and runs the jobs of what has arrived on the local cluster.
 */
import assert from "node:assert/strict";
import { chmod, readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { parseRows, readRows } from "../examples/example-stages.ts";
import { readCodeBlocks } from "../../tools/document.ts";
import { runJobOf } from "../../tools/job-sandbox.ts";
import { pythonPath } from "../../tools/paths.ts";
import { rawCluster } from "../../tools/raw-cluster.ts";
import type { RawCluster } from "../../tools/raw-cluster.ts";
import { addToTree } from "../../tools/temporary-tree.ts";
import { REPOSITORY, runProgram } from "../../ytjobs/run-python.ts";
import type { Finished } from "../../ytjobs/run-python.ts";
import { startServer } from "../end-to-end/local-server.ts";
import { makeProject, succeed } from "../end-to-end/project.ts";

const WORDS = "examples/word_count/data/count_words";
const TEXTS = "//home/examples/texts";
const COUNTS = "//home/examples/counts";
const TOTALS = "//home/examples/totals";

/** A job of an operation: where it is in the specification, what it reads, and what it has to write. */
interface Job {
  readonly place: readonly string[];
  readonly input: string | undefined;
  readonly expected: string;
}

const map = (place: string): Job => ({
  place: [place],
  input: `${WORDS}/map.input.jsonl`,
  expected: `${WORDS}/map.expected.jsonl`,
});

const reduce: Job = {
  place: ["reducer"],
  input: `${WORDS}/reduce.input.jsonl`,
  expected: `${WORDS}/reduce.expected.jsonl`,
};

const report: Job = {
  place: ["tasks", "report"],
  input: undefined,
  expected: "examples/price_report/data/report/vanilla.expected.jsonl",
};

const ROWS = { $value: "json", $attributes: { encode_utf8: false } };

/** The operations that the document starts, in its order, in each language; and what arrives. */
const OPERATIONS: readonly (readonly [type: string, spec: object, jobs: readonly Job[]])[] = [
  ["map", tables(TEXTS, COUNTS, { mapper: formats() }), [map("mapper")]],
  ["reduce", tables(COUNTS, TOTALS, { reduce_by: ["word"], reducer: formats() }), [reduce]],
  [
    "map_reduce",
    tables(TEXTS, TOTALS, { reduce_by: ["word"], mapper: formats(), reducer: formats() }),
    [map("mapper"), reduce],
  ],
  ["vanilla", { tasks: { report: { job_count: 1 } } }, [report]],
];

function tables(from: string, to: string, more: object): object {
  return { input_table_paths: [from], output_table_paths: [to], ...more };
}

function formats(): object {
  return { input_format: ROWS, output_format: ROWS };
}

test("The document's operations arrive on the cluster, and their jobs run with just the files they list", async (t) => {
  const world = await makeWorld(t);
  const [publish = "", operation = "", ...yt] = world.blocks("sh");
  const [prelude = "", ...python] = world.blocks("python");
  const [json = ""] = world.blocks("json");
  const [settings = ""] = world.blocks("yaml");
  const [program = ""] = world.blocks("ts");
  const [answer = ""] = world.blocks("");

  await t.test("the outputs of the repository's own program", async () => {
    await world.configure(settings);
    await succeed(world.bash(publish));
    assert.deepEqual(await world.shownOutput(), JSON.parse(json));
  });

  await t.test(
    "the outputs of a program as the document shows it, with nothing to do",
    async () => {
      const before = await world.outputs();
      await addToTree(world.directory, { "index.ts": program });
      assert.match(await succeed(world.bash(publish)), /Nothing has changed\./);
      assert.deepEqual(await world.outputs(), before);
    },
  );

  assert.equal(python.length, OPERATIONS.length);
  assert.equal(yt.length, OPERATIONS.length);
  for (const [index, [type, spec, jobs]] of OPERATIONS.entries()) {
    await t.test(`${type} in Python`, async () => {
      const code = `${prelude}\n${python[index] ?? ""}`;
      await world.check(await world.python(code), answer, { type, spec, jobs });
    });
    await t.test(`${type} on the command line`, async () => {
      const code = `${operation}\n${yt[index] ?? ""}`;
      await world.check(await world.bash(code), answer, { type, spec, jobs });
    });
  }
});

interface Expected {
  readonly type: string;
  readonly spec: object;
  readonly jobs: readonly Job[];
}

/** A checkout with a cluster, on which the tables are that operations read. */
interface World {
  readonly directory: string;
  /** The document's blocks in a language. */
  blocks(language: string): readonly string[];
  configure(settings: string): Promise<void>;
  bash(code: string): Promise<Finished>;
  python(code: string): Promise<Finished>;
  /** All that `outputs.json` has. */
  outputs(): Promise<unknown>;
  /** What the document shows of it, with what differs from run to run as there. */
  shownOutput(): Promise<unknown>;
  /** Whether an operation was kept as the document says, is what it should be, and has jobs that run. */
  check(started: Finished, shown: string, expected: Expected): Promise<void>;
}

async function makeWorld(t: TestContext): Promise<World> {
  const document = await readCodeBlocks("docs/running-operations.md");
  const project = await makeProject(t, ["word_count", "price_report"]);
  const { directory } = project;
  const url = await startServer(t, path.join(directory, "cluster"));
  const cluster = rawCluster(url);
  await cluster.create("table", TEXTS);
  await cluster.create("table", COUNTS);
  await cluster.create("table", TOTALS);
  await addCommands(directory);
  const env = {
    PATH: ["bin", path.dirname(pythonPath), process.env["PATH"] ?? ""]
      .map((folder) => (folder === "bin" ? path.join(directory, folder) : folder))
      .join(path.delimiter),
    PYTHONPATH: undefined,
    YT_PROXY: url.replace("http://", ""),
    YT_TOKEN: "any",
    YTCODE_ENGINE: "embedded",
  };
  const run = (program: string, args: readonly string[]): Promise<Finished> =>
    runProgram(program, args, { cwd: directory, env });
  const outputs = async (): Promise<Outputs> =>
    JSON.parse(await readFile(path.join(directory, "outputs.json"), "utf8"));
  return {
    directory,
    blocks: (language) =>
      document.filter((block) => block.language === language).map(({ code }) => code),
    configure: (settings) =>
      addToTree(directory, { "stacks/Pulumi.dev.yaml": `${settings}  yt:proxy: ${url}\n` }),
    bash: (code) => run("bash", ["-euo", "pipefail", "-c", code]),
    python: (code) => run(pythonPath, ["-c", code]),
    outputs,
    async shownOutput() {
      const { digest = "", stages } = (await outputs())["word_count"] ?? {};
      const shown = stages?.["count_words"]?.["map"];
      return JSON.parse(
        JSON.stringify(shown)
          .replaceAll(digest, "<digest>")
          .replaceAll(String(shown?.["digest"]), "<digest of the stage>"),
      );
    },
    check: (started, shown, expected) =>
      checkOperation(cluster, directory, { started, shown, expected }),
  };
}

type Outputs = Readonly<
  Record<
    string,
    {
      readonly digest?: string;
      readonly stages?: Readonly<
        Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>
      >;
    }
  >
>;

/** What `npx` finds in a checkout, and the package under its own name, as its sources. */
async function addCommands(directory: string): Promise<void> {
  const file = path.join(REPOSITORY, "package.json");
  const manifest: Record<string, unknown> = JSON.parse(await readFile(file, "utf8"));
  const exports = { ".": "./provider/index.ts", "./handler": "./handler.cjs" };
  const npx = `#!/bin/sh\nshift\nexec '${process.execPath}' '${directory}/cli/main.ts' "$@"\n`;
  await addToTree(directory, {
    "package.json": JSON.stringify({ ...manifest, exports }),
    "bin/npx": npx,
  });
  await chmod(path.join(directory, "bin/npx"), 0o755);
}

async function checkOperation(
  cluster: RawCluster,
  directory: string,
  { started, shown, expected }: { started: Finished; shown: string; expected: Expected },
): Promise<void> {
  assert.equal(started.status, 1, started.stdout);
  const [message = ""] = /^.*Operations are not emulated .*$/m.exec(started.stderr) ?? [];
  const kept = /\/\/sys\/operations\/[0-9a-f]{2}\/[0-9a-f-]+/;
  const asShown = (line: string): string =>
    line.slice(line.indexOf("Operations")).replace(kept, "").trim();
  assert.equal(asShown(message), asShown(shown), started.stderr);
  const [node = ""] = kept.exec(message) ?? [];

  const spec = await cluster.get(`${node}/@spec`);
  assert.equal(await cluster.get(`${node}/@operation_type`), expected.type);
  assert.partialDeepStrictEqual(spec, expected.spec);
  for (const { place, input, expected: rows } of expected.jobs) {
    const job = await cluster.get(`${node}/@spec/${place.join("/")}`);
    const file = input === undefined ? undefined : path.join(REPOSITORY, input);
    const stdout = await runJobOf(cluster, directory, job, file);
    assert.deepEqual(parseRows(stdout), await readRows(path.join(REPOSITORY, rows)));
  }
}
