/** Files that hold secrets, by their names or by a private key in them: never packed unless the pipeline says so. */
import path from "node:path";
import { UserError } from "../../../common/errors/user-error.ts";
import type { ContentFinding } from "./content-findings.ts";
import type { FoundFile, SourceOptions } from "./found-file.ts";
import { IGNORE_FILE } from "../ignore/ignore-rules.ts";
import { isInside } from "../../../common/files/is-inside.ts";
import { listSome } from "../../../common/text/list.ts";
import { toPosix } from "../../../common/files/posix-path.ts";

/**
 * Names that give a secret away. Deliberately broad: a wrong refusal costs one line of
 * configuration, a wrong upload costs a key.
 */
const SECRET_NAMES: readonly RegExp[] = [
  /\.env$/i,
  // Not what is there to be copied and filled in.
  /^\.env\..*(?<!\.(?:example|sample|template|dist))$/i,
  /\.(p12|pfx|p8|ppk|jks|keystore|kdbx)$/i,
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

/** Names of private keys, and of certificates and public keys, too: what is in the file decides. */
const KEY_NAMES = /\.(pem|key)$|^id_(?!.*\.pub$)/i;

/** Where what belongs to an installation is, which users do not write to. */
const INSTALLED = /\/(?:site|dist)-packages\//;

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

/** Whether a file may well hold a private key, by its name. */
export function isKeyFileName(name: string): boolean {
  return KEY_NAMES.test(name);
}

/** A part, as far as secrets in it go. */
export interface SecretRules {
  /** Where its files are. */
  readonly sources: readonly SourceOptions[];
  /** The path of a file in the archive. */
  readonly archivePath: (file: FoundFile) => string;
  /** What was noticed of its content. */
  readonly finding: (file: FoundFile) => ContentFinding | undefined;
  /** Absolute path. */
  readonly pipelineDirectory: string;
  /** `pipeline.allow_secrets`: paths in the archive or relative to the pipeline. */
  readonly allowed: readonly string[];
}

/** Whether a file is a secret, and if so, whether the pipeline allows it. */
export function secretStatus(
  file: FoundFile,
  rules: Omit<SecretRules, "sources">,
): "none" | "allowed" | "refused" {
  const { archivePath, pipelineDirectory, allowed } = rules;
  if (!isSecret(file, rules.finding(file))) {
    return "none";
  }
  const names = placesOf(file).map((place) => toPosix(path.relative(pipelineDirectory, place)));
  const allowedPaths = allowed.map((name) => path.posix.normalize(name));
  const isAllowed = [archivePath(file), ...names].some((name) => allowedPaths.includes(name));
  return isAllowed ? "allowed" : "refused";
}

/** A secret behind a link of another name is a secret all the same. */
function placesOf({ absolutePath, linkedPath }: FoundFile): readonly string[] {
  return absolutePath === linkedPath ? [absolutePath] : [absolutePath, linkedPath];
}

function isSecret(file: FoundFile, finding: ContentFinding | undefined): boolean {
  switch (finding) {
    case "private-key":
      return true;
    case "private-key-header":
      return (
        placesOf(file).some((place) => isKeyFileName(path.basename(place))) || isNamedSecret(file)
      );
    case "lfs-pointer":
    case undefined:
      return isNamedSecret(file);
  }
}

/** Asked of each file, so without a list of its places. */
function isNamedSecret({ absolutePath, linkedPath }: FoundFile): boolean {
  return (
    isSecretFileName(toPosix(absolutePath)) ||
    (linkedPath !== absolutePath && isSecretFileName(toPosix(linkedPath)))
  );
}

/** What names give a secret away, as text: where it is the same, the same files are taken for secrets. */
export function secretNames(): string {
  return [...SECRET_NAMES, ...SECRET_PLACES, KEY_NAMES].join(" ");
}

/** Whether names alone are enough for {@link assertNoSecrets} to refuse some of the files. */
export function hasRefusedName(
  files: readonly FoundFile[],
  rules: Omit<SecretRules, "finding" | "sources">,
): boolean {
  const byName = { ...rules, finding: () => undefined };
  return files.some((file) => secretStatus(file, byName) === "refused");
}

/**
 * Refuses secrets.
 *
 * @param files what a part would pack
 * @returns whether there are some that the pipeline allows
 * @throws {UserError} naming such files, with what to write to leave them out or to allow them
 */
export function assertNoSecrets(files: readonly FoundFile[], rules: SecretRules): boolean {
  const secrets = files
    .map((file) => ({ file, status: secretStatus(file, rules) }))
    .filter(({ status }) => status !== "none");
  const refused = secrets.filter(({ status }) => status === "refused").map(({ file }) => file);
  if (refused.length === 0) {
    return secrets.length > 0;
  }
  const shown = refused.slice(0, NAMES_SHOWN);
  const names = refused.map((file) => JSON.stringify(rules.archivePath(file)));
  const isNamed = refused.some(isNamedSecret);
  const [why, it, is] =
    refused.length === 1
      ? [isNamed ? "it looks like a secret" : "a private key begins in it", "it", "it is"]
      : [isNamed ? "they look like secrets" : "private keys begin in them", "them", "they are"];
  const lines = [
    `Cannot pack ${listSome(names, NAMES_SHOWN)} as ${why}`,
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
  // Of what is installed nothing can be left out but the whole module.
  const own = files.filter((file) => !INSTALLED.test(toPosix(file.absolutePath)));
  const rules = own.map((file) => ignoreRule(file, sources));
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
