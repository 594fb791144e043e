/** What is seen of a run, in a form in which two engines can be compared. */
import type { NormalState } from "./normal-state.ts";

/** A step as an engine tells it. */
export interface SeenStep {
  readonly operation: string;
  readonly urn: string;
}

/** A message as an engine tells it; without a URN when it is about no resource, or about the command itself. */
export interface SeenMessage {
  readonly severity: string;
  readonly urn: string | undefined;
  readonly text: string;
}

/** How a command ended, as an engine tells it. */
export interface EngineOutcome {
  readonly status: number;
  readonly steps: readonly SeenStep[];
  readonly messages: readonly SeenMessage[];
  /** All that it printed, for whoever looks for a fault. */
  readonly text: string;
}

/** What is compared of one run. */
export interface Observation {
  readonly status: number;
  /** The provider's calls, with what it was given. */
  readonly calls: readonly string[];
  /** What was done, or would be: `create Thing a`; in no order, as that is the calls'. */
  readonly steps: readonly string[];
  /** `error Thing a`, with the message where the scenario compares it. */
  readonly diagnostics: readonly string[];
  /** The state afterwards; empty when there is none. */
  readonly state: NormalState;
}

/** The steps that people are shown: a replacement is one, and the default providers are left out. */
export function shownSteps(steps: readonly SeenStep[]): readonly string[] {
  const shown = steps
    .filter(({ urn }) => !/::pulumi:providers:[^:]+::default/.test(urn))
    .map(({ operation, urn }) => `${shownOperation(operation)} ${shortName(urn)}`);
  return [...new Set(shown)].toSorted();
}

function shownOperation(operation: string): string {
  return operation === "create-replacement" || operation === "delete-replaced"
    ? "replace"
    : operation;
}

/** What the CLI adds to every failure. That there was one is told by its exit status, and by the message before. */
const ADDED = /^(?:error: )?(?:update|preview|refresh|destroy) failed\s*$/;

/** Messages in short, without those for debugging. Those about no resource are shown as the stack's. */
export function shownMessages(
  messages: readonly SeenMessage[],
  texts: boolean,
  clean: (text: string) => string,
): readonly string[] {
  const shown = messages
    .filter(({ severity, text }) => severity !== "debug" && !ADDED.test(text))
    .map(({ severity, urn, text }) => {
      const place = urn === undefined || urn === "" ? "Stack fixture-dev" : shortName(urn);
      const message = texts ? `: ${clean(text).trim()}` : "";
      return `${severity === "info#err" ? "info" : severity} ${place}${message}`;
    });
  return [...new Set(shown)].toSorted();
}

/** `Thing a` of `urn:pulumi:dev::fixture::pulumi-nodejs:dynamic/test:Thing::a`. */
export function shortName(urn: string): string {
  const [, , types = "", ...name] = urn.split("::");
  return `${types.split(":").at(-1) ?? types} ${name.join("::")}`;
}
