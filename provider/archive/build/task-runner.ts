/** Decides where a build's tasks are done. */
import { sharedWorkers } from "../../../common/worker-threads/pool.ts";
import type { ThreadTask } from "../../../common/worker-threads/task.ts";

/** So much is done before threads are worth their start, in bytes of content. */
const INLINE_BYTES = 2 << 20;

/** Does the tasks of one build: the first few at once, the others on threads. */
export class TaskRunner {
  #inlineBytes = 0;

  /**
   * Does a task.
   *
   * @param sizeBytes how much content it reads
   */
  async run<Input, Outcome>(
    task: ThreadTask<Input, Outcome>,
    input: Input,
    sizeBytes: number,
  ): Promise<Outcome> {
    if (this.#inlineBytes + sizeBytes > INLINE_BYTES) {
      return sharedWorkers().run(task, input);
    }
    this.#inlineBytes += sizeBytes;
    return task.run(input);
  }
}
