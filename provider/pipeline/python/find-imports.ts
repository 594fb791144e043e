/**
 * Finds what Python code imports by certain top-level names, without running it and without an
 * interpreter: it is looked for while files are hashed, and there may be thousands.
 */

/** An import that is made whenever the code runs. */
export interface PythonImport {
  /** The line that the statement begins on, from 1. */
  readonly line: number;
  /** The absolute name of a module, with dots. */
  readonly module: string;
  /** What is taken from it with `from`; empty for a plain `import`. */
  readonly names: readonly string[];
}

/** Statements with their strings emptied, comments and line breaks taken out, and single spaces. */
interface LogicalLine {
  readonly line: number;
  readonly indent: number;
  readonly text: string;
}

/**
 * Comments, strings, continued lines, ends of lines, brackets, and what is between them. A string that
 * is not closed ends with its line, as Python would refuse it.
 */
const TOKEN =
  /#[^\n]*|"""(?:[^"\\]+|\\[^]|"(?!""))*(?:""")?|'''(?:[^'\\]+|\\[^]|'(?!''))*(?:''')?|"(?:[^"\\\n]+|\\[^])*"?|'(?:[^'\\\n]+|\\[^])*'?|\\\r?\n|\n|[([{]|[)\]}]|[^#"'\\\n()[\]{}]+|\\/g;

/** Blocks whose statements run without a condition that could be about the import. */
const UNCONDITIONAL = /^(?:(?:async\s+)?(?:def|for|while)\b|class\b|if\s+__name__\s*==)/;

const IMPORT_BEFORE = /\b(?:from|import)\b/;

const DOTTED = /^\w+(?: ?\. ?\w+)*$/;

/**
 * The imports of modules with one of these top-level names. Those below a condition, in a `try` or a
 * `with` are left out, as they may be meant to fail; so are relative ones.
 *
 * @param text the code; one byte for each character will do, as keywords are ASCII
 */
export function findImports(text: string, roots: readonly string[]): readonly PythonImport[] {
  // Imports stand at the start of most files: nothing behind the last one matters.
  const last = Math.max(...roots.map((root) => lastImportOf(text, root)));
  if (last === -1) {
    return [];
  }
  const imports: PythonImport[] = [];
  const blocks: { readonly indent: number; readonly isUnconditional: boolean }[] = [];
  for (const { line, indent, text: statements } of logicalLines(text, last)) {
    while ((blocks.at(-1)?.indent ?? -1) >= indent) {
      blocks.pop();
    }
    if (statements.endsWith(":")) {
      blocks.push({ indent, isUnconditional: UNCONDITIONAL.test(statements) });
    } else if (blocks.every(({ isUnconditional }) => isUnconditional)) {
      for (const statement of statements.split(";")) {
        const found = importsOf(statement.trim(), line);
        imports.push(
          ...found.filter(({ module }) => roots.includes(module.split(".", 1)[0] ?? "")),
        );
      }
    }
  }
  return imports;
}

/** Where a name stands for the last time in a line that could import it; -1 for nowhere. */
function lastImportOf(text: string, root: string): number {
  let at = text.lastIndexOf(root);
  while (at > 0) {
    const start = text.lastIndexOf("\n", at) + 1;
    if (IMPORT_BEFORE.test(text.slice(start, at))) {
      return at;
    }
    // What stands before it in this line has even less before itself.
    at = start === 0 ? -1 : text.lastIndexOf(root, start - 1);
  }
  return -1;
}

/** @param statement with single spaces, so that no pattern has a choice where one ends */
function importsOf(statement: string, line: number): readonly PythonImport[] {
  if (statement.startsWith("from ")) {
    const [module = "", names] = statement.slice("from ".length).split(/\bimport\b(.*)/, 2);
    return names !== undefined && DOTTED.test(module.trim())
      ? [{ line, module: compact(module), names: listed(names.replaceAll(/[()]/g, "")) }]
      : [];
  }
  const [, modules = ""] = /^import (.+)$/.exec(statement) ?? [];
  return listed(modules)
    .filter((module) => DOTTED.test(module))
    .map((module) => ({ line, module, names: [] }));
}

/** `a as b, c.d` → `a`, `c.d`. */
function listed(names: string): readonly string[] {
  return names
    .split(",")
    .map((name) => compact(name.replace(/ as \w+ ?$/, "")))
    .filter((name) => name !== "");
}

function compact(name: string): string {
  return name.replaceAll(/\s+/g, "");
}

/** @param last the position after which no line needs to begin */
function* logicalLines(text: string, last: number): Generator<LogicalLine> {
  let [line, start, depth, code] = [1, 0, 0, ""];
  for (const { 0: token, index } of `${text}\n`.matchAll(TOKEN)) {
    const first = token.charAt(0);
    if (first === "\n" && depth === 0) {
      if (start > 0) {
        yield { line: start, indent: indentOf(code), text: code.trim().replaceAll(/\s+/g, " ") };
      }
      if (index > last) {
        return;
      }
      [start, code] = [0, ""];
    } else {
      depth = depthAfter(depth, first);
      const piece = codeOf(token, first);
      code += piece;
      start = start === 0 && piece.trim() !== "" ? line : start;
    }
    line += countBreaks(token);
  }
}

function depthAfter(depth: number, first: string): number {
  if ("([{".includes(first)) {
    return depth + 1;
  }
  return ")]}".includes(first) ? Math.max(0, depth - 1) : depth;
}

function codeOf(token: string, first: string): string {
  switch (first) {
    case "#":
      return "";
    case '"':
    case "'":
      return '""';
    case "\\":
    case "\n":
      return " ";
    default:
      return token;
  }
}

function countBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
    count += 1;
  }
  return count;
}

/** In columns: a tab leads to the next multiple of 8, and a form feed begins anew. */
function indentOf(code: string): number {
  let columns = 0;
  for (const character of code) {
    if (character === " ") {
      columns += 1;
    } else if (character === "\t") {
      columns += 8 - (columns % 8);
    } else if (character === "\f") {
      columns = 0;
    } else {
      break;
    }
  }
  return columns;
}
