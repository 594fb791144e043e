import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import {
  END_OF_ARCHIVE,
  fileHeader,
  filePadding,
} from "../../../../provider/archive/tar/tar-entry.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";
import { filesIn, output } from "../../../tools/readers.ts";

test("fileHeader() is the same bytes for ever", () => {
  const header = fileHeader({ path: "lib/x.py", mode: 0o755, sizeBytes: 1234 });
  const wanted = Buffer.alloc(512);
  wanted.write("lib/x.py", 0); // name, 100 bytes
  wanted.write("0000755", 100); // mode, 8
  wanted.write("0000000", 108); // uid, 8
  wanted.write("0000000", 116); // gid, 8
  wanted.write("00000002322", 124); // size, 12
  wanted.write("00000000000", 136); // mtime, 12
  wanted.write("        ", 148); // checksum, 8, as blanks while it is taken
  wanted.write("0", 156); // type, 1
  wanted.write("ustar\u000000", 257); // magic, 6; version, 2
  wanted.write("0000000", 329); // device, 8
  wanted.write("0000000", 337); // and its minor, 8
  const sum = wanted.reduce((total, byte) => total + byte, 0);
  wanted.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  assert.equal(header.toString("latin1"), wanted.toString("latin1"));
});

test("fileHeader() puts a name that ustar cannot hold into a pax header of nobody, at no time", () => {
  const name = `${"d".repeat(200)}/ü`;
  const header = fileHeader({ path: name, mode: 0o755, sizeBytes: 5 });
  assert.equal(header.length, 3 * 512);
  const field = (start: number, size: number): string =>
    header
      .subarray(start, start + size)
      .toString("latin1")
      .replaceAll(/\0+$/g, "");
  // mode, uid, gid, size, mtime, type, user, group
  const fields = [
    [100, 8],
    [108, 8],
    [116, 8],
    [124, 12],
    [136, 12],
    [156, 1],
    [265, 32],
    [297, 32],
  ] as const;
  assert.deepEqual(
    fields.map(([start, size]) => field(start, size)),
    ["0000644", "0000000", "0000000", "00000000325", "00000000000", "x", "", ""],
  );
  assert.equal(header.subarray(512, 1024).toString().replace(/\0+$/, ""), `213 path=${name}\n`);
});

test("fileHeader() holds sizes beyond the eleven octal digits of ustar", () => {
  const largest = fileHeader({ path: "x", mode: 0o644, sizeBytes: 0o77777777777 });
  assert.equal(largest.length, 512);
  const larger = fileHeader({ path: "x", mode: 0o644, sizeBytes: 0o77777777777 + 1 });
  assert.equal(
    larger.subarray(512, 1024).toString().replace(/\0+$/, ""),
    "9 path=x\n19 size=8589934592\n",
  );
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
