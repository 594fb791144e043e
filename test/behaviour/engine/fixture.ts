/** A small Pulumi project to run operations on, and a look at what they left. */
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeTemporaryDirectory } from "../../../common/files/temporary-directory.ts";
import type { TemporaryDirectory } from "../../../common/files/temporary-directory.ts";
import { runStackOperation } from "../../../engine/index.ts";
import type { StackOperationOptions, StackResult } from "../../../engine/index.ts";
import type { ResourceState } from "../../../engine/state/resource-state.ts";
import { handlerSource, thingSource } from "./fixture-sources.ts";

const nodeModules = fileURLToPath(new URL("../../../node_modules", import.meta.url));

/**
 * How long a group of tests may take. They run real processes one after another, and have to pass on a
 * machine with a load of 20 on two processors, where each operation takes half a minute.
 */
export const PATIENT = { timeout: 900_000 };

/** What one operation printed and came to. */
export interface Outcome {
  readonly result: StackResult;
  /** What it printed. */
  readonly text: string;
  readonly errorText: string;
}

/** A resource as the state file has it. */
export type StoredResource = Partial<Omit<ResourceState, "inputs" | "outputs">> & {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
};

/** The part of a state file that tests look at. */
export interface StoredDeployment {
  readonly resources?: readonly StoredResource[];
  readonly pending_operations?: readonly {
    readonly type: string;
    readonly resource: StoredResource;
  }[];
  readonly secrets_providers?: { readonly type: string };
}

/** A Pulumi project in a temporary folder, with a provider that keeps its objects in files. */
export class Fixture {
  readonly directory: string;
  readonly #folder: TemporaryDirectory;

  private constructor(folder: TemporaryDirectory) {
    this.#folder = folder;
    this.directory = folder.path;
  }

  /**
   * Makes a project. Its program is whatever {@link Fixture.program} says.
   *
   * @param files further files, by their path in the project
   */
  static async create(files: Readonly<Record<string, string>> = {}): Promise<Fixture> {
    const fixture = new Fixture(makeTemporaryDirectory("make a project"));
    await symlink(nodeModules, join(fixture.directory, "node_modules"));
    await fixture.write({
      "Pulumi.yaml":
        "name: fixture\nruntime:\n  name: nodejs\n  options: { typescript: false }\nmain: index.ts\nstackConfigDir: stacks\n",
      "package.json": '{ "name": "fixture", "type": "module" }\n',
      "stacks/Pulumi.dev.yaml": "config: {}\n",
      "handler.cjs": handlerSource,
      "thing.ts": thingSource,
      "index.ts": "",
      ...files,
    });
    await mkdir(join(fixture.directory, "objects"));
    return fixture;
  }

  /** Writes files, by their path in the project. */
  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(this.directory, path)), { recursive: true });
      await writeFile(join(this.directory, path), content);
    }
  }

  /** Writes the program; `Thing`, `Group` and `pulumi` are there to be used. */
  program(source: string): Promise<void> {
    return this.write({
      "index.ts": `import * as pulumi from "@pulumi/pulumi";\nimport { Group, Thing } from "./thing.ts";\n${source}\n`,
    });
  }

  /** Makes steps fail: the name of a resource, and what is wrong with it (see the handler). */
  faults(faults: Readonly<Record<string, string>>): Promise<void> {
    return this.write({ "faults.json": JSON.stringify(faults) });
  }

  /** Runs an operation on a stack. */
  async run(
    operation: StackOperationOptions["operation"],
    options: Partial<StackOperationOptions> = {},
  ): Promise<Outcome> {
    let text = "";
    let errorText = "";
    const result = await runStackOperation({
      operation,
      projectDirectory: this.directory,
      stack: "dev",
      stdout: { write: (chunk) => (text += chunk) },
      stderr: { write: (chunk) => (errorText += chunk) },
      environment: this.environment(),
      ...options,
    });
    return { result, text, errorText };
  }

  /**
   * The environment of operations: this process's, without what a developer may have set for Pulumi. Secrets are under the
   * empty passphrase unless it says otherwise.
   */
  environment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("PULUMI_"));
    const own = {
      PULUMI_HOME: join(this.directory, "pulumi-home"),
      PULUMI_CONFIG_PASSPHRASE: "",
    };
    return { ...Object.fromEntries(inherited), ...own, ...extra };
  }

  /** The stack's state, as it stands in its file. */
  async state(stack = "dev"): Promise<StoredDeployment> {
    const text = await this.read(`.pulumi/stacks/fixture/${stack}.json`);
    const file: { readonly checkpoint: { readonly latest: StoredDeployment } } = JSON.parse(text);
    return file.checkpoint.latest;
  }

  /** One resource of the state. */
  async resource(name: string, stack = "dev"): Promise<StoredResource | undefined> {
    const { resources = [] } = await this.state(stack);
    return resources.find(({ urn }) => urn.endsWith(`::${name}`));
  }

  /** What the provider was asked to do since the last time: `create a`, `update a`, … */
  async calls(): Promise<readonly string[]> {
    const path = join(this.directory, "calls.log");
    const text = await readFile(path, "utf8").catch(() => "");
    await writeFile(path, "");
    return text.split("\n").filter((line) => line !== "");
  }

  /** A file of the project. */
  read(path: string): Promise<string> {
    return readFile(join(this.directory, path), "utf8");
  }

  /** Removes the project. That is done, too, when the process ends before. */
  async remove(): Promise<void> {
    this.#folder[Symbol.dispose]();
  }
}

/** The steps of a result in short: `create a`, `update b ~label`. Providers and the stack are left out. */
export function stepsOf({ result }: Outcome): readonly string[] {
  return result.steps
    .filter(({ type }) => !type.startsWith("pulumi:"))
    .map(({ operation, name, differences }) => [operation, name, ...differences].join(" "));
}
