/** The program of a worker thread: does one task after another. */
import { parentPort } from "node:worker_threads";
import { isRecord } from "../values/is-record.ts";
import { runTask } from "../../provider/archive/build/run-task.ts";
import type { Task } from "../../provider/archive/build/tasks.ts";

/** What goes back to the main thread. */
export type Reply =
  | { readonly type: "done"; readonly outcome: unknown }
  | { readonly type: "thrown"; readonly error: unknown };

function reply(task: Task): Reply {
  try {
    return { type: "done", outcome: runTask(task) };
  } catch (error) {
    return { type: "thrown", error };
  }
}

/** What is handed over, and not copied: compressed bytes. */
function handedOver(message: Reply): readonly ArrayBuffer[] {
  const outcome = message.type === "done" ? message.outcome : undefined;
  const bytes = isRecord(outcome) ? outcome["bytes"] : undefined;
  return bytes instanceof Uint8Array && bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : [];
}

parentPort?.on("message", (task: Task) => {
  const message = reply(task);
  parentPort?.postMessage(message, handedOver(message));
});
