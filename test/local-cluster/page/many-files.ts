/** A plain tar of very many small files. */

/** The files "f0", "f1", …, each with the content "x". */
export function pack(count: number): Buffer {
  const blocks = Array.from({ length: count }, (_, index) => {
    const block = Buffer.alloc(1024);
    // Name, mode, owner, group, size, time, checksum (blanks while it is counted), type.
    block.write(`f${index}`, 0);
    block.write("0000644\0", 100);
    block.write("0000000\0", 108);
    block.write("0000000\0", 116);
    block.write("00000000001\0", 124);
    block.write("00000000000\0", 136);
    block.write("        ", 148);
    block.write("0ustar\0", 156);
    block.write("00", 263);
    const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    block.write("x", 512);
    return block;
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
