/**
 * Which resource of a run publishes where, as far as `check` has seen them: two in one build folder are
 * refused before anything is done.
 */
import { isSameCluster } from "../yt/proxy-address.ts";
import type { AddressRules } from "../yt/proxy-address.ts";
import { canonicalYPath } from "../yt/ypath.ts";
import type { Declarer } from "./arguments.ts";
import type { PublishedPlace } from "./outputs.ts";

/** A build folder, and who wants it. */
interface Claim {
  readonly declarer: Declarer;
  readonly proxy: string;
  /** The canonical one. */
  readonly path: string;
}

/**
 * The build folders of one run's resources. Only what is declared counts, not what state says: a
 * resource that moves away leaves its folder to another that moves in.
 */
export class ClaimedFolders {
  /** By resource: each is checked once, and again when it is replaced. */
  readonly #claims = new Map<string, Claim>();

  /**
   * Notes where a resource publishes, in the place of what was noted of it before.
   *
   * @param place undefined when it publishes nothing, or it is not known where
   * @param isSame compares two proxies, where the paths are the same
   * @returns a resource that publishes there already, if there is one
   */
  async claim(
    declarer: Declarer,
    place: PublishedPlace | undefined,
    isSame: (one: string, other: string) => Promise<boolean>,
  ): Promise<Declarer | undefined> {
    const key = keyOf(declarer);
    this.#claims.delete(key);
    if (place === undefined) {
      return undefined;
    }
    const claim = { declarer, proxy: place.proxy, path: canonicalYPath(place.buildFolder) };
    const others = [...this.#claims.values()].filter(({ path }) => path === claim.path);
    this.#claims.set(key, claim);
    for (const other of others) {
      if (await isSame(other.proxy, claim.proxy)) {
        return other.declarer;
      }
    }
    return undefined;
  }

  /**
   * Whether a resource is known to publish in another build folder than this one.
   *
   * @param rules what an address means beside what it says
   */
  isElsewhere(
    declarer: Declarer,
    { proxy, buildFolder }: PublishedPlace,
    rules: AddressRules = {},
  ): boolean {
    const claim = this.#claims.get(keyOf(declarer));
    return (
      claim !== undefined &&
      (claim.path !== canonicalYPath(buildFolder) || !isSameCluster(claim.proxy, proxy, rules))
    );
  }
}

function keyOf({ project, stack, resource }: Declarer): string {
  return JSON.stringify([project, stack, resource]);
}
