/** `ytcode init`: finds out what is to be made, makes it, and says how to go on. */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../../common/errors/user-error.ts";
import { exists } from "../../common/files/exists.ts";
import { listNames } from "../../common/files/list-names.ts";
import { toPosix } from "../../common/files/posix-path.ts";
import { shellWord } from "../../common/text/shell-word.ts";
import { mayAsk } from "../stack/may-ask.ts";
import { currentCaller, typedCommand } from "../stack/next-commands.ts";
import { ExitStatus } from "../terminal/exit-status.ts";
import { printLines } from "../terminal/output.ts";
import { shownPath, userDirectory, userPath } from "../user-directory.ts";
import { askAll } from "./ask.ts";
import type { Question } from "./ask.ts";
import type { InitOptions } from "./command.ts";
import { plainNameProblem, pulumiNameProblem } from "./names.ts";
import type { NameProblem } from "./names.ts";
import { pipelineFiles } from "./pipeline-files.ts";
import { declarationOf, projectFiles } from "./project-files.ts";
import type { Files, Operation } from "./stage-template.ts";
import { OPERATIONS, trial } from "./stage-template.ts";
import { writeNewFiles } from "./write-files.ts";

const DEFAULTS = {
  pipeline: "daily",
  stage: "clean",
  operation: "map",
  stack: "dev",
  proxy: "local",
};

/** Where Ctrl-C leaves off: as a shell tells it. */
const INTERRUPTED = 130;

/** What is asked for, and how what was said about it is checked. */
interface Field {
  readonly text: string;
  readonly option: string;
  readonly said: string | undefined;
  readonly proposed: string;
  readonly problem: NameProblem;
}

/**
 * Makes a project or a pipeline.
 *
 * @throws {UserError} when a name cannot be used, or something is in the way
 * @throws {ExitStatus} when the user has ended it, or npm install has failed
 */
export async function runInit(directory: string | undefined, options: InitOptions): Promise<void> {
  const here = directory === undefined ? userDirectory() : userPath(directory);
  const root = await findProjectRoot(here);
  if (root === undefined) {
    await makeProject(here, options);
  } else {
    await makePipeline(root, directory === undefined ? undefined : here, options);
  }
}

async function makeProject(root: string, options: InitOptions): Promise<void> {
  const folder = path.basename(root).replaceAll(/[^\w.-]/g, "-");
  const [name = "", pipeline = "", stage = "", operation = "", stack = "", proxy = ""] =
    await answersTo(
      [
        field("Name of the project", "--name", options.name, folder, pulumiNameProblem),
        ...pipelineFields(options, DEFAULTS.pipeline),
        field(
          "Name of the first stack",
          "--stack",
          options.stack,
          DEFAULTS.stack,
          pulumiNameProblem,
        ),
        field("Cluster", "--proxy", options.proxy, DEFAULTS.proxy, emptyProblem),
      ],
      options,
    );
  const made = { name: pipeline, stage, operation: operationOf(operation) };
  const files = {
    ...projectFiles({ name, stack, proxy }),
    ...below(
      `pipelines/${pipeline}`,
      pipelineFiles(made, { project: "../..", buildFolder: `//home/${name}/${pipeline}/build` }),
    ),
  };
  await writeNewFiles(root, files);
  const shown = shownPath(root);
  await printLines([
    `Project "${name}" with pipeline "${pipeline}" is in ${root === userDirectory() ? "this folder" : shown}`,
  ]);
  if (options.install) {
    await install(root);
  }
  const steps = root === userDirectory() ? [] : [`cd ${shellWord(shown)}`];
  const isOther = stack === DEFAULTS.stack ? [] : ["--stack", stack];
  const run = trial(`pipelines/${pipeline}`, stage, made.operation);
  await printLines([
    "",
    "Next:",
    ...[...steps, ...(options.install ? [] : ["npm install"])].map((line) => `  ${line}`),
    `  ${["npx ytcode run", ...run].join(" ")}`,
    `  ${["npx ytcode up", ...isOther].join(" ")}`,
  ]);
}

