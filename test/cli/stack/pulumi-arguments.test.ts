/** How the Pulumi CLI is called, and what flags mean to the embedded engine. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { engineOptions } from "../../../cli/stack/engine-options.ts";
import { refuseCliOnlyFlags } from "../../../cli/stack/cli-only-flags.ts";
import { addFlags, givenFlags } from "../../../cli/stack/flags.ts";
import { PulumiCommand } from "../../../cli/pulumi-command.ts";
import { pulumiArguments } from "../../../cli/stack/run-operation.ts";

const TERMINAL = { environment: {}, stdin: { isTTY: true }, stdout: { isTTY: true } };
const NOBODY = { environment: {}, stdin: {}, stdout: {} };
const base = { stack: "dev" };

test("pulumiArguments() keep the live tree and the question on a terminal", () => {
  assert.deepEqual(pulumiArguments("up", base, TERMINAL), ["up", "--stack", "dev"]);
  assert.deepEqual(pulumiArguments("preview", base, TERMINAL), ["preview", "--stack", "dev"]);
  const yes = { ...base, yes: true };
  assert.deepEqual(pulumiArguments("up", yes, TERMINAL), ["up", "--stack", "dev", "--yes"]);
});

test("pulumiArguments() ask nobody where nobody is, or nobody wants to be asked", () => {
  const scripted = ["up", "--stack", "dev", "--non-interactive", "--yes"];
  assert.deepEqual(pulumiArguments("up", base, NOBODY), scripted);
  assert.deepEqual(
    pulumiArguments("up", base, { ...TERMINAL, environment: { CI: "1" } }),
    scripted,
  );
  assert.deepEqual(pulumiArguments("up", { ...base, nonInteractive: true }, TERMINAL), scripted);
  assert.deepEqual(pulumiArguments("preview", base, NOBODY), [
    "preview",
    "--stack",
    "dev",
    "--non-interactive",
  ]);
});

test("pulumiArguments() pass the colours and the preview's absence on", () => {
  const options = { ...base, color: "never", skipPreview: true } as const;
  assert.deepEqual(pulumiArguments("destroy", options, TERMINAL), [
    "destroy",
    "--stack",
    "dev",
    "--yes",
    "--color=never",
    "--skip-preview",
  ]);
});

test("pulumiArguments() give no --yes beside --preview-only, which the CLI refuses", () => {
  const options = { ...base, previewOnly: true };
  const given = ["refresh", "--stack", "dev", "--non-interactive", "--preview-only"];
  assert.deepEqual(pulumiArguments("refresh", options, NOBODY), given);
  assert.deepEqual(pulumiArguments("refresh", options, TERMINAL), [
    "refresh",
    "--stack",
    "dev",
    "--preview-only",
  ]);
});

test("engineOptions() refuse what contradicts --preview-only, as the CLI does", () => {
  for (const other of ["yes", "skipPreview"]) {
    const options = { ...base, previewOnly: true, [other]: true };
    assert.throws(() => engineOptions(options), /Cannot use --.* with --preview-only/);
  }
});

/** The flags of a command line, as the Pulumi CLI and the embedded engine get them. */
function parsed(operation: "preview" | "up" | "refresh" | "destroy", ...argv: string[]) {
  const command = new PulumiCommand()
    .option("-y, --yes")
    .exitOverride()
    .configureOutput({
      writeErr: () => undefined,
    });
  addFlags(command, operation);
  command.parse(argv, { from: "user" });
  const values = { stack: "dev", ...command.opts() };
  return { values, given: givenFlags(operation, values) };
}

test("--refresh and --show-secrets go on as they were given, and without a value mean yes", () => {
  for (const [argv, given, refresh] of [
    [["--refresh"], ["--refresh"], true],
    [["-ry"], ["--refresh"], true],
    [["--refresh=true"], ["--refresh=true"], true],
    [["-r=false"], ["--refresh=false"], false],
    [["--refresh=false"], ["--refresh=false"], false],
    [[], [], undefined],
  ] as const) {
    const { values, given: passedOn } = parsed("up", ...argv);
    assert.deepEqual(passedOn, given);
    assert.equal(engineOptions(values).refresh, refresh);
  }
  assert.equal(engineOptions(parsed("preview", "--show-secrets").values).showSecrets, true);
  assert.equal(engineOptions(parsed("preview", "--show-secrets=0").values).showSecrets, false);
  assert.throws(() => parsed("up", "--refresh=maybe"), /Wanted true or false: it is "maybe"/);
  assert.throws(() => parsed("refresh", "--show-secrets"), /unknown option/);
});

test("PULUMI_CONTINUE_ON_ERROR is set by 1 and true alone, and a flag has the last word", (t) => {
  const name = "PULUMI_CONTINUE_ON_ERROR";
  t.after(() => delete process.env[name]);
  for (const [value, meant] of [
    ["1", true],
    ["True", true],
    ["t", false],
    ["yes", false],
    ["0", false],
    ["", false],
  ] as const) {
    process.env[name] = value;
    assert.equal(engineOptions(base).continueOnError, meant, value);
  }
  process.env[name] = "1";
  const { values } = parsed("up", "--continue-on-error=false");
  assert.equal(engineOptions(values).continueOnError, false);
});

test("--exclude-protected goes with no targets", () => {
  const { values } = parsed("destroy", "--exclude-protected", "--target", "urn:a");
  assert.throws(() => engineOptions(values), /Cannot use --target with --exclude-protected/);
});

test("what the embedded engine does not have is refused by name", () => {
  const { values } = parsed("up", "--run-program");
  assert.throws(
    () => refuseCliOnlyFlags("up", values),
    /Cannot use --run-program: it is not available/,
  );
  const destroy = parsed("destroy", "--refresh", "--show-sames", "--exclude-protected");
  refuseCliOnlyFlags("destroy", destroy.values);
  refuseCliOnlyFlags("refresh", parsed("refresh", "--clear-pending-creates").values);
});
