/** What a run has learned and said of its resources: so that a preview says once what it knows. */
import type { FoundVersion } from "../../publication/index.ts";
import { DECLARER_KEY, isProperties } from "../arguments.ts";
import type { Declarer, Properties } from "../arguments.ts";

/** A version that `check` has found to be promoted. */
export interface FoundPromotion {
  readonly version: FoundVersion;
  /** Whether the target's own build folder has it. */
  readonly isOwn: boolean;
}

/** How a resource is replaced. */
export interface Replacement {
  /** `deleteBeforeReplace`. */
  readonly deletesFirst: boolean;
  /** `retainOnDelete`. */
  readonly retains: boolean;
}

/** Of one run of the provider's process. */
export class PreviewNotes {
  readonly #promotions = new Map<string, FoundPromotion>();
  /** Resources that the state has. */
  readonly #inState = new Set<string>();
  /** Resources of a program that runs for a preview. */
  readonly #previewed = new Set<string>();
  /** How resources are replaced, of those that say it. */
  readonly #replacements = new Map<string, Replacement>();
  readonly #said = new Set<string>();

  /** Keeps what `check` has found. */
  keepPromotion(declarer: Declarer, found: FoundPromotion): void {
    this.#promotions.set(keyOf(declarer), found);
  }

  /** What `check` has found of a resource that is promoted. */
  findPromotion(inputs: Properties): FoundPromotion | undefined {
    return this.#promotions.get(keyOf(inputs[DECLARER_KEY]));
  }

  /**
   * Keeps what Pulumi tells the program and not the provider: whether it runs for a preview, and two options.
   *
   * @param news the arguments as they were declared
   */
  keepPurpose(news: Properties): void {
    const declarer = news[DECLARER_KEY];
    if (isProperties(declarer) && declarer["preview"] === true) {
      this.#previewed.add(keyOf(declarer));
    }
    if (isProperties(declarer)) {
      const [deletesFirst, retains] = [declarer["deletesFirst"], declarer["retains"]];
      this.#replacements.set(keyOf(declarer), {
        deletesFirst: deletesFirst === true,
        retains: retains === true,
      });
    }
  }

  /** How a resource is replaced, as its program says it. */
  findReplacement(properties: Properties): Replacement {
    const none = { deletesFirst: false, retains: false };
    return this.#replacements.get(keyOf(properties[DECLARER_KEY])) ?? none;
  }

  /** Whether it is a preview; false in a refresh, which has no program. */
  isPreview(properties: Properties): boolean {
    return this.#previewed.has(keyOf(properties[DECLARER_KEY]));
  }

  /**
   * Whether a check is that of a resource that the state does not have. One that is replaced is checked a second
   * time, as if it were new.
   *
   * @param olds the inputs in state, as `check` gets them
   */
  isNew(olds: Properties, news: Properties): boolean {
    const key = keyOf(news[DECLARER_KEY]);
    if (Object.keys(olds).length > 0) {
      this.#inState.add(key);
    }
    return !this.#inState.has(key);
  }

  /** Whether something was said already. */
  wasSaid(line: string): boolean {
    return this.#said.has(line);
  }

  /** Whether something was not said yet; it counts as said from then on. */
  isFirst(line: string): boolean {
    const isFirst = !this.#said.has(line);
    this.#said.add(line);
    return isFirst;
  }
}

/** A text that tells a resource from all others, also from those of other stacks. */
export function keyOf(declarer: unknown): string {
  const { project, stack, resource } = isProperties(declarer) ? declarer : {};
  return JSON.stringify([project, stack, resource]);
}
