/** Runs `ytcode stack …` and `ytcode cancel`: through the Pulumi CLI when there is one, else on the files themselves. */
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { UserError } from "../../common/errors/user-error.ts";
import { writeAtomically } from "../../common/files/atomic-write.ts";
import { explainingFileErrors } from "../../common/files/explaining-file-errors.ts";
import { jsonText } from "../../common/text/json-text.ts";
import type { StackContext } from "../../engine/stack-context.ts";
import { confirm } from "../terminal/confirm.ts";
import { ExitStatus } from "../terminal/exit-status.ts";
import { printLines } from "../terminal/output.ts";
import { columnsOf } from "../terminal/terminal.ts";
import { textTable } from "../terminal/text-table.ts";
import { stackOfProject } from "../../engine/project/stack-name.ts";
import { stackName } from "../stack/chosen-stack.ts";
import { refuseCliOnlyFlags } from "../stack/cli-only-flags.ts";
import type { CliCommandName } from "../stack/cli-only-flags.ts";
import { givenCommonFlags } from "../stack/common-flags.ts";
import type { FlagValues } from "../stack/flag-option.ts";
import { mayAsk } from "../stack/may-ask.ts";
import { openPulumi, runPulumi } from "../stack/pulumi-cli.ts";
import type { OpenedPulumi } from "../stack/pulumi-cli.ts";
import { shownPath, userDirectory, userPath } from "../user-directory.ts";

/** Options that all of them take, as commander gives them. */
export interface StacksChoice extends FlagValues {
  readonly stack?: string | undefined;
  readonly cwd?: string;
  readonly nonInteractive?: boolean;
}

async function loadStacks() {
  return import("../../engine/stacks/index.ts");
}

/** `stack ls`. */
export async function runList(options: StacksChoice & { readonly json?: boolean }): Promise<void> {
  const { json = false } = options;
  if (await ranThroughPulumi("stack ls", json ? ["--json"] : [], options)) {
    return;
  }
  const { findProject, listStacks, selectedStack } = await loadStacks();
  const project = await findProject(directoryOf(options), process.env);
  const [stacks, selected] = await Promise.all([listStacks(project), selectedStack(project)]);
  if (json) {
    await printLines([
      jsonText(stacks.map(({ name, ...rest }) => ({ name, current: name === selected, ...rest }))),
    ]);
  } else {
    const rows = stacks.map(({ name, lastUpdate, resourceCount, error }) => [
      name === selected ? `${name}*` : name,
      error === undefined ? shownUpdate(lastUpdate) : "unreadable",
      String(resourceCount ?? ""),
    ]);
    await printLines(
      textTable(
        [["NAME", "LAST UPDATE", "RESOURCE COUNT"], ...rows],
        [],
        columnsOf(process.stdout),
      ),
    );
  }
  // All of them are listed before what is wrong with some.
  const errors = stacks.flatMap(({ error }) => error ?? []);
  if (errors.length > 0) {
    throw new UserError(errors.join("\n"));
  }
}

/** `stack init`. */
export async function runInitStack(
  name: string,
  options: StacksChoice & { readonly select: boolean },
): Promise<void> {
  const argv = [name, ...(options.select ? [] : ["--no-select"])];
  if (await ranThroughPulumi("stack init", argv, { ...options, stack: undefined })) {
    return;
  }
  const { findProject, initStack, selectStack } = await loadStacks();
  const project = await findProject(directoryOf(options), process.env);
  const settings = await initStack(project, name);
  await printLines([`Created stack "${name}"; its settings are in ${shownPath(settings)}`]);
  if (options.select) {
    await selectStack(project, name);
  }
}

/** `stack select`. */
export async function runSelect(
  name: string,
  options: StacksChoice & { readonly create?: boolean },
): Promise<void> {
  const argv = [name, ...(options.create === true ? ["--create"] : [])];
  if (await ranThroughPulumi("stack select", argv, { ...options, stack: undefined })) {
    return;
  }
  const { findStack, selectStack } = await loadStacks();
  if (options.create === true) {
    await makeWhereMissing(name, options);
  }
  const context = await findStack(directoryOf(options), name, process.env);
  if (!(await selectStack(context, context.store.identity.stack))) {
    throw new UserError(
      `Cannot select stack "${name}" as you have no home directory to keep that in: set HOME or PULUMI_HOME, or PULUMI_STACK=${name}`,
    );
  }
}

