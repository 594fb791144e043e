/**
 * One game: two to four people publish, promote and remove at once, over a network that disturbs
 * and with processes that die, and after each committed change the cluster is compared with the model.
 * In those with an even number the archives are sent in pieces.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "../../../common/errors/user-error.ts";
import { messageOf } from "../../../common/errors/message-of.ts";
import type { ArchiveSet } from "../../../provider/publication/index.ts";
import { createYtClient } from "../../../provider/yt/index.ts";
import type { YtClient } from "../../../provider/yt/index.ts";
import { rawCluster } from "../raw-cluster.ts";
import type { RawCluster } from "../raw-cluster.ts";
import { chooseDeed, describe, perform, RESOURCES } from "./deed.ts";
import type { Deed } from "./deed.ts";
import { hastyClock } from "./hasty-clock.ts";
import { Model } from "./model.ts";
import { Network } from "./network.ts";
import type { Link, Passage } from "./network.ts";
import { findFaults } from "./observer.ts";
import { seededRandom } from "./random.ts";
import type { Random } from "./random.ts";
import { makeSet } from "./sets.ts";

/** What a game showed. */
export interface GameResult {
  readonly seed: number;
  /** What must not have been; empty when all was right. */
  readonly faults: readonly string[];
  readonly committed: number;
  readonly failed: number;
  readonly died: number;
  /** Transactions that were still open when their own client had ended in order. */
  readonly leftOpen: number;
}

/** Waiting goes by so much faster than in life. */
const HASTE = 20;
/** A process dies in one of so many. */
const DEATH_ONCE_IN = 4;
const DISTURB_ONCE_IN = 12;

