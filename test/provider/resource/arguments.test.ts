/** Parsing the arguments of the resource: missing, wrong and not yet known ones. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_CODE, parseArguments, UNKNOWN } from "../../../provider/resource/arguments.ts";
import type { Arguments, Properties } from "../../../provider/resource/arguments.ts";
import type { UserError } from "../../../common/errors/user-error.ts";

const DECLARER = { resource: "daily", project: "jobs", stack: "dev" };
const SOURCE = { proxy: "local", buildFolder: "//home/dev", digest: "d".repeat(64) };
const SHA256 = "0123456789abcdef".repeat(4);
const SHA256_FORM = "64 hexadecimal digits (ytcode history FOLDER --json prints them)";

function parse(news: Properties): { args: Arguments; mistakes: readonly (readonly unknown[])[] } {
  const mistakes: UserError[] = [];
  const args = parseArguments({ __declarer: DECLARER, ...news }, mistakes);
  return { args, mistakes: mistakes.map(({ argument, message }) => [argument, message]) };
}

test("parseArguments() takes all arguments of a pipeline", () => {
  const given = {
    pipeline: "./daily",
    config: "configs/prod.yaml",
    python: "python3.12",
    mode: "prod",
    proxy: "local",
    buildFolder: "//home/x",
    keepVersions: 3,
    adopt: true,
  } as const;
  const { args, mistakes } = parse(given);
  assert.deepEqual(mistakes, []);
  assert.deepEqual(args, {
    ...given,
    promoteFrom: undefined,
    sha256: undefined,
    declarer: DECLARER,
  });
});

test("parseArguments() takes null for an argument that is not given", () => {
  const names = ["config", "python", "mode", "proxy", "buildFolder", "keepVersions", "adopt"];
  const nulls = Object.fromEntries([...names, "promoteFrom", "sha256"].map((name) => [name, null]));
  assert.deepEqual(parse({ pipeline: "x", ...nulls }), parse({ pipeline: "x" }));
  assert.deepEqual(parse({ pipeline: "x", ...nulls }).mistakes, []);
});

test("parseArguments() takes of a promotion's source what counts", () => {
  const outputs = { ...SOURCE, mode: "prod", sha256: SHA256, stages: {}, "stages/run": {} };
  const { args, mistakes } = parse({ promoteFrom: outputs, sha256: SHA256 });
  assert.deepEqual(mistakes, []);
  assert.deepEqual(args.promoteFrom, SOURCE);
  assert.equal(args.sha256, SHA256);
});

test("parseArguments() knows a source without code", () => {
  const { args, mistakes } = parse({ promoteFrom: { mode: "prod", stages: {} } });
  assert.deepEqual(mistakes, []);
  assert.equal(args.promoteFrom, NO_CODE);
});

for (const [fact, promoteFrom] of [
  ["the source", UNKNOWN],
  ["its digest", { ...SOURCE, digest: UNKNOWN }],
  ["its proxy", { ...SOURCE, proxy: UNKNOWN }],
  ["its build folder", { ...SOURCE, buildFolder: UNKNOWN }],
  ["its mode", { mode: UNKNOWN }],
] as const) {
  test(`parseArguments() waits for a promotion when ${fact} is not known yet`, () => {
    const { args, mistakes } = parse({ promoteFrom });
    assert.deepEqual(mistakes, []);
    assert.equal(args.promoteFrom, UNKNOWN);
  });
}

test("parseArguments() lets arguments pass that are not known yet", () => {
  const names = ["pipeline", "config", "python", "mode", "proxy", "buildFolder"] as const;
  const unknown = Object.fromEntries(names.map((name) => [name, UNKNOWN]));
  const { args, mistakes } = parse({ ...unknown, keepVersions: UNKNOWN, adopt: UNKNOWN });
  assert.deepEqual(mistakes, []);
  assert.deepEqual(
    names.map((name) => args[name]),
    names.map(() => UNKNOWN),
  );
  assert.equal(args.keepVersions, undefined);
  assert.equal(args.adopt, false);
  assert.deepEqual(parse({ promoteFrom: SOURCE, sha256: UNKNOWN }).mistakes, []);
});

for (const [fact, news, argument, problem] of [
  ["neither is given", {}, "pipeline", "neither is given"],
  ["both are given", { pipeline: "x", promoteFrom: SOURCE }, "promoteFrom", "both are given"],
] as const) {
  test(`parseArguments() wants exactly one of pipeline and promoteFrom: ${fact}`, () => {
    assert.deepEqual(parse(news).mistakes, [
      [
        argument,
        `Cannot declare an archive without exactly one of "pipeline" and "promoteFrom": ${problem}`,
      ],
    ]);
  });
}

const SOURCE_FORM = 'the outputs of a YtCodeArchive with "proxy", "buildFolder" and "digest"';
for (const [argument, values, wanted] of [
  ["pipeline", [1, "", [], {}, false], "a non-empty string"],
  ["config", [1, ""], "a non-empty string"],
  ["python", [["python3"]], "a non-empty string"],
  ["proxy", [{}], "a non-empty string"],
  ["buildFolder", [""], "a non-empty string"],
  ["mode", ["", "Dev", 1, "production"], '"dev" or "prod"'],
  ["keepVersions", [0, -1, 1.5, "3", Number.NaN, Infinity], "a whole number above 0"],
  ["adopt", ["true", 1], "true or false"],
  ["promoteFrom", ["dev", 1, []], "the outputs of a YtCodeArchive"],
  [
    "promoteFrom",
    [{}, { ...SOURCE, proxy: "" }, { ...SOURCE, digest: 1 }, { proxy: "x", buildFolder: "//x" }],
    SOURCE_FORM,
  ],
  ["sha256", ["", "abc", SHA256.toUpperCase(), `${SHA256}0`, 1], undefined],
] as const) {
  for (const value of values) {
    test(`parseArguments() refuses ${argument} ${JSON.stringify(value)}, once`, () => {
      const base = argument === "sha256" ? { promoteFrom: SOURCE } : { pipeline: "x" };
      const news = argument === "promoteFrom" ? {} : base;
      const isText = typeof value === "string" && value !== "";
      const form = wanted ?? (isText ? SHA256_FORM : "a non-empty string");
      assert.deepEqual(parse({ ...news, [argument]: value }).mistakes, [
        [argument, `Cannot use the argument "${argument}" as it must be ${form}`],
      ]);
    });
  }
}

test("parseArguments() refuses a source in dev mode", () => {
  assert.deepEqual(parse({ promoteFrom: { mode: "dev", archivePath: "x" } }).mistakes, [
    [
      "promoteFrom",
      "Cannot promote from an archive in dev mode as nothing of it is on a cluster: " +
        'bring its stack up with mode "prod" first',
    ],
  ]);
});

test("parseArguments() refuses a pin without a promotion", () => {
  assert.deepEqual(parse({ pipeline: "x", sha256: SHA256 }).mistakes, [
    ["sha256", 'Cannot pin "sha256" without "promoteFrom": a pin holds a promoted version'],
  ]);
});

test("parseArguments() finds all mistakes", () => {
  const wrong = { pipeline: 1, promoteFrom: 2, sha256: "x", mode: "x", keepVersions: 0, adopt: 1 };
  const { mistakes } = parse({ ...wrong, config: 1, python: 1, proxy: 1, buildFolder: 1 });
  assert.deepEqual(
    new Set(mistakes.map(([argument]) => argument)),
    new Set([...Object.keys(wrong), "config", "python", "proxy", "buildFolder"]),
  );
});

test("parseArguments() calls a declarer unknown that does not say who it is", () => {
  const { args } = parse({ pipeline: "x", __declarer: { resource: "daily", stack: 1 } });
  assert.deepEqual(args.declarer, { resource: "daily", project: "unknown", stack: "unknown" });
});
