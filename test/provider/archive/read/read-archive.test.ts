/** Archives of every kind, read back: from many programs, damaged, or made as traps. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { link, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { readArchive } from "../../../../provider/archive/read/read-archive.ts";
import type { ArchiveListing } from "../../../../provider/archive/read/read-archive.ts";
import { UserError } from "../../../../common/errors/user-error.ts";
import { pythonTar, tarOf } from "../../../cli/inspect/make-archive.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";
import type { Tree } from "../../../tools/temporary-tree.ts";
import { isInstalled, output } from "../../../tools/readers.ts";

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

async function read(archive: string): Promise<ArchiveListing> {
  return readArchive(createReadStream(archive), { name: "the archive" });
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.subarray(at, at + size);
  }
}

async function readBytes(bytes: Uint8Array): Promise<ArchiveListing> {
  return readArchive(pieces(bytes, 1000), { name: "the archive" });
}

/** Gives each text a mode, which would be up to the umask. */
function withModes(tree: Tree): Tree {
  const entries = Object.entries(tree).map(([name, entry]) => {
    return [name, typeof entry === "string" ? { text: entry, mode: 0o644 } : entry];
  });
  return Object.fromEntries(entries);
}

const NAMES = withModes({
  "a b.txt": "spaces",
  "line\nend": "a newline",
  "ü\nü": "a newline in a name that pax has to hold",
  "ünïcödé/русский/日本.txt": "no ASCII",
  [`${"d".repeat(60)}/${"e".repeat(60)}/f`]: "for the prefix",
  [`${"p/".repeat(90)}${"q".repeat(90)}/${"r".repeat(200)}`]: "longer than any header",
  empty: "",
  "run.sh": { text: "#!/bin/sh", mode: 0o755 },
  private: { text: "secret", mode: 0o600 },
  block: "x".repeat(512),
  "block and one": "x".repeat(513),
  large: "0123456789".repeat(200_000),
});

/** Only what the oldest format can hold. */
const SHORT_NAMES = withModes({
  "a/b": "one",
  "a/c": { text: "two", mode: 0o755 },
  empty: "",
});

function wanted(tree: Tree): readonly (readonly [string, string, string])[] {
  return Object.entries(tree)
    .map(([name, entry]) => {
      if (typeof entry === "string" || !("text" in entry)) {
        throw new TypeError("The trees of these tests are texts");
      }
      return [name, entry.mode.toString(8), sha256(entry.text)] as const;
    })
    .toSorted((a, b) => (a[0] < b[0] ? -1 : 1));
}

function files({ entries }: ArchiveListing): readonly (readonly [string, string, string])[] {
  return entries
    .filter(({ type }) => type === "file")
    .map(({ name, mode, sha256: digest }) => [name, mode.toString(8), String(digest)] as const)
    .toSorted((a, b) => (a[0] < b[0] ? -1 : 1));
}

const WRITERS: readonly (readonly [string, readonly string[], Tree])[] = [
  ["tar", ["--format=gnu"], NAMES],
  ["tar", ["--format=oldgnu"], NAMES],
  ["tar", ["--format=posix"], NAMES],
  ["tar", ["--format=ustar"], SHORT_NAMES],
  ["tar", ["--format=v7"], SHORT_NAMES],
  ["bsdtar", ["--format=pax"], NAMES],
  ["bsdtar", ["--format=gnutar"], NAMES],
  ["bsdtar", ["--format=ustar"], SHORT_NAMES],
];

for (const [program, options, tree] of WRITERS) {
  test(`readArchive() reads what ${program} ${options.join(" ")} writes`, async (t) => {
    if (!(await isInstalled(program))) {
      return t.skip(`NOT RUN: there is no ${program} on PATH`);
    }
    const source = await makeTree(t, tree);
    const folder = await makeTree(t);
    for (const [flags, name] of [
      ["-cf", "plain.tar"],
      ["-czf", "packed.tar.gz"],
    ] as const) {
      const archive = path.join(folder, name);
      await output(program, [...options, flags, archive, "-C", source, "."]);
      const listing = await read(archive);
      assert.deepEqual(files(listing), wanted(tree));
      assert.equal(listing.isGzip, name === "packed.tar.gz");
      assert.equal(listing.sha256, sha256(await readFile(archive)));
      assert.equal(listing.hasEndMark, true);
      assert.equal(listing.trailingBytes, 0);
    }
  });
}

