/**
 * What a scenario is: a small program, what is done with it, and where the two engines differ on purpose.
 *
 * To add one: put it into a chapter in `test/behaviour/conformance/scenarios/` (a new chapter is also named in
 * `scenarios/chapters.ts` and has a test file of three lines), record it with a Pulumi CLI on PATH by
 * `npm run conformance -- --record NAME`, look at what was recorded, and run the chapter's test.
 */

/** A resource in a state file, as JSON has it. */
export type RawResource = Record<string, unknown>;

/** The part of a state file that an action may edit. */
export interface RawDeployment {
  resources?: RawResource[];
  pending_operations?: { resource: RawResource; type: string }[];
  [key: string]: unknown;
}

/** The commands of both engines that are compared. */
export type Command = "preview" | "up" | "refresh" | "destroy";

/** Runs a command, and looks at what came of it. */
export interface RunAction {
  readonly run: Command;
  /** Further arguments, the same for both: `["--target", "urn:…"]`. @default none */
  readonly args?: readonly string[];
  /** Environment variables; `undefined` takes one away. The passphrase is right by default. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** How many steps at a time. The order of calls is compared only within each resource when there are several. @default 1 */
  readonly parallel?: number;
  /** Let `up`, `refresh` and `destroy` show first what they would do, as without `--skip-preview`. @default false */
  readonly previewFirst?: boolean;
  /** Compare the texts of warnings and errors, not only their severities. @default false */
  readonly texts?: boolean;
  /**
   * Signals for the engine, one after another, once the provider hangs (see the fault `hang`). It may go on when they
   * have been sent.
   */
  readonly interrupt?: readonly ("SIGINT" | "SIGTERM" | "SIGKILL")[];
}

/** A `Thing` that is there to begin with; its id is its name and `-1`. */
export interface GivenThing {
  readonly name: string;
  /** Its inputs besides the name. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Names of those before it that it needs, by the inputs that need them. @default none */
  readonly needs?: Readonly<Record<string, readonly string[]>>;
}

/** One thing that is done in a scenario. */
export type Action =
  | RunAction
  /** Writes the program; `pulumi`, `Thing` and `Group` are there to be used. */
  | { readonly program: string }
  /** Puts things into the state, and their objects where the provider has them, as an `up` would have done it. */
  | { readonly given: readonly GivenThing[] }
  /** Writes files of the project, by their path in it. */
  | { readonly write: Readonly<Record<string, string>> }
  /** Removes files and folders of the project. */
  | { readonly remove: readonly string[] }
  /** Gives a file of the project another name. */
  | { readonly move: readonly [from: string, to: string] }
  /** Leaves only the first half of a file. */
  | { readonly truncate: string }
  /** Makes the provider fail from now on: the name of a resource, and how (see the fixture's handler). */
  | { readonly faults: Readonly<Record<string, string>> }
  /** Changes the stack's state file. */
  | { readonly editState: (deployment: RawDeployment) => void }
  /** Takes away the locks that a killed engine has left. */
  | { readonly unlock: true };

/** What is compared of a run. */
export const COMPARED = ["status", "calls", "steps", "diagnostics", "state"] as const;

/** One of the things that are compared. */
export type Compared = (typeof COMPARED)[number];

/** A difference that is known. It fails the suite when it is no longer there. */
export interface Difference {
  /** Which run of the scenario, from 1; or the preview on the other engine's state. */
  readonly run: number | "handover";
  readonly in: readonly Compared[];
  /** What the embedded engine does in place of it, for people. */
  readonly embedded: string;
  /** Why that is meant to be so; `known` when it is not, and only has not been mended yet. */
  readonly reason: string;
}

/** A small program, and what is done with it. */
export interface Scenario {
  /** In kebab case; its recording's name. */
  readonly name: string;
  /** One line for people. */
  readonly about: string;
  /** Files of the project beside those of the fixture. */
  readonly files?: Readonly<Record<string, string>>;
  readonly actions: readonly Action[];
  /**
   * After which run (from 1) the state is handed over to the other engine for a preview; `false` for none.
   * @default the one in the middle of those that may change the state
   */
  readonly handover?: number | false;
  readonly differences?: readonly Difference[];
}

/** Scenarios on one subject. */
export interface Chapter {
  readonly title: string;
  readonly scenarios: readonly Scenario[];
}
