/** Scenarios on this subject: programs. */
import type { Chapter } from "../../../tools/conformance/scenario.ts";

export const programs: Chapter = {
  title: "Programs",
  scenarios: [
    {
      name: "logs",
      about: "messages of every severity, with and without a resource",
      actions: [
        {
          program: `const a = new Thing("a", { label: "1" });pulumi.log.debug("d"); pulumi.log.info("i"); pulumi.log.warn("w"); pulumi.log.info("ia", a); pulumi.log.warn("wa", a); console.log("out"); console.error("err");`,
        },
        { run: "up", texts: true },
      ],
    },
    {
      name: "log-error",
      about: "pulumi.log.error fails the run",
      actions: [{ program: `pulumi.log.error("bad");` }, { run: "up", texts: true }],
    },
    {
      name: "program-throws",
      about: "a program that throws at once",
      actions: [{ program: `throw new Error("oh no");` }, { run: "preview" }, { run: "up" }],
    },
    {
      name: "program-throws-later",
      about: "a program that throws after it has declared something",
      actions: [
        { program: `new Thing("a", { label: "1" });throw new Error("oh no");` },
        { run: "up" },
      ],
    },
    {
      name: "program-run-error",
      about: "RunError and ResourceError",
      actions: [{ program: `throw new pulumi.RunError("stop here");` }, { run: "up", texts: true }],
    },
    {
      name: "program-rejects",
      about: "a promise that nobody waits for is rejected",
      actions: [{ program: `void Promise.reject(new Error("oh no"));` }, { run: "up" }],
    },
    {
      name: "program-apply-throws",
      about: "an apply that throws",
      actions: [
        {
          program: `const a = new Thing("a", { label: "1" });
a.object.apply(() => { throw new Error("oh no"); });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "duplicate",
      about: "one URN declared twice",
      actions: [
        {
          program: `const a = new Thing("a", { label: "1" });
new Thing("a", { label: a.object });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "outputs",
      about: "stack outputs of every type, and one that changes",
      actions: [
        {
          program: `export const text = "t", number = 1.5, yes = true, list = [1, [2]], box = { a: { b: null } }, nothing = undefined, later = Promise.resolve(1);`,
        },
        { run: "up" },
        { program: `export const text = "u", number = 1.5;` },
        { run: "preview" },
        { run: "up" },
      ],
    },
    {
      name: "component-outputs",
      about: "outputs of components",
      actions: [
        {
          program: `const g = new Group("g", { x: 1 });
g.finish({ out: "1" });`,
        },
        { run: "up" },
        {
          program: `const g = new Group("g", { x: 2 });
g.finish({ out: "2" });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "types",
      about: "inputs of every type",
      actions: [
        {
          program: `new Thing("a", { text: "ü\\u0000\\n", number: -1.5e300, big: 9007199254740991, yes: true, no: null, gone: undefined, list: [[], {}], empty: "", box: { a: { b: [null] } } });`,
        },
        { run: "up" },
        { run: "up" },
      ],
    },
    {
      name: "assets",
      about: "assets and archives",
      actions: [
        {
          program: `new Thing("a", { file: new pulumi.asset.StringAsset("hi"), all: new pulumi.asset.AssetArchive({ x: new pulumi.asset.StringAsset("x") }) });`,
        },
        { run: "up" },
      ],
      handover: false,
      differences: [
        {
          run: 1,
          in: ["status", "calls", "steps", "diagnostics", "state"],
          embedded: "refuses assets and archives by name",
          reason: "the resources that it runs take paths and digests of files, not their contents",
        },
      ],
    },
    {
      name: "names",
      about: "names with special characters, and one name in two types",
      actions: [
        {
          program: `new Thing("ü b.c$d:e", { label: "1" });
new Group("a");
new Thing("a", { label: "1" });
new Thing("x::y", { label: "1" });`,
        },
        { run: "up" },
        { run: "up" },
      ],
    },
    {
      name: "program-waits",
      about: "an input that never comes",
      actions: [
        { program: `new Thing("a", { label: new Promise<string>(() => undefined) });` },
        { run: "up" },
      ],
    },
    {
      name: "program-fails-at-exit",
      about: "a program that ends with a status of its own when all is declared",
      actions: [
        {
          program: `new Thing("a", { label: "1" });
process.on("exit", () => { process.exitCode = 3; });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "program-function",
      about: "a program that is a function",
      actions: [
        {
          program: `export default async () => ({ object: new Thing("a", { label: "1" }).object });`,
        },
        { run: "up" },
      ],
    },
    {
      name: "program-fails-after",
      about: "a program that fails when resources are declared: nothing is deleted",
      actions: [
        {
          program: `new Thing("a", { label: "1" });
new Thing("b", { label: "1" });
export const out = 1;`,
        },
        { run: "up" },
        {
          program: `const a = new Thing("a", { label: "2" });
a.object.apply(() => { throw new pulumi.RunError("oh no"); });
export const out = 2;`,
        },
        { run: "up" },
      ],
    },
  ],
};
