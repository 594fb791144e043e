/** The page of `ytcode plan --html`: what it carries, and what it may do in a browser. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { joinModules } from "../../../cli/plan/page-sources.ts";
import { planPage } from "../../../cli/plan/plan-page.ts";
import { partOf, planOf, SMALL_PLAN } from "./page/plans.ts";

test("planPage() carries the plan, with the pipeline's name but not where it is kept", async () => {
  const page = await planPage(SMALL_PLAN);
  const [, data = ""] =
    /<script id="plan" type="application\/json">(.*?)<\/script>/s.exec(page) ?? [];
  assert.deepEqual(JSON.parse(data), { ...SMALL_PLAN, pipelineDirectory: "daily" });
  assert.ok(!page.includes("/home/me/pipelines"));
  assert.match(page, /<title>daily: what would be packed<\/title>/);
});

test("planPage() makes the same page of the same plan", async () => {
  const elsewhere = { ...SMALL_PLAN, pipelineDirectory: "/srv/daily" };
  assert.equal(await planPage(SMALL_PLAN), await planPage(elsewhere));
});

test("planPage() names nothing to load, and lets run what it brings and nothing else", async () => {
  const page = await planPage(SMALL_PLAN);
  assert.doesNotMatch(page, /<link|<img|<iframe|\bsrc=|@import url|url\(|https?:/);
  const [, policy = ""] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  const hashes = [/<script type="module">(.*?)<\/script>/s, /<style>(.*?)<\/style>/s].map(
    (element) => {
      const text = element.exec(page)?.[1] ?? "";
      return createHash("sha256").update(text).digest("base64");
    },
  );
  assert.equal(
    policy,
    `default-src 'none'; script-src 'sha256-${hashes[0]}'; style-src 'sha256-${hashes[1]}'; ` +
      "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  );
});

test("planPage() lets no name end an element or stand for something in a pattern", async () => {
  const name = "lib/</script><!--<script>$&$1$`";
  const plan = planOf([partOf("lib/", "lib", { [name]: 1 })], {
    pipelineDirectory: "/p/<!--<script>a & b",
  });
  const page = await planPage(plan);
  assert.equal(page.match(/<\/script>/g)?.length, 2);
  assert.equal(page.match(/<\/title>/g)?.length, 1);
  assert.ok(!page.includes("<!--"));
  const [title] = /<title>.*/.exec(page) ?? [];
  assert.equal(title, "<title>&lt;!--&lt;script>a &amp; b: what would be packed</title>");
  const [, data = ""] = /application\/json">(.*?)<\/script>/s.exec(page) ?? [];
  assert.deepEqual(JSON.parse(data).parts, plan.parts);
});

test("joinModules() puts each module once, after those it imports", async () => {
  const modules: Readonly<Record<string, string>> = {
    "main.js": 'import { a } from "./a.js";\nimport {\n  b,\n} from "../b.js";\nuse(a, b);\n',
    "a.js": 'import { b } from "../b.js";\nexport const a = b;\n',
    "../b.js": "/** B. */\nexport function b() {}\nexport class C {}\n",
  };
  const joined = await joinModules(async (name) => modules[name] ?? "", "main.js");
  assert.equal(joined, "/** B. */\nfunction b() {}\nclass C {}\n\nconst a = b;\n\nuse(a, b);\n");
});

test("joinModules() refuses forms that it would not understand", async () => {
  for (const line of [
    'import * as all from "./a.js";',
    'import { a } from "elsewhere";',
    "export { a };",
    "export default a;",
  ]) {
    await assert.rejects(
      joinModules(async () => `${line}\n`, "main.js"),
      { name: "Error", message: `Cannot join the page's module "main.js": ${line}` },
    );
  }
});
