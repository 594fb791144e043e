/** The flags that the Pulumi CLI takes, as they were recorded (`npm run conformance -- --flags` records them anew). */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** Where they are. */
export const FLAGS_FILE = fileURLToPath(new URL("flags.json", import.meta.url));

/** The CLI's commands that `ytcode` has too. */
export const COMMANDS = [
  "preview",
  "up",
  "refresh",
  "destroy",
  "cancel",
  "config",
  "config get",
  "config set",
  "config rm",
  "stack ls",
  "stack init",
  "stack select",
  "stack rm",
  "stack export",
  "stack import",
  "stack history",
  "stack output",
] as const;

/** One of them. */
export type CliCommand = (typeof COMMANDS)[number];

/** Flags in commander's notation: `-r, --refresh [string]`; `...` after the type says that it may be repeated. */
export interface CliFlags {
  /** The CLI's version. */
  readonly cli: string;
  /** Those that all commands take. */
  readonly global: readonly string[];
  readonly commands: Readonly<Record<string, readonly string[]>>;
}

/** Reads them. */
export async function readCliFlags(): Promise<CliFlags> {
  const flags: CliFlags = JSON.parse(await readFile(FLAGS_FILE, "utf8"));
  return flags;
}
