/** What was done to a stack: the records that each operation leaves, as the Pulumi CLI keeps them. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { listNames } from "../../common/files/list-names.ts";
import { isRecord } from "../../common/values/is-record.ts";
import type { StackContext } from "../stack-context.ts";

/** One operation. */
export interface StackUpdate {
  /** `update`, `refresh`, `destroy`, … */
  readonly kind: string;
  /** ISO 8601. */
  readonly startTime: string;
  /** ISO 8601. */
  readonly endTime: string;
  readonly message: string;
  /** `succeeded` or `failed`. */
  readonly result: string;
  readonly resourceChanges: Readonly<Record<string, number>>;
}

/** Lists what was done, the newest first. Records that cannot be read are left out. */
export async function stackHistory({ store }: StackContext): Promise<readonly StackUpdate[]> {
  const directory = store.paths.history;
  const names = (await listNames(directory)).filter((name) => name.endsWith(".history.json"));
  const updates = await Promise.all(
    // Their names end in their times.
    names
      .toSorted()
      .toReversed()
      .map(async (name) => readUpdate(path.join(directory, name))),
  );
  return updates.filter((update) => update !== undefined);
}

async function readUpdate(file: string): Promise<StackUpdate | undefined> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined; // Cut short by a full disk: what it told is lost, the state is not.
    }
    throw error;
  }
  if (!isRecord(content)) {
    return undefined;
  }
  const text = (key: string): string => {
    const value = content[key];
    return typeof value === "string" ? value : "";
  };
  const changes = isRecord(content["resourceChanges"]) ? content["resourceChanges"] : {};
  return {
    kind: text("kind"),
    startTime: timeOf(content["startTime"]),
    endTime: timeOf(content["endTime"]),
    message: text("message"),
    result: text("result"),
    resourceChanges: Object.fromEntries(
      Object.entries(changes).flatMap(([key, count]) =>
        typeof count === "number" ? [[key, count] as const] : [],
      ),
    ),
  };
}

/** From seconds since 1970. */
function timeOf(seconds: unknown): string {
  return new Date(Number(seconds ?? 0) * 1000).toISOString();
}
