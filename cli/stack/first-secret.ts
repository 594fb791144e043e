/** Keeps the Pulumi CLI from encrypting a program's first secret under the empty passphrase, which protects nothing. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { makeTemporaryDirectory } from "../../common/files/temporary-directory.ts";
import type { Project } from "../../engine/project/project.ts";
import { readSettingsFile } from "../../engine/project/settings-file.ts";
import { stackSettingsPath } from "../../engine/project/stack-settings.ts";
import { missingPassphrase } from "../../engine/secrets/missing-passphrase.ts";
import { SECRET_SIGNATURE } from "../../engine/values/signatures.ts";
import { givenFlags } from "./flags.ts";
import type { StackCommandOptions } from "./operation.ts";
import { readPulumi } from "./pulumi-cli.ts";
import type { PulumiRun } from "./pulumi-cli.ts";
import { shortName } from "./pulumi-stack.ts";

/**
 * Makes sure that an `up` for which nobody has set a passphrase stores no first secret. On a file backend the CLI
 * makes no stack without one, so it is given the empty one, which is then good for everything but secrets.
 *
 * A plan (`--save-plan`) has each secret of inputs and outputs under its signature (seen with 3.260), so a preview
 * that nobody sees tells. When it fails, the `up` itself will say why. It leaves the cache alone, as what a preview
 * has said is kept there and not said again.
 *
 * @param environment what the user has set
 * @throws {UserError} when there would be one
 */
export async function assertPassphraseForFirstSecret(
  { run, project }: { readonly run: PulumiRun; readonly project: Project },
  options: StackCommandOptions,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const { PULUMI_CONFIG_PASSPHRASE: passphrase, PULUMI_CONFIG_PASSPHRASE_FILE: file } = environment;
  if (passphrase !== undefined || file !== undefined) {
    return;
  }
  const { stack, configFile } = options;
  const short = shortName(stack);
  const settings = configFile ?? stackSettingsPath(project, short);
  const content = (await readSettingsFile(settings, "stack settings", "described"))?.content;
  // Pulumi Cloud, and keys of a cloud, need no passphrase; their stacks have no salt.
  if (content?.["encryptionsalt"] === undefined) {
    return;
  }
  if (!(await plansSecret(run, options)) || (await holdsSecret(run, stack))) {
    return;
  }
  throw missingPassphrase(short);
}

async function plansSecret(run: PulumiRun, options: StackCommandOptions): Promise<boolean> {
  using directory = makeTemporaryDirectory(`look for secrets of stack "${options.stack}"`);
  const plan = join(directory.path, "plan.json");
  const flags = givenFlags("preview", {
    ...options,
    nonInteractive: undefined,
    expectNoChanges: undefined,
  });
  const environment = { ...run.environment, YTCODE_CACHE_DIR: "off" };
  const argv = ["preview", "--stack", options.stack, "--non-interactive", "--save-plan", plan];
  const printed = await readPulumi({ ...run, environment }, [...argv, ...flags]);
  return printed !== undefined && (await readFile(plan, "utf8")).includes(SECRET_SIGNATURE);
}

/** What is encrypted under the empty passphrase already is the user's own decision, or an earlier release's. */
async function holdsSecret(run: PulumiRun, stack: string): Promise<boolean> {
  const argv = ["stack", "export", "--stack", stack, "--non-interactive"];
  return (await readPulumi(run, argv))?.includes(SECRET_SIGNATURE) === true;
}