for (const format of ["PAX_FORMAT", "GNU_FORMAT"]) {
  test(`readArchive() reads what Python's tarfile writes as ${format}`, async (t) => {
    const archive = await pythonTar(
      t,
      [
        { name: "ü\nü", data: "one" },
        { name: "n".repeat(300), data: "two", mode: 0o4755 },
        { name: "bytes \udcff\udc80", data: "three" },
        { name: "sym", type: "SYMTYPE", link: "l".repeat(200) },
        { name: "device", type: "CHRTYPE" },
        { name: "pipe", type: "FIFOTYPE" },
        { name: "folder", type: "DIRTYPE", mode: 0o755 },
        { name: "last", data: "four" },
      ],
      format,
    );
    const { entries } = await read(archive);
    const shown = entries.map((entry) => [
      entry.path,
      entry.type,
      entry.mode.toString(8),
      entry.sizeBytes,
      entry.linkTarget,
      entry.sha256,
    ]);
    assert.deepEqual(shown, [
      ["ü\nü", "file", "644", 3, undefined, sha256("one")],
      ["n".repeat(300), "file", "4755", 3, undefined, sha256("two")],
      ["bytes \udcff\udc80", "file", "644", 5, undefined, sha256("three")],
      ["sym", "symlink", "644", 0, "l".repeat(200), undefined],
      ["device", "character-device", "644", 0, undefined, undefined],
      ["pipe", "fifo", "644", 0, undefined, undefined],
      ["folder/", "directory", "755", 0, undefined, undefined],
      ["last", "file", "644", 4, undefined, sha256("four")],
    ]);
  });
}

test("readArchive() gives hard links the content of the file they are links to", async (t) => {
  const source = await makeTree(t, { "a/file": "content" });
  await link(path.join(source, "a/file"), path.join(source, "b"));
  const archive = path.join(await makeTree(t), "x.tar");
  await output("tar", ["-cf", archive, "--sort=name", "-C", source, "."]);
  const links = (await read(archive)).entries.filter(({ type }) => type === "hard-link");
  assert.deepEqual(
    links.map(({ name, linkTarget, sizeBytes, sha256: digest }) => ({
      name,
      linkTarget,
      sizeBytes,
      digest,
    })),
    [{ name: "b", linkTarget: "./a/file", sizeBytes: 7, digest: sha256("content") }],
  );
});

for (const format of ["gnu", "posix"]) {
  test(`readArchive() steps over files with holes as tar --format=${format} writes them`, async (t) => {
    const source = await makeTree(t, { z: "after" });
    // Enough holes for a map that goes on in further blocks.
    const code = `
with open("holes", "wb") as f:
    for i in range(60):
        f.seek(i * 65536)
        f.write(b"x" * 4096)
    f.truncate(60 * 65536)
`;
    const { runPython } = await import("../../../ytjobs/run-python.ts");
    await runPython(["-c", code], { cwd: source });
    const archive = path.join(await makeTree(t), "x.tar");
    const options = ["--sparse", `--format=${format}`, "--sort=name"];
    await output("tar", [...options, "-cf", archive, "-C", source, "holes", "z"]);
    const { entries } = await read(archive);
    assert.deepEqual(
      entries.map(({ name, type, sizeBytes }) => [name, type, sizeBytes]),
      [
        ["holes", "sparse-file", 60 * 65_536],
        ["z", "file", 5],
      ],
    );
  });
}

