/** Finds the messages for people in the sources: what the code can say, with "…" for what it puts in. */
import { glob, readFile } from "node:fs/promises";
import path from "node:path";
import ts from "typescript";
import { REPOSITORY } from "../../ytjobs/run-python.ts";

/** A message, where the code has it. */
export interface FoundMessage {
  /** `Cannot read "…" as it is empty`. */
  readonly text: string;
  /** Relative to the repository. */
  readonly file: string;
}

const SOURCES = "{common,provider,engine,cli,local-cluster}/**/*.ts";

/** How messages of errors begin (CONTRIBUTING.md). */
const BEGINNING = /^Cannot \w/;

/** Classes whose first argument is a message, however it begins. */
const ERRORS = new Set(["UserError"]);

/** Stands for what is put in, and for what another place makes. */
const PLACE = "…";

/** Finds them, in the order of their files and lines; one that several places have is the first's. */
export async function collectMessages(): Promise<readonly FoundMessage[]> {
  const files: string[] = [];
  for await (const file of glob(SOURCES, { cwd: REPOSITORY })) {
    files.push(file);
  }
  const found = new Map<string, FoundMessage>();
  for (const file of files.toSorted()) {
    const text = await readFile(path.join(REPOSITORY, file), "utf8");
    for (const message of messagesIn(file, text)) {
      if (!found.has(message)) {
        found.set(message, { text: message, file });
      }
    }
  }
  return [...found.values()];
}

/** The messages in one source. */
export function messagesIn(file: string, text: string): readonly string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const messages: string[] = [];
  const take = (node: ts.Expression): void => {
    messages.push(...textsOf(node).map(onOneLine).filter(saysSomething));
  };
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && ERRORS.has(node.expression.getText())) {
      const [message, ...others] = node.arguments ?? [];
      if (message !== undefined) {
        take(message);
      }
      others.forEach(visit);
      return;
    }
    if (
      ts.isExpression(node) &&
      isText(node) &&
      textsOf(node).some((each) => BEGINNING.test(each))
    ) {
      take(node);
      return;
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return messages;
}

function isText(node: ts.Expression): boolean {
  return (
    ts.isStringLiteralLike(node) ||
    ts.isTemplateExpression(node) ||
    (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
  );
}

/** What an expression can be: one text for each branch of a condition. */
function textsOf(node: ts.Expression): readonly string[] {
  if (ts.isStringLiteralLike(node)) {
    return [node.text];
  }
  if (ts.isParenthesizedExpression(node)) {
    return textsOf(node.expression);
  }
  if (ts.isTemplateExpression(node)) {
    return [node.head.text + node.templateSpans.map((span) => PLACE + span.literal.text).join("")];
  }
  if (ts.isConditionalExpression(node)) {
    return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const ends = textsOf(node.right);
    return textsOf(node.left).flatMap((start) => ends.map((end) => start + end));
  }
  return [PLACE];
}

function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/…(\s?…)+/g, PLACE);
}

/** Whether there are words of its own in it, not only another place's. */
function saysSomething(text: string): boolean {
  return /\p{L}{3}.*\p{L}{3}/u.test(text.replaceAll(PLACE, ""));
}
