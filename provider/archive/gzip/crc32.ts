/**
 * The CRC-32 of two stretches of bytes together, from that of each. Appending a zero bit is a linear map
 * of the 32 bits, so appending many is a power of it, found by squaring; see RFC 1952 for the polynomial.
 */

/** The polynomial of gzip's CRC-32, its bits reversed. */
const POLYNOMIAL = 0xedb88320;

/** A linear map of 32 bits: the image of each bit, lowest first. */
type Matrix = readonly number[];

/**
 * The CRC-32 of a stretch followed by another.
 *
 * @param first CRC-32 of the first
 * @param second CRC-32 of the second
 * @param secondBytes the size of the second, in bytes
 */
export function combineCrc32(first: number, second: number, secondBytes: number): number {
  let crc = first;
  // Powers of "append one zero byte", each the square of the one before.
  for (let power = 0, rest = secondBytes; rest > 0; power++, rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) {
      crc = apply(zeroBytes(power), crc);
    }
  }
  return (crc ^ second) >>> 0;
}

const powers: Matrix[] = [];

/** Appends 2^power zero bytes. */
function zeroBytes(power: number): Matrix {
  const known = powers[power];
  if (known !== undefined) {
    return known;
  }
  const made = power === 0 ? square(square(square(zeroBit()))) : square(zeroBytes(power - 1));
  powers[power] = made;
  return made;
}

/** Appends one zero bit: a shift, and the polynomial when a bit falls out. */
function zeroBit(): Matrix {
  return Array.from({ length: 32 }, (_, bit) => (bit === 0 ? POLYNOMIAL : 2 ** (bit - 1)));
}

function square(matrix: Matrix): Matrix {
  return matrix.map((image) => apply(matrix, image));
}

function apply(matrix: Matrix, bits: number): number {
  let image = 0;
  for (let bit = 0; bit < 32; bit++) {
    if ((bits >>> bit) & 1) {
      image ^= matrix[bit] ?? 0;
    }
  }
  return image >>> 0;
}
