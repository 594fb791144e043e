/** How far a long build is: a line at the bottom of a terminal, and elsewhere one every few seconds. */
import { paceOf, percentOf, sizesOf } from "../../common/text/progress-words.ts";
import type { WorkProgress } from "../../provider/archive/build/work-progress.ts";
import { StatusLine } from "../terminal/status-line.ts";
import type { Terminal } from "../terminal/status-line.ts";

/** What takes less time needs no line, in ms. */
const SILENT_MS = 1000;

/** Nor does less content, however slow the machine is, in bytes. */
const SILENT_BYTES = 16 << 20;

/** A log need not hold more lines than one in so long, in ms. */
const LINE_INTERVAL_MS = 5000;

/** How often it is looked whether a line is due, in ms. */
const LOOK_INTERVAL_MS = 500;

/** Where lines go, and how. */
export interface ProgressOutput {
  readonly stream: Terminal;
  /** Whether somebody looks at it, so that a line may be drawn over. */
  readonly isWatched: boolean;
  /** Milliseconds; only differences matter. */
  readonly now: () => number;
}

/** How far something is. */
interface Work {
  readonly what: string;
  readonly startedAtMs: number;
  totalBytes: number;
  doneBytes: number;
  /** How many are at it. */
  count: number;
}

/** Tells of one piece of work after another. */
export class BuildProgress implements WorkProgress {
  readonly #output: ProgressOutput;
  readonly #status: StatusLine | undefined;
  #timer: NodeJS.Timeout | undefined;
  #saidAtMs = 0;
  #work: Work | undefined;

  constructor(output: ProgressOutput) {
    this.#output = output;
    this.#status = output.isWatched
      ? new StatusLine(output.stream, () => this.#line() ?? [])
      : undefined;
  }

  /**
   * Tells of some work until it ends; where others are at it already, of all of it together.
   *
   * @param what in the words of the line's beginning
   * @throws {unknown} what the work throws
   */
  async during<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    const current = (this.#work ??= this.#begin(what));
    current.count += 1;
    try {
      return await work();
    } finally {
      current.count -= 1;
      if (current.count === 0) {
        this.#end();
      }
    }
  }

  expect(sizeBytes: number): void {
    if (this.#work !== undefined) {
      this.#work.totalBytes += sizeBytes;
    }
  }

  did(sizeBytes: number): void {
    if (this.#work !== undefined) {
      this.#work.doneBytes += sizeBytes;
    }
  }

  #begin(what: string): Work {
    const startedAtMs = this.#output.now();
    if (this.#status !== undefined) {
      this.#status.start();
    } else {
      this.#saidAtMs = startedAtMs + SILENT_MS - LINE_INTERVAL_MS;
      this.#timer = setInterval(() => this.#say(), LOOK_INTERVAL_MS);
      this.#timer.unref();
    }
    return { what, startedAtMs, totalBytes: 0, doneBytes: 0, count: 0 };
  }

  #end(): void {
    this.#status?.stop();
    clearInterval(this.#timer);
    this.#work = undefined;
  }

  #say(): void {
    const nowMs = this.#output.now();
    const [line] = nowMs - this.#saidAtMs < LINE_INTERVAL_MS ? [] : (this.#line() ?? []);
    if (line !== undefined) {
      this.#saidAtMs = nowMs;
      this.#output.stream.write(`${line}\n`);
    }
  }

  #line(): readonly [string] | undefined {
    if (this.#work === undefined) {
      return undefined;
    }
    const { what, startedAtMs, totalBytes, doneBytes } = this.#work;
    const elapsedMs = this.#output.now() - startedAtMs;
    if (elapsedMs < SILENT_MS || totalBytes < SILENT_BYTES) {
      return undefined;
    }
    const amount = { doneBytes, totalBytes };
    const isMoving = doneBytes > 0 && doneBytes < totalBytes;
    const pace = isMoving ? `, ${paceOf(amount, doneBytes / elapsedMs)}` : "";
    return [`${what} ${percentOf(amount)}${pace} (${sizesOf(amount)})`];
  }
}
