/** The bytes of tar headers that are written: field by field, and through the system's tar. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import {
  END_OF_ARCHIVE,
  fileHeader,
  filePadding,
} from "../../../../provider/archive/tar/write-header.ts";
import { parseHeader, parsePaxRecords } from "../../../../provider/archive/tar/read-header.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";
import { filesIn, output } from "../../../tools/readers.ts";

/** A header block, field by field; what is not named stays zero. */
function block(name: string, mode: string, size: string, type: string, prefix = ""): string {
  const bytes = Buffer.alloc(512);
  bytes.write(name, 0); // name, 100 bytes
  bytes.write(`${mode} `, 100); // mode, 8
  bytes.write("000000 ", 108); // uid, 8
  bytes.write("000000 ", 116); // gid, 8
  bytes.write(size, 124); // size, 12
  bytes.write("0000000000 ", 136); // mtime, 12
  bytes.write("        ", 148); // checksum, 8, as blanks while it is taken
  bytes.write(type, 156); // type, 1
  bytes.write("ustar\u000000", 257); // magic, 6; version, 2; then user and group, 32 each
  bytes.write("000000 ", 329); // device, 8
  bytes.write("000000 ", 337); // and its minor, 8
  bytes.write(prefix, 345); // prefix, 155
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")} \0`, 148);
  return bytes.toString("latin1");
}

test("fileHeader() is the same bytes for ever", () => {
  const bytes = fileHeader({ path: "lib/x.py", mode: 0o755, sizeBytes: 1234 });
  assert.equal(bytes.toString("latin1"), block("lib/x.py", "000755", "0000002322 ", "0"));
});

test("fileHeader() puts a name that ustar cannot hold into a pax header of nobody, at no time", () => {
  const name = `${"d".repeat(200)}/ü`;
  const bytes = fileHeader({ path: name, mode: 0o755, sizeBytes: 5 });
  const records = Buffer.alloc(512);
  records.write(`213 path=${name}\n`);
  assert.equal(
    bytes.toString("latin1"),
    block("PaxHeader", "000644", "0000000325 ", "x") +
      records.toString("latin1") +
      // The beginning of the name.
      block("d".repeat(99), "000755", "0000000005 ", "0"),
  );
});

function header(name: string): string {
  return fileHeader({ path: name, mode: 0o644, sizeBytes: 0 }).toString("latin1");
}

test("fileHeader() splits a name of 100 bytes and more at a slash, where there is one in place", () => {
  const [folder, name] = ["d".repeat(155), "n".repeat(100)];
  assert.equal(header(`d/${name}`), block(name, "000644", "0000000000 ", "0", "d"));
  assert.equal(header(`${folder}/${name}`), block(name, "000644", "0000000000 ", "0", folder));
  assert.equal(header(`${folder}d/${name}`).length, 3 * 512);
  assert.equal(header(`${folder}/${name}n`).length, 3 * 512);
  // Without a directory node-tar would add one: "./nnn".
  assert.equal(header(name).length, 3 * 512);
  assert.equal(header(name.slice(1)), block(name.slice(1), "000644", "0000000000 ", "0"));
});

test("fileHeader() counts the bytes of a pax record with those of its own length", () => {
  for (const length of [85, 86, 980, 990, 991, 992, 993, 9985, 9990, 9991, 9992, 99_990, 999_990]) {
    for (const name of [`ü${"x".repeat(length)}`, `${"ü\n".repeat(length / 3)}x`]) {
      const bytes = Buffer.from(header(name), "latin1");
      const sizeBytes = parseHeader(bytes.subarray(0, 512))?.sizeBytes ?? 0;
      const records = parsePaxRecords(bytes.subarray(512, 512 + sizeBytes));
      assert.equal(records?.get("path")?.toString(), name);
      assert.equal(records.size, 1);
    }
  }
});

test("fileHeader() holds sizes beyond the eleven octal digits of ustar", () => {
  const largest = fileHeader({ path: "x", mode: 0o644, sizeBytes: 0o77777777777 });
  assert.equal(largest.length, 512);
  const larger = fileHeader({ path: "x", mode: 0o644, sizeBytes: 0o77777777777 + 1 });
  assert.equal(
    larger.subarray(512, 1024).toString().replace(/\0+$/, ""),
    "9 path=x\n19 size=8589934592\n",
  );
  // For readers that know no pax.
  assert.equal(parseHeader(larger.subarray(1024))?.sizeBytes, 8_589_934_592);
});

test("filePadding() fills the last block and no more", () => {
  const lengths = [0, 1, 511, 512, 513, 1024].map((size) => filePadding(size).length);
  assert.deepEqual(lengths, [0, 511, 1, 0, 511, 0]);
});

// What a file system takes for a name, and UTF-8 can hold; "." and ".." are not names.
const component = fc
  .oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
    fc.string({ unit: "binary", minLength: 1, maxLength: 60 }),
    fc.string({ unit: fc.constantFrom("a", "é", "日"), minLength: 60, maxLength: 80 }),
  )
  .map((text) => text.replaceAll(/[/\0]/g, "_").toWellFormed())
  .filter((text) => text !== "." && text !== ".." && Buffer.byteLength(text) <= 255);
const filePath = fc
  .array(component, { minLength: 1, maxLength: 6 })
  .map((components) => components.join("/"));

test("fileHeader() brings any names and sizes through the system's tar", async (t) => {
  const folder = await makeTree(t);
  let count = 0;
  const files = fc.uniqueArray(
    fc.record({ path: filePath, size: fc.nat({ max: 2000 }), isExecutable: fc.boolean() }),
    { selector: (file) => file.path, minLength: 1, maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(files, async (list) => {
      const fitting = list.filter(
        (file) => !list.some((other) => other.path.startsWith(`${file.path}/`)),
      );
      const blocks = fitting.flatMap(({ path: name, size, isExecutable }) => [
        fileHeader({ path: name, mode: isExecutable ? 0o755 : 0o644, sizeBytes: size }),
        Buffer.alloc(size, name),
        filePadding(size),
      ]);
      count += 1;
      const archive = path.join(folder, `${count}.tar`);
      await writeFile(archive, Buffer.concat([...blocks, END_OF_ARCHIVE]));
      const target = await makeTree(t);
      await output("tar", ["--no-same-owner", "-xpf", archive, "-C", target]);
      const read = (await filesIn(target)).toSorted((a, b) => (a.path < b.path ? -1 : 1));
      const wanted = fitting
        .map(({ path: name, size, isExecutable }) => ({
          path: name,
          mode: isExecutable ? 0o755 : 0o644,
          text: Buffer.alloc(size, name).toString("latin1"),
        }))
        .toSorted((a, b) => (a.path < b.path ? -1 : 1));
      assert.deepEqual(read, wanted);
    }),
    { numRuns: 60 },
  );
});
