/** Files that hold secrets by their names, and are never packed unless the pipeline says so. */
import path from "node:path";
import { UserError } from "../../../common/errors/user-error.ts";
import type { FoundFile, SourceOptions } from "./file-list.ts";
import { IGNORE_FILE } from "../ignore/ignore-rules.ts";
import { isInside } from "../../../common/files/is-inside.ts";
import { listSome } from "../../../common/text/list.ts";
import { toPosix } from "../../../common/files/posix-path.ts";

/**
 * Names that give a secret away. Deliberately broad: a wrong refusal costs one line of
 * configuration, a wrong upload costs a key.
 */
const SECRET_NAMES: readonly RegExp[] = [
  /^secrets\.env$/,
  /^\.env$/,
  /^\.env\../,
  /\.(pem|key|p12|pfx|p8|ppk|jks|keystore|kdbx)$/i,
  /^id_(rsa|dsa|ecdsa|ed25519)/,
  /^\.(netrc|pypirc|pgpass|htpasswd|git-credentials)$/,
  /^(application_default_)?credentials\.json$/,
  /^client_secret.*\.json$/,
];

/** Files that say nothing by their own name, but do by their directory's. */
const SECRET_PLACES: readonly RegExp[] = [
  /(^|\/)\.yt\/token$/,
  /(^|\/)\.aws\/credentials$/,
  /(^|\/)\.docker\/config\.json$/,
  /(^|\/)\.kube\/config$/,
];

/** How many names a message holds before it only counts. */
const NAMES_SHOWN = 5;

/** Whether a file is taken for a secret, by its name or its path with `/`. */
export function isSecretFileName(file: string): boolean {
  const name = path.posix.basename(file);
  return (
    SECRET_NAMES.some((pattern) => pattern.test(name)) ||
    SECRET_PLACES.some((pattern) => pattern.test(file))
  );
}

/** A part, as far as secrets in it go. */
export interface SecretRules {
  /** Where its files are. */
  readonly sources: readonly SourceOptions[];
  /** The path of a file in the archive. */
  readonly archivePath: (file: FoundFile) => string;
  /** Absolute path. */
  readonly pipelineDirectory: string;
  /** `pipeline.allow_secrets`: paths in the archive or relative to the pipeline. */
  readonly allowed: readonly string[];
}

/** Whether a file looks like a secret, and if so, whether the pipeline allows it. */
export function secretStatus(
  file: FoundFile,
  rules: Omit<SecretRules, "sources">,
): "none" | "allowed" | "refused" {
  const { archivePath, pipelineDirectory, allowed } = rules;
  // A secret behind a link of another name is a secret all the same.
  const places = [file.absolutePath, file.linkedPath];
  if (!places.some((place) => isSecretFileName(toPosix(place)))) {
    return "none";
  }
  const names = places.map((place) => toPosix(path.relative(pipelineDirectory, place)));
  const allowedPaths = allowed.map((name) => path.posix.normalize(name));
  const isAllowed = [archivePath(file), ...names].some((name) => allowedPaths.includes(name));
  return isAllowed ? "allowed" : "refused";
}

/**
 * Refuses files that look like secrets.
 *
 * @param files what a part would pack
 * @throws {UserError} naming such files, with what to write to leave them out or to allow them
 */
export function assertNoSecrets(files: readonly FoundFile[], rules: SecretRules): void {
  const refused = files.filter((file) => secretStatus(file, rules) === "refused");
  if (refused.length === 0) {
    return;
  }
  const shown = refused.slice(0, NAMES_SHOWN);
  const names = refused.map((file) => JSON.stringify(rules.archivePath(file)));
  const [looks, it, is] =
    refused.length === 1
      ? ["it looks like a secret", "it", "it is"]
      : ["they look like secrets", "them", "they are"];
  const lines = [
    `Cannot pack ${listSome(names, NAMES_SHOWN)} as ${looks}`,
    ...leaveOutLines(shown, rules, it),
    `  if ${is} meant to be on the cluster, allow ${it} in the configuration:`,
    "    pipeline:",
    "      allow_secrets:",
    ...names.slice(0, NAMES_SHOWN).map((name) => `        - ${name}`),
  ];
  throw new UserError(lines.join("\n"), { argument: "pipeline" });
}

function leaveOutLines(
  files: readonly FoundFile[],
  { sources, pipelineDirectory }: SecretRules,
  it: string,
): readonly string[] {
  const rules = files.map((file) => ignoreRule(file, sources));
  return [...Map.groupBy(rules, (rule) => rule.directory)].flatMap(([directory, group]) => {
    if (directory === undefined) {
      return [`  to leave ${it} out, do not ask for ${it} by name`];
    }
    const file = shownFile(path.join(directory, IGNORE_FILE), pipelineDirectory);
    const count = group.length === 1 ? "this line" : "these lines";
    return [
      `  to leave ${it} out, add ${count} to "${file}":`,
      ...group.map((rule) => `    ${rule.text}`),
    ];
  });
}

/** The rule that leaves a file out, and the directory of the ignore file that it goes to. */
function ignoreRule(
  { absolutePath, relativePath }: FoundFile,
  sources: readonly SourceOptions[],
): { readonly directory: string | undefined; readonly text: string } {
  const found = sources.find(({ source }) => isInside(source, absolutePath));
  // A source that is itself excluded is an error of its own.
  if (found === undefined || relativePath === "") {
    return { directory: undefined, text: "" };
  }
  const { source, rulesFrom: directory = source } = found;
  const relative = toPosix(path.relative(directory, absolutePath));
  return { directory, text: `/${relative.replaceAll(/[*?[\\]| $/g, "\\$&")}` };
}

function shownFile(file: string, pipelineDirectory: string): string {
  return isInside(pipelineDirectory, file) ? path.relative(pipelineDirectory, file) : file;
}
