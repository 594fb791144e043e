/** YAML 1.2 that somebody wrote, or made to be slow: errors for people, bounded time and memory. */
import { LineCounter, parseDocument } from "yaml";
import type { YAMLParseError } from "yaml";
import { UserError } from "../errors/user-error.ts";
import { readYamlValues } from "./yaml-values.ts";
import type { NameKey, ReadScalar, YamlMistake } from "./yaml-values.ts";

/** What a text is, for messages. */
export interface YamlSource {
  /** With the file in quotes: `"configs/config.yaml"`, `the project file "/projects/Pulumi.yaml"`. */
  readonly name: string;
  /** The resource argument to blame, where there is one. */
  readonly argument?: string;
}

const TOO_DEEP = "it is nested too deeply; make it flatter";

/**
 * Parses a document, with merge keys.
 *
 * @param readScalar what a scalar becomes @default its value
 * @param nameKey what a key becomes @default its value, as JSON has it
 * @returns its value; null when there is nothing in it
 * @throws {UserError} when it does not parse or its aliases would fill any memory (with line and
 * column), or when it is nested too deeply
 */
export function parseYaml(
  text: string,
  source: YamlSource,
  readScalar?: ReadScalar,
  nameKey?: NameKey,
): unknown {
  try {
    return parse(text, source, readScalar, nameKey);
  } catch (error) {
    // The library calls itself for each level of nesting.
    if (!(error instanceof RangeError)) {
      throw error;
    }
    throw cannotParse(source, "", TOO_DEEP);
  }
}

function parse(
  text: string,
  source: YamlSource,
  readScalar: ReadScalar | undefined,
  nameKey: NameKey | undefined,
): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    // readYamlValues() finds them: the library compares each key of a map with each.
    uniqueKeys: false,
  });
  const [error] = document.errors;
  const read =
    error === undefined
      ? readYamlValues(document.contents, readScalar, nameKey)
      : { mistake: mistakeOf(error, text, lineCounter) };
  if (read.mistake === undefined) {
    return read.value;
  }
  const { offset, message } = read.mistake;
  const { line, col } = lineCounter.linePos(offset);
  throw cannotParse(source, `, line ${line}, column ${col}`, message);
}

function mistakeOf(
  { code, pos: [offset], message }: YAMLParseError,
  text: string,
  lineCounter: LineCounter,
): YamlMistake {
  if (code === "RESOURCE_EXHAUSTION") {
    // The library says so, with the place, of what overflows the stack only later.
    return { offset, message: TOO_DEEP };
  }
  if (code === "MULTIPLE_DOCS") {
    const { line } = lineCounter.linePos(startOfContents(text, offset));
    return { offset, message: `it holds two documents: line ${line} begins the second; keep one` };
  }
  return { offset, message };
}

/** Where the first line with contents begins, after a line `---` and lines with nothing in them. */
function startOfContents(text: string, separator: number): number {
  const empty = /---[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*/y;
  empty.lastIndex = separator;
  const isContents = empty.test(text) && empty.lastIndex < text.length;
  return isContents ? empty.lastIndex : separator;
}

function cannotParse({ name, argument }: YamlSource, place: string, problem: string): UserError {
  const blamed = argument === undefined ? {} : { argument };
  return new UserError(`Cannot parse ${name}${place}: ${problem}`, blamed);
}
