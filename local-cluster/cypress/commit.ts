/** What is committed in one step, and what has to happen for it to last. */
import type { CypressNode, NodeChange } from "../objects/node.ts";
import type { YsonValue } from "../../common/yson/value.ts";

/** An answer that a repeated request must get again, also after a restart. */
export interface RecordedAnswer {
  readonly mutationId: string;
  readonly answer: YsonValue;
}

/** One atomic step of the committed state, as it goes to disk. */
export interface TrunkCommit {
  /** Nodes that are committed for the first time. */
  readonly created: readonly CypressNode[];
  readonly changes: ReadonlyMap<string, NodeChange>;
  /** What the command that made this step answers, if it may be repeated. */
  readonly answer: RecordedAnswer | undefined;
}

/** Where committed state is kept. */
export interface CommitLog {
  /** Returns when the step can no longer be lost. */
  append(commit: TrunkCommit): void;
  /** Called when the step is part of the state that others see. */
  compactIfLarge(): void;
}
