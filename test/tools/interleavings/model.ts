/** What build folders must hold after each committed change: the rules of publication, without a cluster. */

/** One publication in a folder. */
export interface Live {
  /** Name of the resource that owns it. */
  readonly owner: string;
  readonly digest: string;
}

/** What happens to folders. */
export type Change =
  | {
      readonly type: "publish" | "promote";
      readonly resource: string;
      readonly folder: string;
      readonly digest: string;
      readonly adopt: boolean;
    }
  | { readonly type: "remove"; readonly resource: string; readonly folder: string };

/** What a folder holds. */
export interface FolderState {
  readonly live: Live | undefined;
  /** Digest to owner. */
  readonly versions: ReadonlyMap<string, string>;
}

const EMPTY: FolderState = { live: undefined, versions: new Map() };

/** All folders of a game. */
export class Model {
  readonly #folders = new Map<string, FolderState>();

  folder(path: string): FolderState {
    return this.#folders.get(path) ?? EMPTY;
  }

  /** Whether anything in the folder belongs to another than the resource. */
  hasForeign(path: string, resource: string): boolean {
    const { live, versions } = this.folder(path);
    return [...(live === undefined ? [] : [live.owner]), ...versions.values()].some(
      (owner) => owner !== resource,
    );
  }

  /** Whether nothing in the folder belongs to the resource. */
  hasNothingOf(path: string, resource: string): boolean {
    const { live, versions } = this.folder(path);
    return live?.owner !== resource && ![...versions.values()].includes(resource);
  }

  /**
   * Takes a committed change over.
   *
   * @returns why it must not have been committed; undefined when it was right
   */
  apply(change: Change): string | undefined {
    const { resource, folder } = change;
    const { live, versions } = this.folder(folder);
    if (change.type === "remove") {
      this.#folders.set(folder, {
        live: live?.owner === resource ? undefined : live,
        versions: new Map([...versions].filter(([, owner]) => owner !== resource)),
      });
      return undefined;
    }
    const { digest, adopt } = change;
    this.#folders.set(folder, {
      live: { owner: resource, digest },
      versions: new Map([...versions, [digest, resource]]),
    });
    return live === undefined || live.owner === resource || adopt
      ? undefined
      : `${resource} published to ${folder}, which belongs to ${live.owner}`;
  }
}
