/** What the SDK loads in the program's and the provider's process: no more than they use. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { handlerSource } from "./fixture-sources.ts";
import { Fixture, PATIENT } from "./fixture.ts";

/** What takes long to load, and few programs use. */
const heavy = String.raw`/[\\/](typescript|arborist|sdk-trace-node)[\\/]/`;

test("the SDK loads the compiler and the like when they are used", PATIENT, async (t) => {
  const fixture = await Fixture.create({
    "handler.cjs": `${handlerSource}
      console.log("provider: " + Object.keys(require.cache).filter((file) => ${heavy}.test(file)).length);`,
  });
  t.after(() => fixture.remove());
  await fixture.program(`
    import { createRequire } from "node:module";
    const { cache } = createRequire(import.meta.url);
    const count = () => Object.keys(cache).filter((file) => ${heavy}.test(file)).length;
    new Thing("a", { label: "1" });
    console.log("program: " + count());
    const word = "captured";
    const { text } = await pulumi.runtime.serializeFunction(() => word.length);
    console.log("serialized: " + text.includes("captured"));
    const paths = await pulumi.runtime.computeCodePaths();
    console.log("paths: " + (paths instanceof Map));
    console.log("used: " + (count() > 10));
  `);
  const { text, result } = await fixture.run("preview");
  assert.equal(result.succeeded, true, text);
  assert.deepEqual(
    text.match(/(?:provider|program|serialized|paths|used): \w+/g)?.toSorted(),
    ["paths: true", "program: 0", "provider: 0", "serialized: true", "used: true"],
    text,
  );
});
