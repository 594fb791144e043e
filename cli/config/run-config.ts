/** Runs `ytcode config …`: through the Pulumi CLI, or on the stack's settings file. */
import { UserError } from "../../common/errors/user-error.ts";
import { jsonText } from "../../common/text/json-text.ts";
import { chosenStack } from "../stack/chosen-stack.ts";
import { withAbsoluteConfigFile } from "../stack/config-file.ts";
import { refuseCliOnlyFlags } from "../stack/cli-only-flags.ts";
import type { CliCommandName } from "../stack/cli-only-flags.ts";
import { givenCommonFlags } from "../stack/common-flags.ts";
import type { FlagValues } from "../stack/flag-option.ts";
import { runPulumi } from "../stack/pulumi-cli.ts";
import type { ShownValue } from "../../engine/stack-configuration.ts";
import { printLines } from "../terminal/output.ts";
import { textTable } from "../terminal/text-table.ts";
import { readValue } from "./read-value.ts";

/** What is asked for. */
export type ConfigRequest =
  | { readonly action: "list" }
  | { readonly action: "get" | "rm"; readonly key: string }
  | { readonly action: "set"; readonly key: string; readonly value: string | undefined };

/** Options as commander gives them. */
export interface ConfigOptions extends FlagValues {
  /** @default `PULUMI_STACK`, the selected one, or `dev` */
  readonly stack?: string;
  readonly cwd?: string;
  readonly json?: boolean;
  readonly showSecrets?: boolean;
  readonly secret?: boolean;
  readonly plaintext?: boolean;
  readonly path?: boolean;
  readonly nonInteractive?: boolean;
  readonly configFile?: string;
}

/** Carries a request out. @returns the exit status */
export async function runConfigCommand(
  request: ConfigRequest,
  given: ConfigOptions,
  directory: string,
): Promise<number> {
  const options = withAbsoluteConfigFile(given, directory);
  if (options.secret === true && options.plaintext === true) {
    throw new UserError("Cannot set a value as --secret and as --plaintext: choose one");
  }
  const { stack, pulumi } = await chosenStack(options.stack, directory);
  if (pulumi !== undefined) {
    const { environment } = pulumi.run;
    const { PULUMI_CONFIG_PASSPHRASE: passphrase } = process.env;
    // A first secret must not go under the empty passphrase unless somebody has said so: the CLI tells what to set.
    const withPassphrase =
      options.secret === true
        ? { ...environment, PULUMI_CONFIG_PASSPHRASE: passphrase }
        : environment;
    return runPulumi(
      { ...pulumi.run, environment: withPassphrase },
      pulumiArguments(request, { ...options, stack }),
    );
  }
  refuseCliOnlyFlags(nameOf(request), options);
  await runEmbedded(request, { ...options, stack }, directory);
  return 0;
}

function pulumiArguments(request: ConfigRequest, options: ConfigOptions): readonly string[] {
  const { json, showSecrets, secret, plaintext, path, configFile, stack = "dev" } = options;
  const values = "key" in request ? [request.key] : [];
  const value = request.action === "set" ? request.value : undefined;
  return [
    "config",
    ...(request.action === "list" ? [] : [request.action]),
    "--stack",
    stack,
    ...(process.stdin.isTTY ? [] : ["--non-interactive"]),
    ...givenCommonFlags(nameOf(request), {
      ...options,
      ...(process.stdin.isTTY ? {} : { nonInteractive: undefined }),
    }),
    ...(configFile === undefined ? [] : ["--config-file", configFile]),
    ...(json === true ? ["--json"] : []),
    ...(showSecrets === true ? ["--show-secrets"] : []),
    ...(secret === true ? ["--secret"] : []),
    ...(plaintext === true ? ["--plaintext"] : []),
    ...(path === true ? ["--path"] : []),
    // A value may begin with a dash.
    "--",
    ...values,
    ...(value === undefined ? [] : [value]),
  ];
}

function nameOf({ action }: ConfigRequest): CliCommandName {
  return action === "list" ? "config" : `config ${action}`;
}

async function runEmbedded(
  request: ConfigRequest,
  options: ConfigOptions,
  directory: string,
): Promise<void> {
  const engine = await import("../../engine/stack-configuration.ts");
  const { stack = "dev", json = false, showSecrets = false, path = false } = options;
  const { configFile } = options;
  const location = {
    projectDirectory: directory,
    stack,
    ...(configFile === undefined ? {} : { settingsFile: configFile }),
  };
  switch (request.action) {
    case "list": {
      const values = await engine.listConfiguration(location, { showSecrets });
      const rows = values.map(({ shortKey, value = "[secret]" }) => [shortKey, value]);
      const document = Object.fromEntries(values.map((value) => [value.key, asDocument(value)]));
      return printLines(json ? [jsonText(document)] : textTable([["KEY", "VALUE"], ...rows]));
    }
    case "get": {
      const found = await engine.readConfigurationValue(location, request.key, { path });
      return printLines([json ? jsonText(asDocument(found)) : (found.value ?? "")]);
    }
    case "set": {
      const secret = options.secret ?? false;
      const value = request.value ?? (await readValue({ hidden: secret }));
      if (!secret && options.plaintext !== true) {
        const { key } = request;
        await refusePlainSecret(path ? key.replace(/[.[].*$/s, "") : key, value);
      }
      return engine.setConfigurationValue(location, request.key, value, { path, secret });
    }
    case "rm":
      return engine.removeConfigurationValue(location, request.key, { path });
  }
}

/** As the CLI refuses what looks like a secret. */
async function refusePlainSecret(key: string, value: string): Promise<void> {
  const { isPlainSecret } = await import("../../engine/secrets/plain-secrets.ts");
  if (isPlainSecret(key, value)) {
    throw new UserError(
      `Cannot set "${key}" in plain text, as by its name it is a secret: say --secret to encrypt it, or --plaintext to store it as it is`,
    );
  }
}

/** As `pulumi config --json` shows a value. */
function asDocument({ value, isObject, secret }: ShownValue): unknown {
  const parsed: unknown = isObject && value !== undefined ? JSON.parse(value) : undefined;
  return { value, objectValue: parsed, secret };
}
