/** Worker threads, one for each core, started when first needed and ended with the process. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { OutcomeOf, Task } from "../../provider/archive/build/tasks.ts";
import type { Reply } from "./worker.ts";

/** The tasks make few objects; with the default of 48 each thread would fill that all the same. */
const YOUNG_GENERATION_MB = 4;

/** A task that waits for its turn or its outcome. */
interface Job {
  readonly task: Task;
  readonly resolve: (outcome: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** See {@link sharedWorkers}. */
export class WorkerPool {
  readonly #size: number;
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Job>();
  readonly #waiting: Job[] = [];

  /** @param size how many threads @default one for each core */
  constructor(size: number = availableParallelism()) {
    this.#size = size;
  }

  /** How many tasks are done at a time. */
  get size(): number {
    return this.#size;
  }

  /**
   * Does a task on one of the threads, after those that were given before.
   *
   * @throws what the task throws
   */
  async run<T extends Task>(task: T): Promise<OutcomeOf<T>>;
  async run(task: Task): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ task, resolve, reject });
      this.#startWaiting();
    });
  }

  #startWaiting(): void {
    while (this.#waiting.length > 0) {
      const worker = this.#idle.pop() ?? this.#makeWorker();
      if (worker === undefined) return;
      const job = this.#waiting.shift();
      if (job === undefined) return;
      this.#busy.set(worker, job);
      // A thread keeps the process alive only as long as somebody waits for it.
      worker.ref();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      worker.postMessage(job.task);
    }
  }

  #makeWorker(): Worker | undefined {
    if (this.#busy.size + this.#idle.length >= this.#size) return undefined;
    // The sources run as they are in a checkout; the package holds them compiled.
    const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
    const worker = new Worker(new URL(`./worker.${extension}`, import.meta.url), {
      // Options of the process that are not for threads would keep them from starting.
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    worker.on("message", (reply: Reply) => {
      const job = this.#release(worker);
      this.#idle.push(worker);
      if (reply.type === "done") job?.resolve(reply.outcome);
      else job?.reject(reply.error);
      this.#startWaiting();
    });
    worker.on("error", (error) => {
      this.#release(worker)?.reject(error);
      this.#startWaiting();
    });
    return worker;
  }

  #release(worker: Worker): Job | undefined {
    const job = this.#busy.get(worker);
    this.#busy.delete(worker);
    worker.unref();
    return job;
  }
}

let shared: WorkerPool | undefined;

/** The threads of this process. */
export function sharedWorkers(): WorkerPool {
  shared ??= new WorkerPool();
  return shared;
}
