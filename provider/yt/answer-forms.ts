/** What a cluster's successes look like. Anything else is no answer of its: of a gateway, or only half of one. */
import { isRecord } from "../../common/values/is-record.ts";

/** The form of a command's success. */
export interface AnswerForm {
  /** What it holds, to follow "its answer holds no". */
  readonly holds: string;
  /** @param isFromCluster whether the answer has headers that only a cluster's own answers have */
  readonly fits: (answer: unknown, isFromCluster: boolean) => boolean;
}

/** An id of a node or a transaction. */
export const isId = (value: unknown): boolean => typeof value === "string" && value !== "";

/** A list, which has attributes when the cluster has cut it. */
export const isList = (value: unknown): boolean =>
  Array.isArray(value) || (isRecord(value) && Array.isArray(value["$value"]));

/** A map with one field, whatever else it holds. */
export function field(name: string, fits: (value: unknown) => boolean = () => true): AnswerForm {
  return {
    holds: `"${name}"`,
    fits: (answer) => isRecord(answer) && name in answer && fits(answer[name]),
  };
}

export const TRUTH: AnswerForm = field("value", (value) => typeof value === "boolean");

/** An empty map (`ProduceEmptyOutput` in yt/yt/client/driver/command.cpp); a later release may put something into it. */
export const NOTHING: AnswerForm = {
  holds: "empty map",
  fits: (answer, isFromCluster) =>
    isRecord(answer) && (isFromCluster || Object.keys(answer).length === 0),
};

/** An empty map, or the commit's timestamps, by the cluster's version (docs/yt-http-api.md, section 15). */
export const COMMITTED: AnswerForm = {
  holds: "outcome of the commit",
  fits: (answer, isFromCluster) =>
    isRecord(answer) &&
    (isFromCluster || Object.keys(answer).every((name) => /timestamps?$/.test(name))),
};

/** A file's content, which may be anything; what came is compared with the file's size and MD5. */
export const BYTES: AnswerForm = { holds: "content of a file", fits: () => true };