async function makeWhereMissing(name: string, options: StacksChoice): Promise<void> {
  const { findProject, initStack, listStacks } = await loadStacks();
  const project = await findProject(directoryOf(options), process.env);
  const short = stackOfProject(name, project.project.name);
  if (!(await listStacks(project)).some((stack) => stack.name === short)) {
    const settings = await initStack(project, name);
    await printLines([`Created stack "${name}"; its settings are in ${shownPath(settings)}`]);
  }
}

/** `stack rm`. */
export async function runRemove(
  name: string | undefined,
  options: StacksChoice & { readonly yes?: boolean; readonly preserveConfig?: boolean },
): Promise<void> {
  const { yes = false, preserveConfig = false } = options;
  const argv = [...(yes ? ["--yes"] : []), ...(preserveConfig ? ["--preserve-config"] : [])];
  if (await ranThroughPulumi("stack rm", argv, named(name, options))) {
    return;
  }
  const context = await findChosen(named(name, options));
  const { stack } = context.store.identity;
  await ask(
    `Remove stack "${stack}"${preserveConfig ? "" : " and its settings file"}? (yes/no) `,
    options,
  );
  const { removeStack, selectedStack, selectStack } = await loadStacks();
  await explainingFileErrors(`remove stack "${stack}"`, () =>
    removeStack({
      projectDirectory: directoryOf(options),
      stack,
      withSettings: !preserveConfig,
    }),
  );
  // Before anything else can fail.
  await printLines([`Stack "${stack}" has been removed`]);
  if ((await selectedStack(context)) === stack) {
    await selectStack(context, undefined);
  }
}

/** `stack export`. */
export async function runExport(options: StacksChoice & { readonly file?: string }): Promise<void> {
  const { file } = options;
  const argv = file === undefined ? [] : ["--file", userPath(file)];
  if (await ranThroughPulumi("stack export", argv, options)) {
    return;
  }
  const { exportState } = await loadStacks();
  const state = await exportState(await findChosen(options));
  if (file === undefined) {
    await printLines([state]);
    return;
  }
  await explainingFileErrors(`write "${file}"`, () =>
    writeAtomically(userPath(file), `${state}\n`, { mode: 0o600 }),
  );
}

/** `stack import`. */
export async function runImport(options: StacksChoice & { readonly file?: string }): Promise<void> {
  const { file } = options;
  const argv = file === undefined ? [] : ["--file", userPath(file)];
  if (await ranThroughPulumi("stack import", argv, options)) {
    return;
  }
  const { importState } = await loadStacks();
  const context = await findChosen(options);
  const state =
    file === undefined
      ? await text(process.stdin)
      : await explainingFileErrors(`read "${file}"`, () => readFile(userPath(file), "utf8"));
  await importState(context, state, file ?? "standard input");
  await printLines(["Import complete."]);
}

/** `stack history`. */
export async function runHistory(
  options: StacksChoice & { readonly json?: boolean },
): Promise<void> {
  const { json = false } = options;
  if (await ranThroughPulumi("stack history", json ? ["--json"] : [], options)) {
    return;
  }
  const { readHistory } = await loadStacks();
  const { store } = await findChosen(options);
  const updates = (await readHistory(store)).map((update) => ({
    ...update,
    startTime: timeOf(update.startTime),
    endTime: timeOf(update.endTime),
  }));
  if (json) {
    await printLines([jsonText(updates)]);
    return;
  }
  const rows = updates.map(({ startTime, kind, result, resourceChanges, message }) => [
    shownTime(startTime),
    kind,
    result,
    Object.entries(resourceChanges)
      .map(([operation, count]) => `${count} ${operation}`)
      .join(", "),
    message,
  ]);
  await printLines(
    rows.length === 0
      ? ["nothing was done yet"]
      : textTable(
          [["TIME", "KIND", "RESULT", "CHANGES", "MESSAGE"], ...rows],
          [],
          columnsOf(process.stdout),
        ),
  );
}

