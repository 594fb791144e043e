/**
 * Which stack of a project is selected. The Pulumi CLI keeps that in a file of the user's, by backend
 * (`settingsPath` and `StackForBackend` in pkg/workspace of pulumi/pulumi), so that both select for each other.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { writeAtomically } from "../../common/files/atomic-write.ts";
import { explainingFileErrors } from "../../common/files/explaining-file-errors.ts";
import { isMissing, isSystemError } from "../../common/files/file-errors.ts";
import { findHomeDirectory } from "../../common/user.ts";
import { isRecord } from "../../common/values/is-record.ts";
import type { StackContext } from "../stack-context.ts";

/** Where the selection is kept, and for which backend. */
type Place = Pick<StackContext, "project" | "backend" | "environment">;

/**
 * The stack that is selected, by its short name.
 *
 * @returns undefined when none is, or the file cannot be read
 */
export async function selectedStack(place: Place): Promise<string | undefined> {
  const content = await readSelections(selectionFile(place)).catch(nothingWhereRefused);
  const stacks = content["stacks"];
  const selected = isRecord(stacks) ? stacks[backendUrl(place)] : content["stack"];
  return typeof selected === "string" ? selected.split("/").at(-1) : undefined;
}

/**
 * Selects a stack.
 *
 * @param stack its short name; undefined selects none
 * @returns false where the user has no home to keep it in
 * @throws {UserError} when it cannot be written there
 */
export async function selectStack(place: Place, stack: string | undefined): Promise<boolean> {
  const file = selectionFile(place);
  if (file === undefined) {
    return false;
  }
  await explainingFileErrors("keep which stack is selected, name it with --stack", async () => {
    const { stacks: before, ...rest } = await readSelections(file);
    const { [backendUrl(place)]: _, ...others } = isRecord(before) ? before : {};
    const stacks =
      stack === undefined
        ? others
        : { ...others, [backendUrl(place)]: `organization/${place.project.name}/${stack}` };
    const text = JSON.stringify({ ...rest, stacks }, null, 4);
    await writeAtomically(file, text, { mode: 0o600, directoryMode: 0o700 });
  });
  return true;
}

function selectionFile({ project, environment }: Place): string | undefined {
  const home = findHomeDirectory();
  const { PULUMI_HOME: directory = home && path.join(home, ".pulumi") } = environment;
  if (directory === undefined || directory === "") {
    return undefined;
  }
  const hash = createHash("sha1").update(project.file.path).digest("hex");
  return path.join(directory, "workspaces", `${project.name}-${hash}-workspace.json`);
}

function backendUrl({ backend }: Place): string {
  return `file://${backend}`;
}

/** As in a container with another user than the one whose home HOME names. */
function nothingWhereRefused(error: unknown): Readonly<Record<string, unknown>> {
  if (!isSystemError(error)) {
    throw error;
  }
  return {};
}

async function readSelections(
  file: string | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    const content: unknown = file === undefined ? {} : JSON.parse(await readFile(file, "utf8"));
    return isRecord(content) ? content : {};
  } catch (error) {
    // A damaged one says nothing, as to the CLI; what may not be read must not be replaced.
    if (isMissing(error) || error instanceof SyntaxError) {
      return {};
    }
    throw error;
  }
}
