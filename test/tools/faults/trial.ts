/** One trial: an operation, one of whose requests meets a fault; then the next `up`. */
import { UserError } from "../../../common/errors/user-error.ts";
import { messageOf } from "../../../common/errors/message-of.ts";
import type { ArchiveSet } from "../../../provider/publication/index.ts";
import { DEFAULT_TIMEOUTS } from "../../../provider/yt/client.ts";
import { createYtClient } from "../../../provider/yt/index.ts";
import type { YtClient } from "../../../provider/yt/index.ts";
import { hastyClock } from "../interleavings/hasty-clock.ts";
import { findFaults, findTornSet } from "../interleavings/observer.ts";
import { seededRandom } from "../interleavings/random.ts";
import { rawCluster } from "../raw-cluster.ts";
import { FaultyLink } from "./faulty-link.ts";
import type { Ending, FaultKind } from "./kinds.ts";
import type { Operation, Scene } from "./operations.ts";

export interface TrialOptions {
  readonly operation: Operation;
  readonly fault: FaultKind;
  /** Which request it meets, from 0; a trial in which there is none shows it by `met` undefined. */
  readonly ordinal: number;
  /** Addresses of the clusters; the second is the source of promotions between two. */
  readonly clusters: readonly [string, string];
  /** A Cypress path that nobody else uses. */
  readonly root: string;
  readonly sets: readonly [ArchiveSet, ArchiveSet];
  readonly haste: number;
  /** @default nobody */
  readonly trace?: (line: string) => void;
}

/** What a trial showed. */
export interface Trial {
  /** The command that the fault met. */
  readonly met: string | undefined;
  readonly ended: "done" | "failed" | "killed";
  /** Of the error. */
  readonly message: string | undefined;
  /** How often a reader looked. */
  readonly looks: number;
  /** What must not have been; empty when all was right. */
  readonly wrong: readonly string[];
}

export async function tryFault(options: TrialOptions): Promise<Trial> {
  const { operation, fault, ordinal, trace = () => undefined } = options;
  const wrong: string[] = [];
  let looks = 0;
  const bystander = await enter(options, {});
  await operation.prepare(bystander.scene);
  const sets = [...options.sets];
  const raw = rawCluster(options.clusters[0]);
  const { folder } = bystander.scene;
  const states = [operation.before(bystander.scene), operation.after(bystander.scene)] as const;
  const look = async (): Promise<void> => {
    looks += 1;
    wrong.push(...(await findTornSet(raw, folder, states, sets)).map((torn) => `torn: ${torn}`));
  };
  const compareAll = async (): Promise<"old" | "new" | undefined> => {
    const [old, fresh] = [
      await findFaults(raw, folder, states[0], sets),
      await findFaults(raw, folder, states[1], sets),
    ];
    if (old.length > 0 && fresh.length > 0) {
      wrong.push(`neither old nor new: ${old.join("; ")}`);
    }
    return fresh.length === 0 ? "new" : old.length === 0 ? "old" : undefined;
  };

  let count = 0;
  let met: string | undefined;
  const killing = new AbortController();
  const faulty = await enter(options, {
    fault,
    isMet: (command) => {
      const isMet = count === ordinal && isConcerned(fault, command);
      count += count === ordinal && !isMet ? 0 : 1;
      met ??= isMet ? command : undefined;
      return isMet;
    },
    onRun: look,
    killing,
    trace,
  });
  const error = await failureOf(operation.run(faulty.scene));
  const state = await compareAll();
  await faulty.leave();
  const isKilled = killing.signal.aborted;
  const atFirst = ordinal === 0 ? fault.endingAtFirst : undefined;
  const ending = met === undefined ? "done" : (atFirst ?? fault.ending);
  const message = error === undefined ? undefined : messageOf(error);
  wrong.push(...judge({ error, isKilled, state, ending }));

  const waits: string[] = [];
  const log = (line: string): void => {
    waits.push(line);
  };
  const next = await enter(options, { log, isBehindLink: isKilled });
  const again = await failureOf(operation.run(next.scene));
  if (again !== undefined) {
    wrong.push(`the next one fails: ${messageOf(again)}`);
  } else if ((await compareAll()) !== "new") {
    wrong.push("the next one leaves something else");
  }
  if (!isKilled && waits.some((line) => line.includes("Waiting"))) {
    wrong.push("the next one waits");
  }
  await next.leave();
  await bystander.leave();
  const ended = isKilled ? "killed" : error === undefined ? "done" : "failed";
  return { met, ended, message, looks, wrong };
}

