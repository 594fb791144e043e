/** Gives memory back at once that the collector would hold on to. */

/** Smaller buffers may be slices of memory that Node shares among many. In bytes. */
const MIN_SIZE = 128 << 10;

/**
 * Frees the memory of bytes that nobody looks at any more; they are empty from then on.
 *
 * The collector sees little use in freeing a few objects, and lets tens of megabytes behind them
 * gather on each thread.
 */
export function releaseMemory({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength >= MIN_SIZE) {
    buffer.transfer(0);
  }
}
