/** YAML 1.2 that somebody wrote, or made to be slow: errors for people, bounded time and memory. */
import { LineCounter, parseDocument } from "yaml";
import { UserError } from "../errors/user-error.ts";
import { readYamlValues } from "./yaml-values.ts";

const TOO_DEEP = "it is nested too deeply; make it flatter";

/**
 * Parses a document.
 *
 * @param file how messages call it
 * @throws {UserError} when it does not parse or its aliases would fill any memory (with line and
 * column), or when it is nested too deeply
 */
export function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text, file);
  } catch (error) {
    // The library calls itself for each level.
    if (!(error instanceof RangeError)) throw error;
    throw cannotParse(`"${file}"`, TOO_DEEP);
  }
}

function parse(text: string, file: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    // The library would compare each key of a map with each.
    uniqueKeys: false,
  });
  const [problem] = document.errors;
  const read =
    problem === undefined
      ? readYamlValues(document.contents)
      : { mistake: { offset: problem.pos[0], message: problem.message } };
  if (read.mistake === undefined) return read.value;
  const { offset, message } = read.mistake;
  const { line, col } = lineCounter.linePos(offset);
  const isTooDeep = message === "Maximum call stack size exceeded";
  throw cannotParse(`"${file}", line ${line}, column ${col}`, isTooDeep ? TOO_DEEP : message);
}

function cannotParse(place: string, problem: string): UserError {
  return new UserError(`Cannot parse ${place}: ${problem}`, { argument: "config" });
}
