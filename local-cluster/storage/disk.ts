/** The disk that data are written to, as far as a fault may make it full. */

/** What the data of a cluster are written to. */
export class Disk {
  #failing = 0;

  /** Makes the next writes fail, as on a full disk. */
  fill(writes: number): void {
    this.#failing = writes;
  }

  /** Call it before each write. @throws {Error} what the system throws for a full disk, `ENOSPC` */
  assertSpace(): void {
    if (this.#failing > 0) {
      this.#failing -= 1;
      const error = new Error("ENOSPC: no space left on device, write");
      throw Object.assign(error, { code: "ENOSPC", errno: -28, syscall: "write" });
    }
  }
}