function isConcerned({ commands }: FaultKind, command: string): boolean {
  return commands === undefined || commands.includes(command);
}

/** What somebody was told must be what has happened. */
function judge(ended: {
  readonly error: unknown;
  readonly isKilled: boolean;
  readonly state: "old" | "new" | undefined;
  readonly ending: Ending;
}): readonly string[] {
  const { error, isKilled, state, ending } = ended;
  if (isKilled) {
    return [];
  }
  if (error === undefined) {
    return state === "new" ? [] : ["said to be done, and is not"];
  }
  const message = messageOf(error);
  return [
    ...(error instanceof UserError ? [] : [`no error for people: ${message}`]),
    ...(state === "new" && !/may have been/.test(message) && !isRead(message)
      ? [`is done, and was said to have failed: ${message}`]
      : []),
    ...(ending === "done" ? [`failed: ${message}`] : []),
  ];
}

/** A refresh changes nothing, so there is nothing that may have been done. */
function isRead(message: string): boolean {
  return /^Cannot (list|look|read)/.test(message);
}

async function failureOf(work: Promise<void>): Promise<unknown> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error;
  }
}

/** A client with its own ways to the clusters. */
async function enter(
  options: TrialOptions,
  use: {
    readonly fault?: FaultKind;
    readonly isMet?: (command: string) => boolean;
    readonly onRun?: () => Promise<void>;
    readonly killing?: AbortController;
    /** Whether it may have to wait for a transaction whose timeout the link has changed. */
    readonly isBehindLink?: boolean;
    readonly log?: (line: string) => void;
    readonly trace?: (line: string) => void;
  },
): Promise<{ readonly scene: Scene; readonly leave: () => Promise<void> }> {
  const { clusters, operation, haste, root, sets } = options;
  const { trace = () => undefined, log = trace, killing } = use;
  const open = async (clusterUrl: string): Promise<FaultyLink> => {
    const link: FaultyLink = await FaultyLink.open({
      clusterUrl,
      haste,
      trace,
      fault: use.fault,
      isMet: use.isMet ?? (() => false),
      onRun: use.onRun ?? (async () => undefined),
      killClient: () => {
        killing?.abort();
        void link.close();
      },
    });
    return link;
  };
  // Whoever meets no fault, and waits for nobody, goes to the cluster straight away: that is quicker.
  const isDirect = use.fault === undefined && use.isBehindLink !== true;
  const link = isDirect ? undefined : await open(clusters[0]);
  const sourceLink = isDirect || !operation.twoClusters ? link : await open(clusters[1]);
  const sourceUrl = operation.twoClusters ? clusters[1] : clusters[0];
  const client = (url: string): YtClient =>
    createYtClient({
      proxy: url,
      displayName: "yt",
      // As the state tells of all but a first publication.
      isKnown: operation.isKnown,
      signal: killing?.signal,
      clock: hastyClock(seededRandom(1), haste),
      timeouts: {
        connectMs: DEFAULT_TIMEOUTS.connectMs / haste,
        requestMs: DEFAULT_TIMEOUTS.requestMs / haste,
        idleMs: DEFAULT_TIMEOUTS.idleMs / haste,
      },
      log,
    });
  const scene: Scene = {
    target: client(link?.url ?? clusters[0]),
    source: client(sourceLink?.url ?? sourceUrl),
    folder: `${root}/target`,
    sourceFolder: `${root}/source`,
    old: sets[0],
    new: sets[1],
    log,
  };
  return {
    scene,
    leave: async () => {
      await Promise.all([link?.close(), sourceLink?.close()]);
    },
  };
}
