/** Which resources an operation is about, where its user has named some. */
import type { ResourceState } from "../state/resource-state.ts";
import { allDependencies } from "../state/resource-state.ts";
import { isProviderType, STACK_TYPE } from "../state/urn.ts";
import { UrnPatterns } from "./urn-patterns.ts";

/** What the user has named; URNs may have wildcards. */
export interface SelectionOptions {
  /** Only these. @default all */
  readonly targets?: readonly string[];
  /** And what depends on them. @default false */
  readonly targetDependents?: boolean;
  /** All but these. @default none */
  readonly excludes?: readonly string[];
  /** And but what depends on them. @default false */
  readonly excludeDependents?: boolean;
  /** These are replaced, whether they have changed or not. @default none */
  readonly replaced?: readonly string[];
}

/** Which resources an operation is about. Targets take precedence over excludes, as in the Pulumi CLI. */
export class Selection {
  readonly #options: SelectionOptions;
  readonly #targets: UrnPatterns;
  readonly #excludes: UrnPatterns;
  readonly #replaced: UrnPatterns;
  /** What the program declares and is not created, as it is not selected. */
  readonly #skipped = new Set<string>();

  constructor(options: SelectionOptions = {}) {
    this.#options = options;
    this.#targets = new UrnPatterns(options.targets);
    this.#excludes = new UrnPatterns(options.excludes);
    this.#replaced = new UrnPatterns(options.replaced);
  }

  /** Whether the operation is about everything. */
  get isEverything(): boolean {
    return this.#targets.isEmpty && this.#excludes.isEmpty;
  }

  /** Whether a resource is to be replaced in any case. */
  isReplaced(urn: string): boolean {
    return this.#replaced.has(urn);
  }

  /**
   * Whether something is to be done to a resource that the program declares. Asked in the order of declarations: what
   * depends on a resource comes after it. The stack and providers are always included.
   */
  includes(resource: ResourceState): boolean {
    const { urn, type } = resource;
    const { targetDependents = false, excludeDependents = false } = this.#options;
    const dependsOn = (named: UrnPatterns): boolean =>
      [...allDependencies(resource)].some((dependency) => named.has(dependency));
    if (!this.#targets.isEmpty) {
      if (this.#targets.has(urn) || (targetDependents && dependsOn(this.#targets))) {
        this.#targets.add(urn);
        return true;
      }
      return isImplied(type);
    }
    if (isImplied(type)) {
      return true;
    }
    if (this.#excludes.has(urn) || (excludeDependents && dependsOn(this.#excludes))) {
      this.#excludes.add(urn);
      return false;
    }
    return true;
  }

  /** Notes a resource that is not created. */
  skip(urn: string): void {
    this.#skipped.add(urn);
  }

  /** Whether a resource is not created, so that nothing is known of it. */
  isSkipped(urn: string): boolean {
    return this.#skipped.has(urn);
  }

  /** Whether the operation is about targets, and not about all but some. */
  get hasTargets(): boolean {
    return !this.#targets.isEmpty;
  }

  /** What a resource needs and is not created, as it is no target or is excluded. */
  missingFor(resource: ResourceState): readonly string[] {
    return [...allDependencies(resource)].filter((urn) => this.#skipped.has(urn));
  }

  /** Whether a refresh looks at a resource of the state. Dependents are not followed, as in the Pulumi CLI. */
  isRefreshed(urn: string): boolean {
    return this.#targets.isEmpty ? !this.#excludes.has(urn) : this.#targets.has(urn);
  }

  /**
   * Which resources of the state may be deleted: the targets and what depends on them; or all but what is excluded,
   * and what that needs.
   *
   * @param resources in the order of the state: dependents come after what they depend on
   */
  deletable(resources: readonly ResourceState[]): ReadonlySet<ResourceState> {
    if (!this.#targets.isEmpty) {
      return withDependents(resources, this.#targets);
    }
    if (this.#excludes.isEmpty) {
      return new Set(resources);
    }
    const kept =
      this.#options.excludeDependents === true
        ? withDependents(resources, this.#excludes)
        : new Set(resources.filter(({ urn }) => this.#excludes.has(urn)));
    const needed = new Set([...kept].map(({ urn }) => urn));
    for (const resource of resources.toReversed()) {
      if (needed.has(resource.urn)) {
        kept.add(resource);
        allDependencies(resource).forEach((urn) => needed.add(urn));
      }
    }
    return new Set(resources.filter((resource) => !kept.has(resource)));
  }

  /** Whether a resource must not be deleted unless it is named, although it depends on one that is. */
  isUnnamedDependent(urn: string): boolean {
    return (
      !this.#targets.isEmpty && this.#options.targetDependents !== true && !this.#targets.has(urn)
    );
  }

  /** The targets that are no resource. */
  unknownTargets(known: ReadonlySet<string>): readonly string[] {
    return this.#targets.literals.filter((urn) => !known.has(urn));
  }

  /** The resources to leave out that are none. */
  unknownExcludes(known: ReadonlySet<string>): readonly string[] {
    return this.#excludes.literals.filter((urn) => !known.has(urn));
  }

  /** The resources to replace that are none. */
  unknownReplaced(known: ReadonlySet<string>): readonly string[] {
    return this.#replaced.literals.filter((urn) => !known.has(urn));
  }
}

/** Whether resources of a type need not be named. */
function isImplied(type: string): boolean {
  return type === STACK_TYPE || isProviderType(type);
}

function withDependents(
  resources: readonly ResourceState[],
  named: UrnPatterns,
): Set<ResourceState> {
  const urns = new Set<string>();
  const found = new Set<ResourceState>();
  for (const resource of resources) {
    const depends = [...allDependencies(resource)].some((urn) => urns.has(urn));
    if (depends || named.has(resource.urn)) {
      urns.add(resource.urn);
      found.add(resource);
    }
  }
  return found;
}

/** The message of a target that is no resource. */
export function unknownTargetMessage(urn: string): string {
  const message = `Cannot find "${urn}" in the stack`;
  // A shell takes the `$` between the types of a parent and its child, and what follows it.
  return urn.includes("$")
    ? message
    : `${message}: check it, and whether the shell has taken a "$" in it`;
}

/** Puts resources after what they depend on, and leaves their order as it is otherwise. */
export function inDependencyOrder(resources: readonly ResourceState[]): readonly ResourceState[] {
  const byUrn = new Map<string, ResourceState>();
  for (const resource of resources) {
    if (!resource.delete || !byUrn.has(resource.urn)) {
      byUrn.set(resource.urn, resource);
    }
  }
  const placed = new Set<ResourceState>();
  const place = (resource: ResourceState, waiting: readonly ResourceState[]): void => {
    if (placed.has(resource) || waiting.includes(resource)) {
      return;
    }
    for (const urn of allDependencies(resource)) {
      const dependency = byUrn.get(urn);
      if (dependency !== undefined) {
        place(dependency, [...waiting, resource]);
      }
    }
    placed.add(resource);
  };
  resources.forEach((resource) => place(resource, []));
  return [...placed];
}
