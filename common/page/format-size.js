/** Sizes on the pages that `ytcode` shows in a browser: as on the terminal. */

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/**
 * A size with its unit, in powers of 1024: `"4.1 KiB"`.
 *
 * @param {number} sizeBytes
 * @returns {string}
 */
export function formatSize(sizeBytes) {
  const exponent = Math.min(
    Math.floor(Math.log(Math.max(sizeBytes, 1)) / Math.log(1024)),
    UNITS.length - 1,
  );
  const value = sizeBytes / 1024 ** exponent;
  return `${exponent === 0 ? value : value.toFixed(1)} ${UNITS[exponent]}`;
}
