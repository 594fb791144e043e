/** The order of archives, reports and digests, whatever the locale. */

/** Orders paths by their UTF-8 bytes, as every tool that sorts in the C locale does. */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (left !== right) {
      return byteRank(left) - byteRank(right);
    }
  }
  return a.length - b.length;
}

/** UTF-8 puts what UTF-16 writes with surrogates (U+10000 and above) after U+E000 to U+FFFF. */
function byteRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
