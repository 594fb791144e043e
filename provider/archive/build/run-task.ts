/** Does a task, on whichever thread it is called. */
import { copyFiles } from "./copy-files.ts";
import { packSegment } from "../segments/pack-segment.ts";
import { hashFile } from "../../manifest/digests.ts";
import { systemFailure } from "../../../common/files/system-failure.ts";
import type { HashOutcome, OutcomeOf, Task } from "./tasks.ts";

/** Does a task. What the file system refuses is an outcome; anything that is thrown is a mistake of ours. */
export function runTask<T extends Task>(task: T): OutcomeOf<T>;
export function runTask(task: Task): OutcomeOf<Task> {
  switch (task.type) {
    case "hash":
      return task.files.map(hashOrFailure);
    case "pack":
      return packSegment(task);
    case "copy":
      return copyFiles(task);
  }
}

function hashOrFailure(file: string): HashOutcome {
  try {
    return { type: "hashed", ...hashFile(file) };
  } catch (error) {
    return { type: "failed", error: systemFailure(error) };
  }
}
