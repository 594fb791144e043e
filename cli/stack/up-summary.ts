/** The summary after `up`: which archives there are, where, how big, and what to try next. */
import type { StackResult } from "../../engine/index.ts";
import { formatSize } from "../../common/text/format-size.ts";
import { isRecord } from "../../common/values/is-record.ts";
import { textTable } from "../terminal/text-table.ts";
import type { StackOperation } from "./operation.ts";

/**
 * The lines to print after a successful `up`.
 *
 * @param result what the embedded engine did
 * @param typed how the user can type the command of an operation
 * @param local how the user can start the local cluster, where that is what was published to
 * @param columns of the terminal. @default any number
 */
export function upSummary(
  result: StackResult,
  typed: (operation: StackOperation) => string,
  local?: string,
  columns?: number,
): readonly string[] {
  const archives = Object.entries(result.outputs).flatMap(([name, value]) => {
    const row = archiveRow(name, value, result);
    return row === undefined ? [] : [row];
  });
  const hasChanged = result.steps.some(
    ({ operation }) => operation !== "same" && operation !== "refresh",
  );
  return [
    "",
    ...(hasChanged ? [] : ["Nothing has changed.", ""]),
    ...textTable(archives, ["left", "left", "right"], columns),
    ...(archives.length === 0 ? [] : [""]),
    ...nextCommands(typed, local, { isPromoted: isPromoted(result), columns }),
  ];
}

/** A row for an output that is an archive's. */
function archiveRow(
  name: string,
  value: unknown,
  result: StackResult,
): readonly string[] | undefined {
  if (typeof value !== "object" || value === null || !("mode" in value)) {
    return undefined;
  }
  const status = statusOf(name, result);
  const { archivePath, bytes, proxy }: Partial<Record<string, unknown>> = { ...value };
  if (typeof archivePath !== "string" || typeof bytes !== "number") {
    return [name, status, "", "no code"];
  }
  const place = value.mode === "prod" && typeof proxy === "string" ? ` on ${proxy}` : "";
  return [name, status, formatSize(bytes), `${archivePath}${place}`];
}

/** Whether all archives of the stack are another's, so that no edit here changes them. */
function isPromoted({ outputs }: StackResult): boolean {
  const archives = Object.values(outputs)
    .filter(isRecord)
    .filter(({ archivePath }) => archivePath !== undefined);
  return archives.length > 0 && archives.every(({ promotedFrom }) => promotedFrom !== undefined);
}

/**
 * What was done to the resource of an output's name. An output may have another name than its resource: then nothing
 * is known, also where a resource of that name was deleted.
 */
function statusOf(name: string, { steps }: StackResult): string {
  const step = steps.find(
    (candidate) => candidate.name === name && DONE[candidate.operation] !== undefined,
  );
  return step === undefined ? "" : (DONE[step.operation] ?? "");
}

const DONE: Readonly<Record<string, string>> = {
  same: "unchanged",
  create: "created",
  update: "updated",
  replace: "replaced",
  "create-replacement": "replaced",
};

function nextCommands(
  typed: (operation: StackOperation) => string,
  local: string | undefined,
  {
    isPromoted: promoted,
    columns = Infinity,
  }: { readonly isPromoted: boolean; readonly columns?: number | undefined },
): readonly string[] {
  const look = [
    local ?? "",
    "shows what is on the local cluster, in a browser at the address it prints",
  ];
  const commands = [
    [
      typed("preview"),
      promoted
        ? "bring up first what is promoted from: it says what would be promoted"
        : "edit a stage first: it says which one changed",
    ],
    [typed("refresh"), "checks that the cluster still has what it should"],
    ...(local === undefined ? [] : [look]),
    [typed("destroy"), "deletes everything again"],
  ];
  return ["Next:", ...textTable(commands, [], columns - 2).map((line) => `  ${line}`)];
}
