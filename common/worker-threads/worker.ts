/** The program of a worker thread: runs one task after another. */
import { parentPort } from "node:worker_threads";
import { isRecord } from "../values/is-record.ts";
import type { TaskMessage, TaskReply } from "./task.ts";

async function runTask({ module, name, input }: TaskMessage): Promise<TaskReply> {
  try {
    const exported: unknown = await import(module);
    const run = isRecord(exported) ? exported[name] : undefined;
    if (typeof run !== "function") {
      throw new TypeError(`Cannot run a task as its module exports no such function: "${name}"`);
    }
    return { type: "done", outcome: Reflect.apply(run, undefined, [input]) };
  } catch (error) {
    return { type: "thrown", error };
  }
}

/** The memory of an outcome that is handed over; see {@link ThreadTask}. */
function transferList(reply: TaskReply): readonly ArrayBuffer[] {
  const outcome = reply.type === "done" ? reply.outcome : undefined;
  return Object.values(isRecord(outcome) ? outcome : {}).flatMap((value) =>
    value instanceof Uint8Array && value.buffer instanceof ArrayBuffer ? [value.buffer] : [],
  );
}

async function answer(message: TaskMessage): Promise<void> {
  const reply = await runTask(message);
  parentPort?.postMessage(reply, transferList(reply));
}

// Where an outcome cannot be sent, the rejection ends this thread, which rejects the task.
parentPort?.on("message", (message: TaskMessage) => void answer(message));
