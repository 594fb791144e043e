/** What a fault can meet: the operations of publication, each with what is there before and after it. */
import {
  findVersion,
  observePublication,
  promoteArchive,
  publishArchive,
  removePublication,
} from "../../../provider/publication/index.ts";
import type { ArchiveSet } from "../../../provider/publication/index.ts";
import type { YtClient } from "../../../provider/yt/index.ts";
import type { FolderState } from "../interleavings/model.ts";
import { PUBLISHER } from "../publication-fixtures.ts";

/** Where one operation happens, and with what. */
export interface Scene {
  readonly target: YtClient;
  readonly source: YtClient;
  /** Build folder that the operation changes. */
  readonly folder: string;
  /** Build folder that a promotion takes from. */
  readonly sourceFolder: string;
  readonly old: ArchiveSet;
  readonly new: ArchiveSet;
  readonly log: (line: string) => void;
}

export interface Operation {
  /** As the table calls it. */
  readonly name: string;
  /** Whether source and target are on two clusters. */
  readonly twoClusters: boolean;
  /** Whether the state tells that the cluster has been published to. */
  readonly isKnown: boolean;
  readonly prepare: (scene: Scene) => Promise<void>;
  readonly run: (scene: Scene) => Promise<void>;
  readonly before: (scene: Scene) => FolderState;
  readonly after: (scene: Scene) => FolderState;
}

const SOURCE_PUBLISHER = { ...PUBLISHER, stack: "source", resourceId: "source-1" };

const nothing = (): FolderState => ({ live: undefined, versions: new Map() });
const holding = (...sets: readonly ArchiveSet[]): FolderState => {
  const owner = PUBLISHER.resource;
  const live = sets.at(-1);
  return {
    live: live === undefined ? undefined : { owner, digest: live.digest },
    versions: new Map(sets.map(({ digest }) => [digest, owner])),
  };
};

async function publish({ target, folder, log }: Scene, archiveSet: ArchiveSet): Promise<void> {
  const common = { client: target, buildFolder: folder, publisher: PUBLISHER, log };
  await publishArchive({ ...common, archiveSet });
}

async function prepareSource(scene: Scene): Promise<void> {
  const { source, sourceFolder, log } = scene;
  const common = { client: source, buildFolder: sourceFolder, publisher: SOURCE_PUBLISHER, log };
  await publishArchive({ ...common, archiveSet: scene.new });
}

function promotion(name: string, twoClusters: boolean): Operation {
  return {
    name,
    twoClusters,
    isKnown: true,
    prepare: async (scene) => {
      await publish(scene, scene.old);
      await prepareSource(scene);
    },
    run: async ({ source, sourceFolder, target, folder, log }) => {
      const version = await findVersion({ client: source, buildFolder: sourceFolder });
      await promoteArchive({
        source: { client: source, proxy: "source", buildFolder: sourceFolder, version },
        target: { client: target, buildFolder: folder },
        sameCluster: !twoClusters,
        publisher: PUBLISHER,
        log,
      });
    },
    before: (scene) => holding(scene.old),
    after: (scene) => holding(scene.old, scene.new),
  };
}

/** All of them, in the order of the table. */
export const OPERATIONS: readonly Operation[] = [
  {
    name: "first publication",
    twoClusters: false,
    isKnown: false,
    prepare: async () => undefined,
    run: async (scene) => publish(scene, scene.new),
    before: nothing,
    after: (scene) => holding(scene.new),
  },
  {
    name: "update",
    twoClusters: false,
    isKnown: true,
    prepare: async (scene) => publish(scene, scene.old),
    run: async (scene) => publish(scene, scene.new),
    before: (scene) => holding(scene.old),
    after: (scene) => holding(scene.old, scene.new),
  },
  promotion("promotion, one cluster", false),
  promotion("promotion, two clusters", true),
  {
    name: "delete",
    twoClusters: false,
    isKnown: true,
    prepare: async (scene) => publish(scene, scene.new),
    run: async ({ target, folder, log }) => {
      const { resourceId } = PUBLISHER;
      await removePublication({ client: target, buildFolder: folder, resourceId, log });
    },
    before: (scene) => holding(scene.new),
    after: nothing,
  },
  {
    name: "refresh",
    twoClusters: false,
    isKnown: true,
    prepare: async (scene) => publish(scene, scene.new),
    run: async (scene) => {
      const { target, folder } = scene;
      const { digest } = scene.new;
      const found = await observePublication({ client: target, buildFolder: folder, digest });
      if (found.type !== "in place") {
        throw new TypeError(`refresh says: ${JSON.stringify(found)}`);
      }
    },
    before: (scene) => holding(scene.new),
    after: (scene) => holding(scene.new),
  },
];