/** `cancel`. */
export async function runCancel(
  name: string | undefined,
  options: StacksChoice & { readonly yes?: boolean },
): Promise<void> {
  const { yes = false } = options;
  if (await ranThroughPulumi("cancel", yes ? ["--yes"] : [], named(name, options))) {
    return;
  }
  const context = await findChosen(named(name, options));
  const { cancelLocks, describeHolder } = await loadStacks();
  const { stack } = context.store.identity;
  await ask(
    `Remove the lock of stack "${stack}"? An operation that still runs would go on beside the next one (yes/no) `,
    options,
  );
  const holders = await explainingFileErrors(`remove the lock of stack "${stack}"`, () =>
    cancelLocks(context.store),
  );
  await printLines(
    holders.length === 0
      ? [`Stack "${stack}" was not locked`]
      : holders.map((holder) => `Removed the lock of ${describeHolder(holder)}`),
  );
}

/** Asks where somebody is there, and refuses where nobody is and `--yes` was not said. */
async function ask(
  question: string,
  options: StacksChoice & { readonly yes?: boolean },
): Promise<void> {
  if (options.yes === true) {
    return;
  }
  const { stdin, stdout, env } = process;
  if (!mayAsk({ ...options, stack: "" }, { environment: env, stdin, stdout })) {
    throw new UserError(
      "Cannot ask whether this is meant as there is no terminal: say it with --yes",
    );
  }
  const signal = new AbortController().signal;
  if ((await confirm(question, { input: stdin, output: stdout, signal })) !== "yes") {
    stdout.write("confirmation declined, nothing was done\n");
    throw new ExitStatus(1);
  }
}

function directoryOf({ cwd }: StacksChoice): string {
  return cwd === undefined ? userDirectory() : userPath(cwd);
}

/** A stack may be named as an argument, or with the option. */
function named(name: string | undefined, options: StacksChoice): StacksChoice {
  return name === undefined ? options : { ...options, stack: name };
}

/** Where there is no Pulumi CLI: it has been looked for. */
async function findChosen(options: StacksChoice): Promise<StackContext> {
  const { findStack } = await loadStacks();
  const directory = directoryOf(options);
  return findStack(directory, await stackName(options.stack, directory, undefined), process.env);
}

/** @returns false when there is no Pulumi CLI @throws {ExitStatus} when its command failed */
async function ranThroughPulumi(
  name: CliCommandName,
  argv: readonly string[],
  options: StacksChoice,
): Promise<boolean> {
  const pulumi = await openPulumi(directoryOf(options));
  if (pulumi === undefined) {
    refuseCliOnlyFlags(name, options);
    return false;
  }
  const stack = await stackOption(name, options, pulumi);
  const status = await runPulumi(pulumi.run, [
    ...name.split(" "),
    ...argv,
    ...givenCommonFlags(name, options),
    ...stack,
  ]);
  if (status !== 0) {
    throw new ExitStatus(status);
  }
  return true;
}

/** Commands that take or list any stack; the others work on one, which is the same with and without the CLI. */
const WITHOUT_STACK: readonly CliCommandName[] = ["stack ls", "stack init", "stack select"];

async function stackOption(
  name: CliCommandName,
  options: StacksChoice,
  pulumi: OpenedPulumi,
): Promise<readonly string[]> {
  const stack = WITHOUT_STACK.includes(name)
    ? options.stack
    : await stackName(options.stack, directoryOf(options), pulumi);
  return stack === undefined ? [] : ["--stack", stack];
}

function shownUpdate(time: string | undefined): string {
  return time === undefined ? "never" : shownTime(time);
}

/** To the second, in UTC. */
function shownTime(time: string): string {
  return time.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC");
}

/** From seconds since 1970. */
function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
