/**
 * What the lifecycle tests share: a project with a pipeline, a cluster of their own, and a
 * resource that goes through its steps as Pulumi's engine takes it through them.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { startLocalCluster } from "../../../local-cluster/index.ts";
import type { LocalCluster } from "../../../local-cluster/index.ts";
import { isProperties } from "../../../provider/resource/arguments.ts";
import type { Properties } from "../../../provider/resource/arguments.ts";
import { check } from "../../../provider/resource/check.ts";
import type { CheckResult } from "../../../provider/resource/check.ts";
import { diff } from "../../../provider/resource/diff.ts";
import { KNOWN_KEY } from "../../../provider/resource/inputs.ts";
import type { CheckedInputs } from "../../../provider/resource/inputs.ts";
import { read } from "../../../provider/resource/read.ts";
import { remove } from "../../../provider/resource/remove.ts";
import type { ProviderSettings } from "../../../provider/resource/settings.ts";
import { sync } from "../../../provider/resource/sync.ts";
import { sha256 } from "../../tools/publication-fixtures.ts";
import { rawCluster } from "../../tools/raw-cluster.ts";
import type { RawCluster } from "../../tools/raw-cluster.ts";
import { addToTree, makeTree } from "../../tools/temporary-tree.ts";
import type { Tree } from "../../tools/temporary-tree.ts";

export { md5, sha256 } from "../../tools/publication-fixtures.ts";

export const BUILD_FOLDER = "//home/daily/build";

/** A configuration that enables some stages and publishes in {@link BUILD_FOLDER}. */
export function configuration(stages: readonly string[]): string {
  const lines = ["pipeline:", "  mode: prod", `  build_folder: ${BUILD_FOLDER}`, "stages:"];
  return [...lines, `  enabled_stages: [${stages.join(", ")}]`, ""].join("\n");
}

/** Two stages of one operation each: four parts, with `ytjobs/` and `wrappers/`. */
const DAILY: Tree = {
  "configs/config.yaml": configuration(["clean", "score"]),
  "stages/clean/config.yaml": "limit: 1\n",
  "stages/clean/src/mapper.py": "print('clean')\n",
  "stages/score/config.yaml": "limit: 2\n",
  "stages/score/src/vanilla.py": "print('score')\n",
};

/** The names that {@link DAILY} gives in a build folder, sorted, without `versions`. */
export const STABLE_NAMES = [
  "operation_wrapper_clean_map.sh",
  "operation_wrapper_score_vanilla.sh",
  "source.tar.gz",
];

/** A cluster, and a client for it that has none of the code under test. */
export interface TestCluster {
  readonly cluster: LocalCluster;
  readonly raw: RawCluster;
  /** How many requests of a command came in since the last `clearRequests()`. */
  readonly count: (command: string) => number;
}

/** Starts a cluster that ends with the test. */
export async function startCluster(test: TestContext, token?: string): Promise<TestCluster> {
  const dataDirectory = await mkdtemp(path.join(tmpdir(), "cluster-"));
  const cluster = await startLocalCluster({ dataDirectory, token });
  test.after(async () => {
    await cluster.close();
    await rm(dataDirectory, { recursive: true });
  });
  const count = (command: string): number =>
    cluster.requests.filter((request) => request.command === command).length;
  return { cluster, raw: rawCluster(cluster.url, token), count };
}

/** A project with the pipeline `daily`. */
export interface Project {
  /** Absolute path. */
  readonly directory: string;
  /** Absolute path of its pipeline directory. */
  readonly pipeline: string;
  /** Writes files of the pipeline. */
  readonly edit: (changes: Tree) => Promise<void>;
  /** Declares a resource, by default `daily` in mode prod; `args` are added or put in place. */
  readonly declare: (proxy: string, args?: Properties, declarer?: Properties) => TestResource;
}

/** Makes a project; `changes` are to its pipeline. */
export async function makeProject(test: TestContext, changes: Tree = {}): Promise<Project> {
  const directory = await makeTree(test);
  const pipeline = path.join(directory, "daily");
  await addToTree(pipeline, { ...DAILY, ...changes });
  return {
    directory,
    pipeline,
    edit: (edited) => addToTree(pipeline, edited),
    declare: (proxy, args = { pipeline: "daily" }, declarer = {}) =>
      new TestResource(
        { proxy, token: undefined, projectDirectory: directory, startLocalCluster },
        {
          ...args,
          __declarer: { resource: "daily", project: "sales", stack: "prod", ...declarer },
        },
      ),
  };
}

