/** The program of a worker thread: does one task after another. */
import { parentPort } from "node:worker_threads";
import { runTask } from "./run-task.ts";
import type { Task } from "./tasks.ts";

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

parentPort?.on("message", (task: Task) => parentPort?.postMessage(reply(task)));
