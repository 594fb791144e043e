/** Where the cache is. */
import assert from "node:assert/strict";
import { homedir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { cacheDirectory } from "../../../common/cache/directory.ts";

test("cacheDirectory() is what YTCODE_CACHE_DIR names", () => {
  assert.equal(cacheDirectory({ YTCODE_CACHE_DIR: "/caches/mine" }), "/caches/mine");
});

test("cacheDirectory() is none when the cache is turned off", () => {
  assert.equal(cacheDirectory({ YTCODE_CACHE_DIR: "off", XDG_CACHE_HOME: "/caches" }), undefined);
});

test("cacheDirectory() is a folder of its own among the user's caches", () => {
  assert.equal(cacheDirectory({ XDG_CACHE_HOME: "/caches" }), "/caches/pulumi-yt-code");
  const ofUser = cacheDirectory({}) ?? "";
  assert.equal(path.basename(ofUser), "pulumi-yt-code");
  assert.ok(ofUser.startsWith(homedir()));
});

test("cacheDirectory() ignores a relative XDG_CACHE_HOME, as its specification says", () => {
  assert.equal(cacheDirectory({ XDG_CACHE_HOME: "caches" }), cacheDirectory({}));
});
