/** Writes down which flags the commands of the Pulumi CLI on PATH take, from its own description and its help. */
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { isRecord } from "../../../common/values/is-record.ts";
import { textOr } from "../../../engine/values/text.ts";
import { COMMANDS, FLAGS_FILE } from "./recorded.ts";
import type { CliFlags } from "./recorded.ts";

/** Without them the CLI has neither `--remote…` nor `--event-log`. */
const ALL_FLAGS = { PULUMI_EXPERIMENTAL: "true", PULUMI_DEBUG_COMMANDS: "true" };

function pulumi(...argv: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("pulumi", argv, {
    encoding: "utf8",
    env: { ...process.env, ...ALL_FLAGS, PULUMI_SKIP_UPDATE_CHECK: "true" },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) {
    throw new Error(`pulumi ${argv.join(" ")}: ${stderr}`);
  }
  return stdout;
}

/** @param version the CLI's */
export async function recordFlags(version: string): Promise<void> {
  const description: unknown = JSON.parse(pulumi("generate-cli-spec"));
  const everywhere = flagsOf(description, pulumi("--help"));
  const recorded: CliFlags = {
    cli: version,
    global: everywhere,
    commands: Object.fromEntries(
      COMMANDS.map((command) => {
        const words = command.split(" ");
        const help = pulumi(...words, "--help");
        // Some commands are described under another of their names.
        const [, , aliases = ""] = /^Aliases:\n( *(.*))$/m.exec(help) ?? [];
        const own = flagsOf(find(description, words, aliases.split(", ")), help);
        return [command, [...own, ...inherited(help, everywhere)]];
      }),
    ),
  };
  await writeFile(FLAGS_FILE, `${JSON.stringify(recorded, undefined, 2)}\n`);
}

function find(description: unknown, words: readonly string[], aliases: readonly string[]): unknown {
  const [last = "", ...above] = words.toReversed();
  const parent = above.toReversed().reduce(child, description);
  for (const name of [last, ...aliases]) {
    const found = child(parent, name);
    if (found !== undefined) {
      return found;
    }
  }
  throw new Error(`The Pulumi CLI does not describe "${words.join(" ")}"`);
}

function child(command: unknown, name: string): unknown {
  const children = isRecord(command) ? command["commands"] : undefined;
  return isRecord(children) ? children[name] : undefined;
}

/** What the help does not list is hidden, and described all the same; short forms are only in the help. */
function flagsOf(command: unknown, help: string): readonly string[] {
  const flags = isRecord(command) && isRecord(command["flags"]) ? command["flags"] : {};
  return Object.entries(flags).map(([name, flag]) => {
    const { type, repeatable } = isRecord(flag) ? flag : {};
    const [, short, given = ""] =
      new RegExp(String.raw`^ *(?:(-\w), )?--${name} *(.*)$`, "m").exec(help) ?? [];
    const value = `${textOr(type, "?")}${repeatable === true ? "..." : ""}`;
    const isOptional = /^\w+\[=/.test(given);
    const form = type === "boolean" ? "" : isOptional ? ` [${value}]` : ` <${value}>`;
    return `${short === undefined ? "" : `${short}, `}--${name}${form}`;
  });
}

/** The flags of the command above, which its description does not repeat. */
function inherited(help: string, everywhere: readonly string[]): readonly string[] {
  const [, listed = ""] = help.split("Global Flags:");
  return [...listed.matchAll(/^ *((?:-\w, )?(--[\w-]+)) (\w+)?/gm)]
    .filter(
      ([, , long]) =>
        !everywhere.some((flag) => flag.includes(`${long} `) || flag.endsWith(`${long}`)),
    )
    .map(([, names = "", , type]) => (type === undefined ? names : `${names} <${type}>`));
}