/** @param trace takes what happens, for a game that is looked into */
export async function playGame(
  clusterUrl: string,
  seed: number,
  trace: (line: string) => void = () => undefined,
): Promise<GameResult> {
  const directory = await mkdtemp(join(tmpdir(), "ytcode-game-"));
  try {
    const isLarge = seed % 2 === 0;
    const sets = [
      await makeSet(directory, `game ${seed}`, 0, isLarge),
      await makeSet(directory, `game ${seed}`, 1, isLarge),
      await makeSet(directory, `game ${seed}`, 2, isLarge),
    ] as const;
    return await new Game(clusterUrl, seed, sets, trace).play();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

class Game {
  readonly #seed: number;
  readonly #random: Random;
  readonly #raw: RawCluster;
  readonly #sets: readonly [ArchiveSet, ...ArchiveSet[]];
  readonly #trace: (line: string) => void;
  readonly #network: Network;
  readonly #model = new Model();
  readonly #folders: readonly [string, string];
  readonly #faults: string[] = [];
  /** What each client does at the moment. */
  readonly #current = new Map<Link, Deed>();
  /** Open transactions of each client, the outermost first; those that publish or remove are counted. */
  readonly #open = new Map<string, { readonly link: Link; readonly isOuter: boolean }>();
  readonly #tally = { committed: 0, failed: 0, died: 0, leftOpen: 0 };

  constructor(
    clusterUrl: string,
    seed: number,
    sets: readonly [ArchiveSet, ...ArchiveSet[]],
    trace: (line: string) => void,
  ) {
    this.#seed = seed;
    this.#random = seededRandom(seed);
    this.#raw = rawCluster(clusterUrl);
    this.#sets = sets;
    this.#trace = trace;
    this.#folders = [`//games/${seed}/dev`, `//games/${seed}/prod`];
    this.#network = new Network({
      clusterUrl,
      random: this.#random,
      disturbOnceIn: DISTURB_ONCE_IN,
      onPassage: async (passage) => this.#see(passage),
      expire: async (link) => this.#abort(link),
      trace,
    });
  }

  async play(): Promise<GameResult> {
    const players = Array.from({ length: 2 + this.#random.below(3) }, async () => this.#live());
    await Promise.all(players);
    await this.#end();
    await this.#network.close();
    return { seed: this.#seed, faults: this.#faults, ...this.#tally };
  }

  /** The life of one process. */
  async #live(): Promise<void> {
    const link = await this.#network.join();
    const stop = new AbortController();
    const client = this.#client(link, stop.signal);
    const dies = this.#random.onceIn(DEATH_ONCE_IN);
    const lastRequest = 1 + this.#random.below(60);
    const death = dies ? this.#dieAfter(link, lastRequest, stop) : undefined;
    for (let left = 1 + this.#random.below(3); left > 0 && !stop.signal.aborted; left -= 1) {
      await this.#doOne(
        link,
        client,
        chooseDeed(this.#random, this.#folders, this.#sets),
        stop.signal,
      );
    }
    const wasDead = stop.signal.aborted;
    stop.abort();
    await death;
    if (wasDead) {
      this.#tally.died += 1;
      // As the cluster does when nobody pings any more.
      await this.#abort(link);
    }
  }

  async #dieAfter(link: Link, requests: number, stop: AbortController): Promise<void> {
    while (!stop.signal.aborted) {
      if (link.requestCount() >= requests) {
        this.#trace(`${link.url} dies`);
        link.cut();
        stop.abort();
        return;
      }
      await delay(1);
    }
  }

  async #doOne(link: Link, client: YtClient, deed: Deed, death: AbortSignal): Promise<void> {
    this.#trace(`${link.url} begins: ${describe(deed)}`);
    this.#current.set(link, deed);
    this.#note(deed);
    let error: unknown;
    try {
      await perform(deed, client, this.#sets, this.#trace);
    } catch (thrown) {
      error = thrown;
    }
    this.#current.delete(link);
    this.#trace(`${link.url} ends: ${error === undefined ? "done" : messageOf(error)}`);
    if (death.aborted) {
      return;
    }
    this.#judge(deed, error);
    for (const [id, open] of this.#open) {
      if (open.link === link && open.isOuter) {
        this.#tally.leftOpen += 1;
        this.#open.delete(id);
        await this.#raw.command("abort_transaction", { transaction_id: id });
      }
    }
  }

  /** What somebody was told must be what has happened. */
  #judge(deed: Deed, error: unknown): void {
    const what = describe(deed);
    if (deed.commits > 1) {
      this.#faults.push(`${what}: committed ${deed.commits} times`);
    }
    if (error === undefined) {
      this.#tally.committed += 1;
      if (deed.commits === 0 && !(deed.type === "remove" && deed.sawNothing)) {
        this.#faults.push(`${what}: said to be done, and is not`);
      }
      return;
    }
    this.#tally.failed += 1;
    if (!(error instanceof UserError)) {
      this.#faults.push(`${what}: ended with no error for people: ${messageOf(error)}`);
      return;
    }
    if (deed.commits > 0 && !/may have been/.test(error.message)) {
      this.#faults.push(`${what}: is done, and was said to have failed: ${error.message}`);
    }
    if (/ belongs to /.test(error.message) && !deed.sawForeign) {
      this.#faults.push(`${what}: refused without reason: ${error.message}`);
    }
  }

  /** Sees what reached the cluster. Called between two requests, so that nothing else happens. */
  async #see({ link, command, parameters, status, answer }: Passage): Promise<void> {
    if (status !== 200) {
      return;
    }
    const { transaction_id: id } = parameters;
    if (command === "start_transaction" && typeof answer["transaction_id"] === "string") {
      const title = JSON.stringify(parameters["attributes"] ?? {});
      const isOuter = id === undefined && /Publish to|Remove publication/.test(title);
      this.#open.set(answer["transaction_id"], { link, isOuter });
    }
    if (command === "abort_transaction" && typeof id === "string") {
      this.#open.delete(id);
    }
    if (command !== "commit_transaction" || typeof id !== "string") {
      return;
    }
    const open = this.#open.get(id);
    this.#open.delete(id);
    const deed = this.#current.get(link);
    if (open?.isOuter === true && deed !== undefined) {
      deed.commits += 1;
      await this.#take(deed);
    }
  }

  async #take(deed: Deed): Promise<void> {
    const { type, resource, folder, adopt } = deed;
    const wrong = this.#model.apply(
      type === "remove"
        ? { type, resource, folder }
        : { type, resource, folder, adopt, digest: deed.set.digest },
    );
    if (wrong !== undefined) {
      this.#faults.push(wrong);
    }
    for (const other of this.#current.values()) {
      this.#note(other);
    }
    for (const path of this.#folders) {
      const found = await findFaults(this.#raw, path, this.#model.folder(path), this.#sets);
      this.#faults.push(...found.map((fault) => `after ${describe(deed)}: ${fault}`));
    }
  }

  #note(deed: Deed): void {
    deed.sawForeign ||= this.#model.hasForeign(deed.folder, deed.resource);
    deed.sawNothing ||= this.#model.hasNothingOf(deed.folder, deed.resource);
  }

  /** With nobody disturbing, whatever is left is published over, and removed. */
  async #end(): Promise<void> {
    this.#network.calm();
    const link = await this.#network.join();
    const client = this.#client(link, new AbortController().signal);
    const never = new AbortController().signal;
    for (const folder of this.#folders) {
      const owner = this.#model.folder(folder).live?.owner ?? RESOURCES[0];
      const deed = {
        ...chooseDeed(this.#random, this.#folders, this.#sets),
        type: "publish",
        folder,
        adopt: false,
      } as const;
      await this.#mustDo(link, client, { ...deed, resource: owner, adopt: true }, never);
      for (const resource of RESOURCES) {
        await this.#mustDo(link, client, { ...deed, type: "remove", resource }, never);
      }
      if (await this.#raw.exists(folder)) {
        this.#faults.push(`${folder} is left: ${(await this.#raw.list(folder)).join()}`);
      }
    }
    await this.#raw.remove(`//games/${this.#seed}`);
  }

  async #mustDo(link: Link, client: YtClient, deed: Deed, death: AbortSignal): Promise<void> {
    const { failed } = this.#tally;
    const fresh = { ...deed, commits: 0, sawForeign: false, sawNothing: false };
    await this.#doOne(link, client, fresh, death);
    if (this.#tally.failed > failed) {
      this.#faults.push(`${describe(deed)}: failed, though nobody disturbed`);
    }
  }

  async #abort(link: Link): Promise<void> {
    for (const [id, open] of this.#open) {
      if (open.link === link) {
        this.#open.delete(id);
        await this.#raw.command("abort_transaction", { transaction_id: id });
      }
    }
  }

  #client(link: Link, signal: AbortSignal): YtClient {
    return createYtClient({
      proxy: link.url,
      displayName: "games",
      // The data proxy that the cluster names is itself, round the network.
      proxyDiscovery: false,
      signal,
      clock: hastyClock(this.#random, HASTE),
      timeouts: { connectMs: 5000, requestMs: 1000, idleMs: 1000 },
      log: this.#trace,
    });
  }
}
