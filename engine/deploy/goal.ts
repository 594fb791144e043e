/** What a program wants, before the engine has compared it with the state. */
import type { PropertyMap, PropertyValue } from "../values/property-value.ts";

/** What a resource may have been called before: one URN, or the parts that differ from today's. */
export type Alias =
  | { readonly type: "urn"; readonly urn: string }
  | {
      readonly type: "spec";
      readonly name: string | undefined;
      readonly resourceType: string | undefined;
      readonly stack: string | undefined;
      readonly project: string | undefined;
      /** A URN; undefined: today's parent. */
      readonly parent: string | undefined;
      readonly noParent: boolean;
    };

/** What the program wants of one resource. */
export interface Goal {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly inputs: PropertyMap;
  readonly parent: string | undefined;
  /** `undefined`: as the parent. */
  readonly protect: boolean | undefined;
  readonly retainOnDelete: boolean | undefined;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** An explicit provider, `<urn>::<id>`. */
  readonly provider: string | undefined;
  /** `undefined`: as the provider says. */
  readonly deleteBeforeReplace: boolean | undefined;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly aliases: readonly Alias[];
  readonly deletedWith: string | undefined;
  readonly replaceWith: readonly string[];
  /** null: none. */
  readonly replacementTrigger: PropertyValue;
  /** The names of hooks by when they are called, as the state has them. */
  readonly hooks: Readonly<Record<string, readonly string[]>>;
  readonly sourcePosition: string | undefined;
  readonly stackTrace: readonly { readonly sourcePosition?: string }[];
  /** Further fields that only the state keeps (`customTimeouts`). */
  readonly rest: Readonly<Record<string, unknown>>;
}

/** What the program wants to read without managing it. */
export interface ReadGoal {
  readonly type: string;
  readonly name: string;
  /** The sign for unknown values where it is not known before the update. */
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly parent: string | undefined;
  readonly dependencies: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly sourcePosition: string | undefined;
  readonly stackTrace: readonly { readonly sourcePosition?: string }[];
}
