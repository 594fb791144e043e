/** The stack that a command is for, as the Pulumi CLI knows it: looked for without selecting it, made only where its settings are. */
import { UserError } from "../../common/errors/user-error.ts";
import { isRecord } from "../../common/values/is-record.ts";
import type { Project } from "../../engine/project/project.ts";
import { listStackSettings, stackSettingsPath } from "../../engine/project/stack-settings.ts";
import { readPulumi, runPulumi } from "./pulumi-cli.ts";
import type { PulumiRun } from "./pulumi-cli.ts";

/**
 * Makes sure that the CLI knows the stack. What the user has selected stays selected.
 *
 * @param name as the user gave it, short or qualified
 * @param options.make make it where it has settings, as the embedded engine would without being told. @default true
 * @returns 0, or the exit status of the CLI when that has failed, and has said why
 * @throws {UserError} when there is neither such a stack nor settings for it
 */
export async function ensureStack(
  run: PulumiRun,
  project: Project,
  name: string,
  { make = true }: { readonly make?: boolean } = {},
): Promise<number> {
  const show = ["stack", "--stack", name, "--show-name", "--non-interactive"];
  if ((await runPulumi(run, show, { quiet: true })) === 0) {
    return 0;
  }
  const list = ["stack", "ls", "--json", "--non-interactive"];
  const listed = await readPulumi(run, list);
  if (listed === undefined) {
    // Nobody is logged in, or the like: it says what is wrong.
    return runPulumi(run, list);
  }
  const short = shortName(name);
  const known = namesIn(listed);
  if (known.some((candidate) => candidate === name || candidate === short)) {
    return 0;
  }
  const withSettings = await listStackSettings(project);
  if (make && withSettings.includes(short)) {
    return runPulumi(run, ["stack", "init", name, "--no-select", "--non-interactive"]);
  }
  const names = [...new Set(make ? [...known, ...withSettings] : known)].toSorted().join(", ");
  throw new UserError(
    `Cannot find stack "${short}" of project "${project.name}": ` +
      (names === "" ? "there are no stacks" : `the stacks are ${names}`) +
      (make ? `, write "${stackSettingsPath(project, short)}" to add one` : ", run up first"),
  );
}

/** A stack's name without organization and project: the CLI's backends have other organizations than files. */
export function shortName(name: string): string {
  return name.split("/").at(-1) ?? name;
}

function namesIn(json: string): readonly string[] {
  const listed: unknown = JSON.parse(json);
  return (Array.isArray(listed) ? listed : [])
    .map((stack: unknown) => (isRecord(stack) ? stack["name"] : undefined))
    .filter((name) => typeof name === "string");
}
