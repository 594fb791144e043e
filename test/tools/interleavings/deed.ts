/** What somebody does in a game: one publication, promotion or removal. */
import {
  findVersion,
  promoteArchive,
  publishArchive,
  removePublication,
} from "../../../provider/publication/index.ts";
import type { ArchiveSet, Publisher } from "../../../provider/publication/index.ts";
import type { YtClient } from "../../../provider/yt/index.ts";
import type { Change } from "./model.ts";
import type { Random } from "./random.ts";
import { GAME_PIECES } from "./sets.ts";

/** One thing that somebody does, and what is known of it. */
export interface Deed {
  readonly type: Change["type"];
  readonly resource: string;
  readonly folder: string;
  readonly adopt: boolean;
  /** Of a promotion. */
  readonly from: string;
  /** What is published; of a promotion, what was found. */
  set: ArchiveSet;
  /** The committed transactions. */
  commits: number;
  /** At some moment since its start something in the folder was somebody else's. */
  sawForeign: boolean;
  /** At some moment since its start there was nothing of its own. */
  sawNothing: boolean;
}

export const RESOURCES = ["daily", "hourly", "weekly"] as const;
const TRANSACTION_TIMEOUT_MS = 30_000;
/** The frequent ones stand here more than once. */
const TYPES: readonly [Change["type"], ...Change["type"][]] = [
  "publish",
  "publish",
  "publish",
  "promote",
  "remove",
];

export function chooseDeed(
  random: Random,
  [dev, prod]: readonly [string, string],
  sets: readonly [ArchiveSet, ...ArchiveSet[]],
): Deed {
  const type = random.pick(TYPES);
  const isBack = random.onceIn(4);
  const [from, to] = isBack ? [prod, dev] : [dev, prod];
  return {
    type,
    resource: random.pick(RESOURCES),
    folder: type === "promote" ? to : random.pick([dev, prod]),
    from,
    adopt: random.onceIn(3),
    set: random.pick(sets),
    commits: 0,
    sawForeign: false,
    sawNothing: false,
  };
}

/** @throws {UserError} what its own code throws */
export async function perform(
  deed: Deed,
  client: YtClient,
  sets: readonly ArchiveSet[],
  log: (line: string) => void,
): Promise<void> {
  const { type, resource, folder, adopt, from } = deed;
  const by = publisher(resource);
  const common = {
    publisher: by,
    adopt,
    log,
    pieces: GAME_PIECES,
    transactionTimeoutMs: TRANSACTION_TIMEOUT_MS,
  };
  switch (type) {
    case "publish":
      await publishArchive({ ...common, client, buildFolder: folder, archiveSet: deed.set });
      return;
    case "promote": {
      const version = await findVersion({ client, buildFolder: from });
      deed.set = sets.find(({ digest }) => digest === version.digest) ?? deed.set;
      await promoteArchive({
        ...common,
        source: { client, proxy: "games", buildFolder: from, version },
        target: { client, buildFolder: folder },
        sameCluster: true,
      });
      return;
    }
    case "remove":
      await removePublication({
        ...common,
        client,
        buildFolder: folder,
        resourceId: by.resourceId,
      });
  }
}

export function describe({ type, resource, folder, adopt, from, set }: Deed): string {
  const where = type === "promote" ? `from ${from} to ${folder}` : folder;
  const what = type === "publish" ? ` ${set.digest.slice(0, 8)}` : "";
  return `${type}${what} ${where} as ${resource}${adopt ? " (adopt)" : ""}`;
}

function publisher(resource: string): Publisher {
  const stack = resource === "weekly" ? "prod" : "dev";
  return { resource, project: "sales", stack, resourceId: `${resource}-1`, toolVersion: "0.1.0" };
}
