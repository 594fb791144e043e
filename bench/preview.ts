/**
 * A preview that changes nothing, of a stack with the example pipelines, against that of a stack
 * with the smallest dynamic resource there can be: what it costs that the preview tells the truth. The same of many.
 */
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { copyProject, EXAMPLES } from "../test/behaviour/end-to-end/project.ts";
import { report, timeInTurn } from "./compare.ts";
import type { Contestant } from "./compare.ts";
import { comparePreviewsOfMany, EMPTY_RESOURCES, makeManyPipelines } from "./many-previews.ts";

const REPOSITORY = fileURLToPath(new URL("..", import.meta.url));
const RUNS = 7;

/** The least a dynamic resource can be: a constant provider that does nothing. */
const SMALLEST = `
import { CustomResource } from "@pulumi/pulumi";
new CustomResource("pulumi-nodejs:dynamic:Resource", "smallest", {
  __provider: "exports.handler = () => ({ create: async () => ({ id: '1' }), diff: async () => ({ changes: false }) })",
});
`;

/** As the SDK's documentation has it: the provider is an object that the SDK serializes. */
const ORDINARY = `
import { dynamic } from "@pulumi/pulumi";
const provider = { create: async () => ({ id: "1" }), diff: async () => ({ changes: false }) };
new (class extends dynamic.Resource { constructor() { super(provider, "ordinary", {}); } })();
`;

/** Measures; gives the lines of the report. */
export async function* benchPreview(): AsyncGenerator<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "bench-preview-"));
  try {
    const contestants = [
      preview("the five example pipelines", await makeExamples(path.join(folder, "examples"))),
      preview(
        "the smallest dynamic resource",
        await makeProgram(path.join(folder, "least"), SMALLEST),
      ),
      preview(
        "an ordinary dynamic resource",
        await makeProgram(path.join(folder, "plain"), ORDINARY),
      ),
    ];
    const many = [
      preview("200 pipelines", await makeManyPipelines(path.join(folder, "many"))),
      preview(
        "200 empty dynamic resources",
        await makeProgram(path.join(folder, "empty"), EMPTY_RESOURCES),
      ),
    ];
    for (const contestant of [...contestants, ...many]) {
      await timeInTurn([asUp(contestant)], 0);
    }
    yield "preview: nothing has changed (the aim is 1.1 to the smallest)";
    yield* report(await timeInTurn(contestants, RUNS));
    yield* comparePreviewsOfMany(many);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function preview(name: string, cwd: string): Contestant {
  const ytcode = path.join(REPOSITORY, "cli/main.ts");
  const env = { YTCODE_ENGINE: "embedded" };
  return { name, cwd, env, command: [process.execPath, ytcode, "preview"] };
}

function asUp(contestant: Contestant): Contestant {
  const [program, script = ""] = contestant.command;
  return { ...contestant, command: [program, script, "up"] };
}

async function makeExamples(directory: string): Promise<string> {
  await mkdir(directory);
  await copyProject(directory, EXAMPLES);
  return directory;
}

async function makeProgram(directory: string, program: string): Promise<string> {
  await mkdir(path.join(directory, "stacks"), { recursive: true });
  await cp(path.join(REPOSITORY, "Pulumi.yaml"), path.join(directory, "Pulumi.yaml"));
  await writeFile(path.join(directory, "package.json"), '{ "type": "module" }\n');
  await writeFile(path.join(directory, "index.ts"), program);
  await writeFile(path.join(directory, "stacks/Pulumi.dev.yaml"), "config: {}\n");
  await symlink(path.join(REPOSITORY, "node_modules"), path.join(directory, "node_modules"));
  return directory;
}
