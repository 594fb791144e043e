/**
 * Reads the text of a `requirements.txt` as far as it takes to say what floats in it.
 * The rules are those of pip's "Requirements File Format" and "Requirement Specifiers".
 */
import { withoutByteOrderMark } from "../../../common/text/without-byte-order-mark.ts";

/** One thing to install. */
export interface Requirement {
  /** The line it begins on, from 1. */
  readonly line: number;
  /** How to name it to people: never with what may be a password in an address. */
  readonly label: string;
  /** Its normalized name; undefined for an address or path without one. */
  readonly name: string | undefined;
  /** Whether every installation gets the same thing. */
  readonly isPinned: boolean;
}

/** Another file that is read along: `-r` or `-c`. */
export interface IncludedFile {
  readonly line: number;
  /** As written: relative to the file that names it, or an address. */
  readonly file: string;
  /** `-c`: it installs nothing, but says which versions will do. */
  readonly isConstraint: boolean;
}

/** What a `requirements.txt` says. */
export interface Requirements {
  readonly requirements: readonly Requirement[];
  readonly includes: readonly IncludedFile[];
}

interface LogicalLine {
  readonly line: number;
  readonly text: string;
}

/** Parses a `requirements.txt`. Lines that pip would refuse are left to pip. */
export function parseRequirements(text: string): Requirements {
  const requirements: Requirement[] = [];
  const includes: IncludedFile[] = [];
  for (const { line, text: statement } of logicalLines(text)) {
    const [option, value] = splitOption(statement);
    if (option === "-r" || option === "--requirement") {
      includes.push({ line, file: value, isConstraint: false });
    } else if (option === "-c" || option === "--constraint") {
      includes.push({ line, file: value, isConstraint: true });
    } else {
      const isEditable = option === "-e" || option === "--editable";
      if (option !== "" && !isEditable) {
        continue;
      }
      const requirement = parseRequirement(isEditable ? value : statement);
      if (requirement !== undefined) {
        requirements.push({ line, ...requirement });
      }
    }
  }
  return { requirements, includes };
}

/** Joins continued lines, as pip does, and takes comments off. */
function logicalLines(text: string): readonly LogicalLine[] {
  const lines: LogicalLine[] = [];
  let begun: LogicalLine | undefined;
  const physicals = withoutByteOrderMark(text).split(/\r\n|\r|\n/);
  for (const [index, physical] of physicals.entries()) {
    const isComment = /^\s*#/.test(physical);
    const isContinued = physical.endsWith("\\") && !isComment;
    // A comment ends what was continued, and stays a comment when joined to it.
    const piece = isContinued ? physical.slice(0, -1) : isComment ? ` ${physical}` : physical;
    begun = { line: begun?.line ?? index + 1, text: (begun?.text ?? "") + piece };
    if (isContinued) {
      continue;
    }
    lines.push(begun);
    begun = undefined;
  }
  if (begun !== undefined) {
    lines.push(begun);
  }
  return lines
    .map(({ line, text: joined }) => ({ line, text: joined.replace(/(^|\s+)#.*$/, "").trim() }))
    .filter(({ text: statement }) => statement !== "");
}

/** `"-r a.txt"`, `"-ra.txt"`, `"--requirement=a.txt"` → option and value; `["", …]` for the rest. */
function splitOption(statement: string): readonly [option: string, value: string] {
  const long = /^(--[a-z-]+)(?:\s*=\s*|\s+|$)(.*)$/.exec(statement);
  const short = /^(-[a-zA-Z])\s*=?\s*(.*)$/.exec(statement);
  const [, option = "", value = ""] = long ?? short ?? [];
  return [option, value.replaceAll(/^["']|["']$/g, "")];
}

function parseRequirement(statement: string): Omit<Requirement, "line"> | undefined {
  const [wanted = "", ...options] = statement.split(/\s+(?=--?[a-z])/);
  const hasHash = options.some((option) => option.startsWith("--hash"));
  const [withoutMarker = ""] = wanted.split(isAddress(wanted) ? /\s;/ : ";");
  const text = withoutMarker.trim();
  if (isAddress(text) || isLocalPath(text)) {
    const isPinned = hasHash || !isFloatingAddress(text);
    return { label: withoutSecrets(text), name: undefined, isPinned };
  }
  const named = /^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(.*)$/.exec(text);
  if (named === null) {
    return undefined;
  }
  const [, name = "", specifier = ""] = named;
  const atAddress = /^@\s*(.*)$/.exec(specifier)?.[1];
  if (atAddress === undefined && !/^(?:[(=<>!~].*)?$/.test(specifier)) {
    return undefined;
  }
  return {
    label: atAddress === undefined ? text : name,
    name: normalizedName(name),
    isPinned: hasHash || (atAddress ? !isFloatingAddress(atAddress) : isExact(specifier)),
  };
}

/** One version and no other: `==1.*` is many. */
function isExact(specifier: string): boolean {
  const clauses = specifier.replaceAll(/[()]/g, "").split(",");
  return clauses.some((clause) => /^\s*===?[^=*]+$/.test(clause));
}

function isAddress(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(text);
}

/** Packed or not, a path is not looked up in an index. */
function isLocalPath(text: string): boolean {
  return /^\.{0,2}\/|^\.{1,2}$|\.(?:whl|zip|tar\.gz|tar\.bz2)$/.test(text) && !text.includes("@ ");
}

/** A repository without a revision: its default branch moves. */
function isFloatingAddress(address: string): boolean {
  const [repository = ""] = address.split("#");
  const inRepository = /^(?:git|hg|svn|bzr)\+[^:]+:\/\/[^/]*(\/.*)$/.exec(repository)?.[1];
  return inRepository !== undefined && !/[^/]@[^@]+$/.test(inRepository);
}

function withoutSecrets(address: string): string {
  return address.replace(/\/\/[^/@]*@/, "//").replace(/[?#].*$/, "");
}

/** Names are compared as the index compares them: `Foo_Bar` is `foo-bar`. */
function normalizedName(name: string): string {
  return name.toLowerCase().replaceAll(/[._-]+/g, "-");
}
