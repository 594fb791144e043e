/** The blocks of a tar archive: a header takes one, and the data after it whole ones. */

/** The size of a block, in bytes. */
export const BLOCK_SIZE = 512;

/** How many zeros fill the last block of some data, in bytes. */
export function paddingSize(dataBytes: number): number {
  return (BLOCK_SIZE - (dataBytes % BLOCK_SIZE)) % BLOCK_SIZE;
}
