/**
 * Worker threads, one for each core, started when first needed and ended with the process.
 *
 * tinypool 2.2.0 was tried: where a thread ends without an error, its task never settles there, nor
 * does the next one that is given to it. It also takes 12 ms more to load, and does nothing faster.
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { TaskMessage, TaskReply, ThreadTask } from "./task.ts";

/** The tasks make few objects; with the default of 48 each thread would fill that all the same. */
const YOUNG_GENERATION_MB = 4;

/** A task that waits for its turn or its outcome. */
interface Job {
  readonly message: TaskMessage;
  readonly resolve: (outcome: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** See {@link sharedWorkers}. */
export class WorkerPool {
  readonly #size: number;
  readonly #idle = new Set<Worker>();
  readonly #busy = new Map<Worker, Job>();
  readonly #waiting: Job[] = [];

  /** @param size how many threads @default one for each core */
  constructor(size: number = availableParallelism()) {
    this.#size = size;
  }

  /**
   * Runs a task on one of the threads, after those that were given before.
   *
   * @throws {unknown} what the task throws
   * @throws {Error} when its thread ends before the task
   */
  async run<Input, Outcome>(task: ThreadTask<Input, Outcome>, input: Input): Promise<Outcome>;
  async run({ module, run }: ThreadTask<unknown, unknown>, input: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message: { module, name: run.name, input }, resolve, reject });
      this.#startWaiting();
    });
  }

  #startWaiting(): void {
    while (this.#waiting.length > 0) {
      const [idle] = this.#idle;
      const worker = idle ?? this.#startWorker();
      const job = worker === undefined ? undefined : this.#waiting.shift();
      if (worker === undefined || job === undefined) {
        return;
      }
      this.#idle.delete(worker);
      this.#busy.set(worker, job);
      // A thread keeps the process alive only as long as somebody waits for it.
      worker.ref();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      worker.postMessage(job.message);
    }
  }

  #startWorker(): Worker | undefined {
    if (this.#busy.size + this.#idle.size >= this.#size) {
      return undefined;
    }
    // The sources run as they are in a checkout; the package holds them compiled.
    const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
    const worker = new Worker(new URL(`./worker.${extension}`, import.meta.url), {
      // Options of the process that are not for threads would keep them from starting.
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    worker.on("message", (reply: TaskReply) => {
      const job = this.#detach(worker);
      this.#idle.add(worker);
      worker.unref();
      if (reply.type === "done") {
        job?.resolve(reply.outcome);
      } else {
        job?.reject(reply.error);
      }
      this.#startWaiting();
    });
    // After an error a thread exits too, but it may exit without one.
    worker.on("error", (error) => this.#drop(worker, error));
    worker.on("exit", (code) => {
      this.#drop(worker, new Error(`A worker thread ended before its task: exit code is ${code}`));
    });
    return worker;
  }

  /** Takes a thread that has ended out of the pool, and rejects what it was doing. */
  #drop(worker: Worker, error: unknown): void {
    this.#detach(worker)?.reject(error);
    this.#startWaiting();
  }

  #detach(worker: Worker): Job | undefined {
    const job = this.#busy.get(worker);
    this.#busy.delete(worker);
    this.#idle.delete(worker);
    return job;
  }
}

let shared: WorkerPool | undefined;

/** The threads of this process. */
export function sharedWorkers(): WorkerPool {
  shared ??= new WorkerPool();
  return shared;
}
