/** Names of tar entries: any bytes, and where they lead. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  decodeName,
  encodeName,
  landingName,
  leadsOutside,
  linkLeadsOutside,
} from "../../../../provider/archive/tar/entry-name.ts";
import { escapeUnshowable, shownName } from "../../../../common/text/shown-name.ts";

test("encodeName() gives the bytes back that decodeName() was given", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      assert.deepEqual(encodeName(decodeName(Buffer.from(bytes))), Buffer.from(bytes));
    }),
  );
  assert.equal(decodeName(Buffer.from("é")), "é");
  assert.equal(decodeName(Buffer.from([0x61, 0xff, 0xc3, 0xa9, 0xc3])), "a\udcffé\udcc3");
});

test("decodeName() tells any two names apart", () => {
  const names = fc.uniqueArray(fc.uint8Array({ maxLength: 4 }), {
    selector: (bytes) => bytes.join(),
  });
  fc.assert(
    fc.property(names, (all) => {
      const decoded = new Set(all.map((bytes) => decodeName(Buffer.from(bytes))));
      assert.equal(decoded.size, all.length);
    }),
  );
});

test("landingName() leaves out what makes no difference", () => {
  assert.equal(landingName("./a//b/./c/"), "a/b/c");
  assert.equal(landingName("./"), "");
  assert.equal(landingName("../a"), "../a");
  assert.equal(landingName("/a//b"), "/a//b");
});

test("leadsOutside() knows names that leave the folder", () => {
  const outside = ["/a", "../a", "a/../b", "a/.."];
  const inside = ["a", "..a", "a..", "a/...", "./a"];
  assert.deepEqual(outside.filter(leadsOutside), outside);
  assert.deepEqual(inside.filter(leadsOutside), []);
});

test("linkLeadsOutside() takes a link's own folder into account", () => {
  assert.equal(linkLeadsOutside("a/b", "../c"), false);
  assert.equal(linkLeadsOutside("a/b", "../../c"), true);
  assert.equal(linkLeadsOutside("a", "/c"), true);
});

test("shownName() escapes what would act on a terminal, and nothing else", () => {
  assert.equal(shownName("ünïcödé 日本 𝒜🙂 a\\b"), "ünïcödé 日本 𝒜🙂 a\\b");
  assert.equal(shownName("a\n\u001b[31m\u009b\u007f"), "a\\u{a}\\u{1b}[31m\\u{9b}\\u{7f}");
  assert.equal(shownName("\u202egpj.exe\u200b"), "\\u{202e}gpj.exe\\u{200b}");
  assert.equal(shownName(decodeName(Buffer.from([0x61, 0x1b, 0xff]))), "a\\u{1b}\\xff");
  assert.equal(escapeUnshowable("a\tb\r", "\t"), "a\tb\\u{d}");
});
