/** The stacks of a project: those that have settings, and those that have a state. */
import { UserError } from "../../common/errors/user-error.ts";
import { listStackSettings } from "../project/stack-settings.ts";
import type { StackContext } from "../stack-context.ts";
import { StackStore } from "../state/stack-store.ts";
import { isRecord } from "../../common/values/is-record.ts";

/** A stack in a list. */
export interface ListedStack {
  readonly name: string;
  /** ISO 8601; undefined for one that was never brought up. */
  readonly lastUpdate: string | undefined;
  /** Undefined for one that was never brought up. */
  readonly resourceCount: number | undefined;
  /** Why its state cannot be read; undefined where it can. */
  readonly error?: string;
}

/** Where a project's stacks are. */
export type ProjectStacks = Pick<StackContext, "project" | "backend" | "store">;

/** Lists the stacks of a project, sorted by name. One whose state cannot be read has an `error`. */
export async function listStacks({
  project,
  backend,
  store,
}: ProjectStacks): Promise<readonly ListedStack[]> {
  const names = new Set([...(await listStackSettings(project)), ...(await store.list())]);
  return Promise.all(
    [...names].toSorted().map(async (name) => {
      try {
        return await readListed(
          name,
          new StackStore(backend, { project: project.name, stack: name }),
        );
      } catch (error) {
        if (!(error instanceof UserError)) {
          throw error;
        }
        return { name, lastUpdate: undefined, resourceCount: undefined, error: error.message };
      }
    }),
  );
}

async function readListed(name: string, store: StackStore): Promise<ListedStack> {
  const { manifest, resources } = (await store.read())?.deployment ?? {};
  const time = isRecord(manifest) ? manifest["time"] : undefined;
  const count = Array.isArray(resources) ? resources.length : 0;
  return typeof time === "string"
    ? { name, lastUpdate: time, resourceCount: count }
    : { name, lastUpdate: undefined, resourceCount: undefined };
}
