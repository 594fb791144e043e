/** Finds out, without compressing it, that content is compressed already: deflate would take long and gain nothing. */
import { deflateRawSync } from "node:zlib";

/** Smaller content takes less time to compress than to switch, in bytes. */
const MIN_SIZE = 16 << 10;

/** How many bytes are looked at. */
const SAMPLES = 2048;

/**
 * The sum of the squares of how often each byte is there. With all equally likely it is about
 * SAMPLES² / 256 + SAMPLES = 18432, give or take 180; with 7.9 bits of information in a byte it is 19650.
 */
const EVEN_UP_TO = 19_300;

/** Then so much is compressed, which tells what repeats from what does not; in bytes. */
const TRIAL_SIZE = 4 << 10;

/** It does not repeat when no less remains. */
const TRIAL_SHARE = 0.99;

const counts = new Uint16Array(256);

/** Whether deflate would gain next to nothing. The answer depends on nothing but the content. */
export function isIncompressible(content: Buffer): boolean {
  if (content.length < MIN_SIZE || !isEven(content)) {
    return false;
  }
  const start = (content.length - TRIAL_SIZE) >> 1;
  const trial = content.subarray(start, start + TRIAL_SIZE);
  return deflateRawSync(trial, { level: 1, memLevel: 6 }).length >= TRIAL_SIZE * TRIAL_SHARE;
}

function isEven(content: Buffer): boolean {
  counts.fill(0);
  const step = content.length / SAMPLES;
  for (let index = 0; index < SAMPLES; index++) {
    const byte = content[Math.floor(index * step)] ?? 0;
    counts[byte] = (counts[byte] ?? 0) + 1;
  }
  let sum = 0;
  for (const count of counts) {
    sum += count * count;
  }
  return sum <= EVEN_UP_TO;
}
