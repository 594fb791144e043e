/** Documents of YAML that are kept, and those that JSON could not keep. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { parseYaml } from "../../../common/yaml/parse-yaml.ts";
import { parseRememberedYaml } from "../../../common/yaml/remembered-yaml.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

const SOURCE = { name: "a text" };

test("parseRememberedYaml() gives what the parser gives, the second time, too", async (t) => {
  const texts = ["", "a: [1, 'two', null, true, 1e400]", "a: -0", "a: &x [b]\nc: *x", "&x [*x]"];
  for (const text of [...texts, '"__proto__": 1', "a: 2024-01-01", "ß: 𝒜", "- .nan"]) {
    const cache = await makeTree(t);
    for (let time = 0; time < 2; time++) {
      assert.deepEqual(await parseRememberedYaml(text, SOURCE, cache), parseYaml(text, SOURCE));
    }
  }
});

test("parseRememberedYaml() keeps documents, and takes a damaged one for none", async (t) => {
  const cache = await makeTree(t);
  assert.deepEqual(await parseRememberedYaml("a: 1", SOURCE, cache), { a: 1 });
  const [folder = ""] = readdirSync(cache);
  const [name = ""] = readdirSync(path.join(cache, folder));
  const file = path.join(cache, folder, name);
  const kept = readFileSync(file, "utf8");
  writeFileSync(file, kept.replace('"a":1', '"a":2'));
  assert.deepEqual(await parseRememberedYaml("a: 1", SOURCE, cache), { a: 1 });
  assert.equal(readFileSync(file, "utf8"), kept, "mended");
});

test("parseRememberedYaml() keeps no mistake", async (t) => {
  const cache = await makeTree(t);
  for (let time = 0; time < 2; time++) {
    await assert.rejects(parseRememberedYaml("a: [", SOURCE, cache), { name: "UserError" });
  }
  assert.ok(!existsSync(path.join(cache, "yaml-1")));
});