async function makePipeline(
  root: string,
  directory: string | undefined,
  options: InitOptions,
): Promise<void> {
  const given =
    directory === undefined || directory === root ? undefined : path.basename(directory);
  const [pipeline = "", stage = "", operation = ""] = await answersTo(
    pipelineFields(options, given ?? DEFAULTS.pipeline),
    options,
  );
  const folder = given === undefined ? path.join(root, "pipelines", pipeline) : (directory ?? root);
  const made = { name: pipeline, stage, operation: operationOf(operation) };
  const relative = toPosix(path.relative(root, folder));
  const { name: projectName, settingsDirectory } = await readTheProject(root);
  const isDeclared = await hasPattern(settingsDirectory, `./${path.posix.dirname(relative)}/*`);
  const place = {
    project: toPosix(path.relative(folder, root)),
    buildFolder: `//home/${projectName}/${pipeline}/build`,
  };
  await writeNewFiles(folder, pipelineFiles(made, place));
  const caller = currentCaller();
  const run = trial(shownPath(folder), stage, made.operation);
  await printLines([
    `Pipeline "${pipeline}" is in ${shownPath(folder)}`,
    ...(isDeclared
      ? []
      : [
          "",
          "Declare it in the project's program:",
          `  ${declarationOf(pipeline, `./${relative}`)}`,
        ]),
    "",
    "Next:",
    `  ${typedCommand("run", run, caller)}`,
    `  ${typedCommand("preview", [], caller)}`,
  ]);
}

function pipelineFields(options: InitOptions, name: string): readonly Field[] {
  const { pipeline, stage, operation } = options;
  return [
    field("Name of the pipeline", "--pipeline", pipeline, name, plainNameProblem),
    field("Name of its first stage", "--stage", stage, DEFAULTS.stage, plainNameProblem),
    field(
      `Runs as ${OPERATIONS.join(", ")}`,
      "--operation",
      operation,
      DEFAULTS.operation,
      operationProblem,
    ),
  ];
}

function field(
  text: string,
  option: string,
  said: string | undefined,
  proposed: string,
  problem: NameProblem,
): Field {
  return { text, option, said, proposed, problem };
}

/** What the options say, and else the user, or nobody: then it is what would be proposed. */
async function answersTo(
  fields: readonly Field[],
  { yes = false }: InitOptions,
): Promise<readonly string[]> {
  const asked = await askedAnswers(fields, yes);
  for (const [index, { option, problem }] of fields.entries()) {
    const answer = asked[index] ?? "";
    const wrong = problem(answer);
    if (wrong !== undefined) {
      throw new UserError(`Cannot use "${answer}" for ${option}: ${wrong}`);
    }
  }
  return asked;
}

async function askedAnswers(fields: readonly Field[], yes: boolean): Promise<readonly string[]> {
  const { stdin, stdout } = process;
  const stack = { stack: "", yes };
  const open = fields.filter(({ said }) => said === undefined);
  if (!mayAsk(stack, { environment: process.env, stdin, stdout })) {
    return fields.map(({ said, proposed }) => said ?? proposed);
  }
  const questions: readonly Question[] = open;
  const answers = await askAll(questions, { input: stdin, output: stdout });
  if (answers === undefined) {
    throw new ExitStatus(INTERRUPTED);
  }
  return fields.map((each) => each.said ?? answers[open.indexOf(each)] ?? each.proposed);
}

const emptyProblem: NameProblem = (text) => (text === "" ? 'write a host, or "local"' : undefined);

const operationProblem: NameProblem = (text) =>
  OPERATIONS.some((operation) => operation === text)
    ? undefined
    : `write one of ${OPERATIONS.join(", ")}`;

function operationOf(text: string): Operation {
  const found = OPERATIONS.find((operation) => operation === text);
  if (found === undefined) {
    throw new TypeError(`"${text}" is no operation`);
  }
  return found;
}

function below(folder: string, files: Files): Files {
  return Object.fromEntries(
    Object.entries(files).map(([file, text]) => [`${folder}/${file}`, text]),
  );
}

/** The project that a folder, or the nearest one above it that is there, belongs to. */
async function findProjectRoot(directory: string): Promise<string | undefined> {
  for (const name of ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"]) {
    if (await exists(path.join(directory, name))) {
      return directory;
    }
  }
  const above = path.dirname(directory);
  return above === directory ? undefined : findProjectRoot(above);
}

/** Installs what the project depends on, with npm, which shows what it does. */
async function install(directory: string): Promise<void> {
  const child = spawn("npm", ["install", "--no-audit", "--no-fund"], {
    cwd: directory,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const status = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("close", resolve);
  });
  if (status !== 0) {
    process.stderr.write(
      `ytcode: Cannot install the packages of "${directory}": npm install has failed; the files are there, run "npm install" in that folder again\n`,
    );
    throw new ExitStatus(1);
  }
}

/** Whether the settings of a stack list the pipelines of a folder, by this pattern. Then a new one there is declared. */
async function hasPattern(settingsDirectory: string, pattern: string): Promise<boolean> {
  const names = (await listNames(settingsDirectory)).filter((name) => /^Pulumi\.\S/.test(name));
  const texts = await Promise.all(
    names.map(async (name) => readFile(path.join(settingsDirectory, name), "utf8")),
  );
  return texts.some((text) => text.includes(pattern));
}

async function readTheProject(root: string) {
  const { readProject } = await import("../../engine/project/project.ts");
  return readProject(root);
}