/** A project and a cluster, for the many tests that need one of each. */
export async function makeProjectWithCluster(
  test: TestContext,
  changes: Tree = {},
): Promise<Project & TestCluster & { readonly url: string }> {
  const testCluster = await startCluster(test);
  const project = await makeProject(test, changes);
  return { ...project, ...testCluster, url: testCluster.cluster.url };
}

let lastId = 0;

/** A resource, with what Pulumi's engine would remember of it. */
export class TestResource {
  settings: ProviderSettings;
  args: Properties;
  id = "";
  /** The outputs in state; undefined when there is no resource. */
  outputs: Properties | undefined;
  /** Every line for the user so far. */
  readonly lines: string[] = [];

  constructor(settings: ProviderSettings, args: Properties) {
    this.settings = settings;
    this.args = args;
  }

  readonly log = (line: string): void => {
    this.lines.push(line);
  };

  check(): Promise<CheckResult> {
    return check(this.args, this.settings, this.log);
  }

  /** @throws {AssertionError} when there are failures */
  async checked(): Promise<CheckedInputs> {
    const { inputs, failures } = await this.check();
    assert.deepEqual(failures, []);
    assert.ok(isChecked(inputs));
    return asSent(inputs);
  }

  /** Brings it up as the engine does, and says how. A replacement is created first, then the old one is removed. */
  async up(): Promise<"create" | "update" | "replace" | "same"> {
    const inputs = await this.checked();
    const { id, outputs } = this;
    if (outputs === undefined) {
      await this.create(inputs);
      return "create";
    }
    const { changes, replaces } = diff(outputs, inputs);
    if (replaces.length > 0) {
      await this.create(inputs);
      await remove(id, outputs, this.settings, this.log);
      return "replace";
    }
    if (!changes) {
      return "same";
    }
    await this.update(inputs);
    return "update";
  }

  async create(inputs: CheckedInputs): Promise<void> {
    lastId += 1;
    const id = `daily-${lastId}`;
    this.outputs = await this.#sync(inputs, undefined, id);
    this.id = id;
  }

  async update(inputs: CheckedInputs): Promise<void> {
    this.outputs = await this.#sync(inputs, this.outputs, this.id);
  }

  async #sync(
    inputs: CheckedInputs,
    olds: Properties | undefined,
    id: string,
  ): Promise<Properties> {
    const { settings, log } = this;
    return asSent(await sync(inputs, olds, { settings, log, resourceId: id }));
  }

  /** Reads it anew. @returns the inputs that were found */
  async refresh(): Promise<Properties> {
    const found = await read(this.id, this.outputs ?? {}, this.settings, this.log);
    assert.equal(found.id, this.id);
    this.outputs = asSent(found.props);
    return asSent(found.inputs);
  }

  async destroy(): Promise<void> {
    await remove(this.id, this.outputs ?? {}, this.settings, this.log);
    this.outputs = undefined;
  }

  /** An output that is a text. */
  text(name: string): string {
    const value = this.outputs?.[name];
    assert.ok(typeof value === "string", `Output "${name}" is no text`);
    return value;
  }
}

function isChecked(inputs: CheckedInputs | Properties): inputs is CheckedInputs {
  return isProperties(inputs[KNOWN_KEY]);
}

/** Pulumi's protocol carries JSON: what does not survive that would be lost. */
function asSent<Value extends object>(value: Value): Value {
  assert.deepEqual(JSON.parse(JSON.stringify(value)), value);
  return structuredClone(value);
}

/**
 * Everything below a node, as text by path, for comparison: a node that was
 * written, or made anew, or got other attributes, has another text.
 */
export async function describeNodes(
  raw: RawCluster,
  node: string,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const child of await raw.listWithAttributes(node, ["type", "id", "revision", "md5"])) {
    const { type, id, revision, md5: content } = child.attributes;
    const childPath = node === "/" ? `//${child.name}` : `${node}/${child.name}`;
    found[childPath] = [type, id, revision, content].map(String).join(" ");
    if (type === "map_node") {
      Object.assign(found, await describeNodes(raw, childPath));
    }
  }
  return found;
}

/** The files below a folder, apart from `.build`, as digests by path. */
export async function digestFiles(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((name) => !name.split(path.sep).includes(".build"));
  const digests = files.map(async (name) => [
    name,
    sha256(await readFile(path.join(folder, name))),
  ]);
  return Object.fromEntries(await Promise.all(digests));
}

/** An address that nothing listens at: `127.0.0.1:12345`. */
export async function unusedHost(): Promise<string> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  await once(server.close(), "close");
  assert.ok(typeof address === "object" && address !== null);
  return `127.0.0.1:${address.port}`;
}