test("readArchive() reads an archive that comes in pieces of any size", async (t) => {
  const bytes = await readFile(await tarOf(t, NAMES));
  const whole = await readArchive(pieces(bytes, bytes.length), { name: "x" });
  for (const size of [1, 7, 511, 513]) {
    assert.deepEqual(await readArchive(pieces(bytes, size), { name: "x" }), whole);
  }
});

test("readArchive() keeps the contents that are asked for", async (t) => {
  const archive = await tarOf(t, { a: "one", b: "two", c: "other", d: "two" });
  const keep = new Map([
    [sha256("two"), 3],
    [sha256("gone"), 4],
  ]);
  const { contents } = await readArchive(createReadStream(archive), { name: "x", keep });
  assert.deepEqual(contents, new Map([[sha256("two"), Buffer.from("two")]]));
});

test("readArchive() says whether an archive ends as it should", async (t) => {
  const tar = gunzipSync(await readFile(await tarOf(t, { a: "x".repeat(512) }, ["-b1"])));
  const bare = tar.subarray(0, tar.length - 1024);
  assert.equal((await readBytes(bare)).hasEndMark, false);
  const doubled = await readBytes(Buffer.concat([tar, tar]));
  assert.equal(doubled.hasEndMark, true);
  assert.equal(doubled.trailingBytes, tar.length);
  assert.equal(doubled.entries.filter(({ type }) => type === "file").length, 1);
});

async function assertMistake(bytes: Uint8Array, reason: string): Promise<void> {
  await assert.rejects(
    readBytes(bytes),
    new UserError(`Cannot read "the archive" as ${reason}`),
    reason,
  );
}

test("readArchive() refuses what is no archive, with one message", async () => {
  await assertMistake(Buffer.alloc(0), "it is empty");
  await assertMistake(Buffer.from("text\n"), "it is no tar archive");
  await assertMistake(Buffer.from("text\n".repeat(1000)), "it is no tar archive");
  await assertMistake(gzipSync(""), "it is no tar archive");
  await assertMistake(gzipSync("text\n".repeat(1000)), "it is no tar archive");
  await assertMistake(
    Buffer.from("PK\u0003\u0004 and so on"),
    "it is in zip format: archives are tar, plain or in gzip",
  );
});

test("readArchive() refuses what is corrupt or cut short, and says where", async (t) => {
  const packed = await readFile(await tarOf(t, { a: "x".repeat(2000), b: "two" }, ["-b1"]));
  const tar = gunzipSync(packed);
  await assertMistake(packed.subarray(0, -9), "its gzip data are cut short");
  await assertMistake(packed.subarray(0, 40), "its gzip data are cut short");
  const wrongSum = Buffer.from(packed);
  wrongSum.writeUInt8(wrongSum.readUInt8(wrongSum.length - 6) ^ 1, wrongSum.length - 6);
  await assertMistake(wrongSum, "its gzip data are corrupt: incorrect data check");
  await assertMistake(
    Buffer.concat([packed, Buffer.from("more")]),
    "its gzip data are corrupt: incorrect header check",
  );
  // The folder's header, the header of "a", its data.
  await assertMistake(tar.subarray(0, 600), "it is cut short: it ends in a header, at byte 600");
  await assertMistake(tar.subarray(0, 2024), 'it is cut short: 1000 bytes of "./a" are missing');
  const flipped = Buffer.from(tar);
  flipped.writeUInt8(flipped.readUInt8(3100) ^ 1, 3100);
  await assertMistake(flipped, "it is corrupt: there should be a header at byte 3072 of the tar");
});

/** A header of the given type and size, with its data. */
async function oddHeader(t: TestContext, typeFlag: string, data: Buffer): Promise<Buffer> {
  const archive = await pythonTar(t, [{ name: "odd", data: "x" }]);
  const header = (await readFile(archive)).subarray(0, 512);
  header.write(typeFlag, 156, "latin1");
  header.write(data.length.toString(8).padStart(11, "0"), 124, "latin1");
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return Buffer.concat([header, data, Buffer.alloc((512 - (data.length % 512)) % 512)]);
}

