/** What the SDK loads in the program's and the provider's process: no more than they use. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { handlerSource } from "./fixture-sources.ts";
import { Fixture, PATIENT } from "./fixture.ts";

/** What takes long to load, and few programs use. */
const heavy = String.raw`/[\\/](typescript|arborist|sdk-trace-node|execa|v8Hooks\.js)[\\/]/`;

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
    console.log("automation: " + typeof pulumi.automation.LocalWorkspace.create);
    console.log("used: " + (count() > 10));
  `);
  const { text, result } = await fixture.run("preview");
  assert.equal(result.succeeded, true, text);
  assert.deepEqual(
    text.match(/(?:provider|program|serialized|paths|automation|used): \w+/g)?.toSorted(),
    [
      "automation: function",
      "paths: true",
      "program: 0",
      "provider: 0",
      "serialized: true",
      "used: true",
    ],
    text,
  );
});

test(
  "promises of the SDK's do not look up where they were made, and leaked ones are still told",
  PATIENT,
  async (t) => {
    const fixture = await Fixture.create();
    t.after(() => fixture.remove());
    await fixture.program(`
    import { createRequire } from "node:module";
    const sdk = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
    const { debuggablePromise } = sdk("./runtime/debuggable");
    const engine = sdk("./runtime/settings").getEngine();
    const { log } = engine;
    const logged = [];
    engine.log = (request, ...rest) => {
      logged.push(request.getMessage());
      return log.call(engine, request, ...rest);
    };
    let looked = 0;
    const prepare = Error.prepareStackTrace;
    Error.prepareStackTrace = (error, frames) => {
      looked += frames.some((frame) => frame.getFunctionName() === "debuggablePromise") ? 1 : 0;
      return prepare(error, frames);
    };
    const thing = new Thing("a", { label: "1" });
    thing.urn.apply(async () => {
      await pulumi.log.info("told");
      console.log("messages: " + logged);
    });
    console.log("looked up: " + looked);
    console.log("others: " + new Error("own").stack.includes("index.ts"));
    void debuggablePromise(new Promise(() => {}), "never");
  `);
    const { text, result } = await fixture.run("preview");
    assert.equal(result.succeeded, false, text);
    assert.match(text, /looked up: 0\b/);
    assert.match(text, /others: true/);
    assert.match(text, /messages: told$/m);
    assert.match(text, /detected that 1 promise was still active/);
  },
);
