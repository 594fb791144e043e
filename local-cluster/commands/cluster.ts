/** The state that commands work on: Cypress, the contents of files, and what is kept of both on disk. */
import * as path from "node:path";
import type { ClusterObjects } from "../cypress/cluster-objects.ts";
import { CypressStore } from "../cypress/store.ts";
import type { RecordedAnswer } from "../cypress/commit.ts";
import type { CypressNode } from "../objects/node.ts";
import { timestampNow } from "../objects/time.ts";
import { createId } from "../objects/ids.ts";
import { nodesOnDisk } from "../cypress/system-records.ts";
import { addSystemNodes } from "../cypress/system-nodes.ts";
import { removeExpired } from "../cypress/expiration.ts";
import { ChunkStore } from "../storage/chunk-store.ts";
import { usedChunks } from "../storage/usage.ts";
import { CHUNKS } from "../storage/data-directory.ts";
import { Disk } from "../storage/disk.ts";
import * as yson from "../../common/yson/value.ts";
import { Journal, readCommits } from "../storage/journal.ts";
import { loadState } from "../storage/load.ts";

/** How often nodes that have expired are looked for, in milliseconds. */
const EXPIRATION_INTERVAL_MS = 500;

/** Settings of the cluster's state. */
export interface ClusterOptions {
  /** Where the data are; must exist and belong to this process. */
  readonly directory: string;
  /** See `JournalOptions.compactionBytes`. */
  readonly compactionBytes?: number | undefined;
  /** See `DataDirectory.assertHeld()`. */
  readonly assertHeld?: () => void;
}

/** The state of the cluster: Cypress, its transactions, and the contents of files. */
export class Cluster {
  readonly store: CypressStore;
  /** What the store changes. */
  readonly objects: ClusterObjects;
  readonly chunks: ChunkStore;
  readonly disk = new Disk();
  /** Answers from before this start that repeated requests must get again. */
  readonly recordedAnswers: readonly RecordedAnswer[];
  readonly #journal: Journal;
  readonly #expiration: NodeJS.Timeout;
  #sweep: NodeJS.Timeout | undefined;

  constructor(options: ClusterOptions) {
    const { directory, compactionBytes, assertHeld } = options;
    const loaded = loadState(readCommits(directory));
    const { nodes } = loaded;
    this.recordedAnswers = loaded.answers;
    this.chunks = new ChunkStore(path.join(directory, CHUNKS), this.disk);
    this.#journal = new Journal(
      {
        directory,
        disk: this.disk,
        assertHeld,
        nodes: () => nodesOnDisk(nodes),
        compactionBytes,
        answers: loaded.answers,
      },
      loaded.sequence,
    );
    try {
      const root = loaded.rootId === undefined ? createRoot() : undefined;
      if (root !== undefined) {
        nodes.set(root.id, root);
      }
      const rootId = root?.id ?? loaded.rootId ?? "";
      this.store = new CypressStore(nodes, rootId, this.#journal, () => this.#scheduleSweep());
      this.objects = this.store.objects;
      if (root !== undefined) {
        this.#populate(root);
      }
      addSystemNodes(this.objects);
      this.#removeUnusedChunks();
    } catch (error) {
      this.#journal.close();
      throw error;
    }
    this.#expiration = setInterval(
      () => removeExpired(this.store, Date.now()),
      EXPIRATION_INTERVAL_MS,
    );
    this.#expiration.unref();
  }

  /** Aborts all transactions and closes the journal. */
  close(): void {
    clearTimeout(this.#sweep);
    clearInterval(this.#expiration);
    this.objects.transactions.clear();
    this.#journal.close();
  }

  /** Makes the nodes that every cluster has. */
  #populate(root: CypressNode): void {
    this.store.mutate(undefined, (mutation) => {
      for (const name of ["home", "sys", "tmp"]) {
        const node = mutation.createNode("map_node", root, name);
        if (name === "tmp") {
          mutation.setAttribute(node, "account", yson.string("tmp"));
        }
      }
    });
  }

  /** One sweep serves several commits in a row. */
  #scheduleSweep(): void {
    this.#sweep ??= setTimeout(() => this.#removeUnusedChunks(), 0).unref();
  }

  #removeUnusedChunks(): void {
    clearTimeout(this.#sweep);
    this.#sweep = undefined;
    this.chunks.removeUnused(usedChunks(this.objects));
  }
}

function createRoot(): CypressNode {
  const now = timestampNow();
  return {
    id: createId("map_node"),
    type: "map_node",
    parentId: undefined,
    key: "",
    creationTime: now,
    trunk: undefined,
    accessTime: now,
  };
}
