/** Answers to repeated requests, by mutation id (on the cluster: the response keeper). */
import type { RecordedAnswer } from "../cypress/commit.ts";
import { ERROR_CODE, YtError, genericError } from "../errors/yt-error.ts";
import type { YsonValue } from "../../common/yson/value.ts";
import type { Output } from "./command.ts";

/** How long answers are kept, in milliseconds; the cluster keeps them for 5 to 10 minutes. */
const KEEP_MS = 10 * 60 * 1000;

/** Keeps answers by mutation id, so that a repeated request changes nothing twice. */
export class MutationCache {
  readonly #answers = new Map<string, { readonly time: number; answer: Promise<Output> }>();

  /** @param recorded answers from before a restart */
  constructor(recorded: readonly RecordedAnswer[]) {
    for (const { mutationId, answer } of recorded) {
      void this.#remember(mutationId, Promise.resolve(outputFromRecord(answer)));
    }
  }

  /**
   * Runs an action unless its id is known, in which case its answer, or its error, is given again.
   *
   * @throws {YtError} code 1 when the id is known but the request does not say that it repeats one
   */
  run(id: string, retry: boolean, action: () => Promise<Output>): Promise<Output> {
    this.#removeExpired();
    const known = this.#answers.get(id);
    if (known !== undefined) {
      if (!retry) {
        throw genericError('Duplicate request is not marked as "retry"');
      }
      return known.answer;
    }
    return this.#remember(id, this.#runFirst(id, action));
  }

  async #runFirst(id: string, action: () => Promise<Output>): Promise<Output> {
    try {
      return await action();
    } catch (error) {
      // The cluster does not keep "unavailable" answers either (docs/yt-http-api.md, section 10).
      const isFinal = error instanceof YtError && error.code !== ERROR_CODE.unavailable;
      if (!isFinal) {
        this.#answers.delete(id);
      }
      throw error;
    }
  }

  #remember(id: string, answer: Promise<Output>): Promise<Output> {
    this.#answers.set(id, { time: Date.now(), answer });
    return answer;
  }

  #removeExpired(): void {
    const oldest = Date.now() - KEEP_MS;
    for (const [id, { time }] of this.#answers) {
      if (time > oldest) {
        return;
      }
      this.#answers.delete(id);
    }
  }
}

/** Version 3 gives the only field bare, and nothing for an empty answer. */
function outputFromRecord(v4: YsonValue): Output {
  const fields = v4.type === "map" ? [...v4.entries.values()] : [v4];
  return { type: "structured", v3: fields[0], v4 };
}