test("readArchive() refuses extended headers that are malformed or huge", async (t) => {
  const refuse = async (data: string, reason: string): Promise<void> =>
    assertMistake(await oddHeader(t, "x", Buffer.from(data)), reason);
  for (const data of ["no record", "8 path=x\n", "0 path=x\n", "10 path=xx", "99999 path=x\n"]) {
    await refuse(data, "it is corrupt: a pax header is malformed");
  }
  const size = "10 size=x\n";
  const file = await oddHeader(t, "0", Buffer.alloc(0));
  await assertMistake(
    Buffer.concat([await oddHeader(t, "x", Buffer.from(size)), file]),
    "it is corrupt: a size in a pax header is no number",
  );
  await assertMistake(
    await oddHeader(t, "L", Buffer.alloc(1_100_000, "n")),
    "an extended header at byte 512 of the tar has 1100000 bytes, more than the 1048576 that are read",
  );
});

test("readArchive() lists what it does not know, and goes on after it", async (t) => {
  const odd = await oddHeader(t, "Z", Buffer.from("something"));
  const { entries } = await readBytes(
    Buffer.concat([odd, await oddHeader(t, "0", Buffer.from("x"))]),
  );
  assert.deepEqual(
    entries.map(({ type, sizeBytes }) => [type, sizeBytes]),
    [
      ["unknown", 9],
      ["file", 1],
    ],
  );
});

test("readArchive() stops at more entries than it may keep", async (t) => {
  const header = await oddHeader(t, "0", Buffer.alloc(0));
  const bytes = gzipSync(Buffer.alloc(512 * 1001, header));
  const readAtMost = async (maxEntries: number): Promise<ArchiveListing> =>
    readArchive(pieces(bytes, 100), { name: "the archive", maxEntries });
  assert.equal((await readAtMost(1001)).entries.length, 1001);
  await assert.rejects(
    readAtMost(1000),
    new UserError(
      'Cannot read "the archive" as it has more than 1000 entries, more than are kept in memory',
    ),
  );
});

test("readArchive() passes on the failure of what it reads from", async () => {
  const failure = new UserError("the cluster is gone");
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield gzipSync(Buffer.alloc(100_000)).subarray(0, 50);
    throw failure;
  }
  await assert.rejects(readArchive(failing(), { name: "x" }), failure);
});

test("readArchive() tells its source when it stops early", async () => {
  for (const start of [Buffer.from("no archive"), gzipSync("no archive")]) {
    const state = { isClosed: false };
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        yield start;
        for (;;) {
          yield Buffer.alloc(1000, "x");
        }
      } finally {
        state.isClosed = true;
      }
    }
    await assert.rejects(readArchive(endless(), { name: "x" }), UserError);
    assert.ok(state.isClosed);
  }
});

test("readArchive() reads a file far larger than memory may grow", async (t) => {
  const folder = await makeTree(t);
  const header = await oddHeader(t, "0", Buffer.alloc(0));
  const sizeBytes = 1 << 30;
  header.write(sizeBytes.toString(8).padStart(11, "0"), 124, "latin1");
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  const zeros = gzipSync(Buffer.alloc(1 << 24));
  const bomb = Buffer.concat([gzipSync(header), ...Array.from({ length: 64 }, () => zeros)]);
  const archive = path.join(folder, "bomb.tar.gz");
  await writeFile(archive, bomb);
  const { runInspect } = await import("../../../cli/inspect/run-inspect.ts");
  const report =
    'process.on("exit", () => process.stderr.write(`${process.resourceUsage().maxRSS}`))';
  const { status, stdout, stderr } = await runInspect([archive], {
    env: { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(report)}` },
  });
  assert.equal(status, 0);
  assert.match(stdout, /1\.0 GiB {2}odd/);
  const kibibytes = Number(stderr);
  assert.ok(kibibytes > 0 && kibibytes < 300 * 1024, `${kibibytes} KiB`);
});
