/**
 * Type-checks the examples that people copy: `@example`s of docstrings, and the TypeScript in the
 * README and in `docs/`. Each is compiled as a file of its own, beside the file that it stands in,
 * so that it sees what that file exports.
 */
import assert from "node:assert/strict";
import { glob, readFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import ts from "typescript";
import { REPOSITORY } from "../../ytjobs/run-python.ts";

interface Example {
  /** Path of the file that it stands in, relative to the repository. */
  readonly file: string;
  readonly line: number;
  readonly code: string;
}

const SOURCES = ["{common,provider,engine,cli,local-cluster}/**/*.ts", "*.md", "docs/*.md"];

/** Shows that an example which does not compile is noticed. */
const BROKEN: Example = {
  file: "broken.md",
  line: 1,
  code: 'new YtCodeArchive("a", { pipelin: "./a" });',
};

/** What a docstring puts before each line. */
const DOCSTRING_MARGIN = /^\s*\* ?/gm;

test("The examples in docstrings and documents compile", async () => {
  const examples = await findExamples();
  const inDocstrings = examples.filter(({ file }) => file.endsWith(".ts"));
  const inDocuments = examples.filter(({ file }) => file.endsWith(".md"));
  assert.ok(inDocstrings.length >= 3, "The examples of docstrings are not found");
  assert.ok(inDocuments.length >= 2, "The examples of documents are not found");
  const [found = "", ...others] = problemsOf([BROKEN, ...examples]);
  assert.match(found, /^broken\.md:1: .*'pipelin' does not exist/s);
  assert.deepEqual(others, []);
});

async function findExamples(): Promise<readonly Example[]> {
  const examples: Example[] = [];
  for await (const file of glob(SOURCES, { cwd: REPOSITORY })) {
    const text = await readFile(path.join(REPOSITORY, file), "utf8");
    const pattern = file.endsWith(".ts")
      ? /@example\n\s*\* ```ts\n(?<code>.*?)\n\s*\* ```/gs
      : /^```ts\n(?<code>.*?)\n```$/gms;
    for (const match of text.matchAll(pattern)) {
      const code = match.groups?.["code"] ?? "";
      const line = text.slice(0, match.index).split("\n").length;
      examples.push({ file, line, code: withoutMargin(code, file) });
    }
    const unmarked = text.match(/@example\n(?!\s*\* ```ts\n)/g) ?? [];
    assert.deepEqual(unmarked, [], `${file}: write an @example between \`\`\`ts and \`\`\``);
  }
  return examples;
}

function withoutMargin(code: string, file: string): string {
  return file.endsWith(".ts") ? code.replaceAll(DOCSTRING_MARGIN, "") : code;
}

/** Compiles examples; gives what the compiler says of each, as `file:line: message`. */
function problemsOf(examples: readonly Example[]): readonly string[] {
  const programs = new Map(
    examples.map((example, index) => [virtualFile(example, index), example]),
  );
  const options = compilerOptions();
  const disk = ts.createCompilerHost(options);
  const textOf = (file: string): string | undefined => {
    const example = programs.get(file);
    return example === undefined ? undefined : programOf(example);
  };
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (file) => programs.has(file) || disk.fileExists(file),
    readFile: (file) => textOf(file) ?? disk.readFile(file),
    getSourceFile: (file, version, ...rest) => {
      const text = textOf(file);
      return text === undefined
        ? disk.getSourceFile(file, version, ...rest)
        : ts.createSourceFile(file, text, version);
    },
  };
  const program = ts.createProgram([...programs.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
    const example = programs.get(diagnostic.file?.fileName ?? "");
    return example === undefined ? message : `${example.file}:${example.line}: ${message}`;
  });
}

function virtualFile({ file }: Example, index: number): string {
  return path.join(REPOSITORY, path.dirname(file), `example-${index}.ts`);
}

/** An example with the imports that readers know of: what its file exports, or what the package does. */
function programOf({ file, code }: Example): string {
  const module = file.endsWith(".ts") ? `./${path.basename(file)}` : "pulumi-yt-code";
  const source = file.endsWith(".ts") ? path.join(REPOSITORY, file) : undefined;
  // A docstring's example may also import from the package, as its readers do.
  const importsItself = [module, "pulumi-yt-code"].some((from) => code.includes(`from "${from}"`));
  const imported = importsItself ? "" : importOf(module, source, code);
  const pulumi = code.includes("StackReference")
    ? 'import { StackReference } from "@pulumi/pulumi";\n'
    : "";
  return `${imported}${pulumi}${code}\nexport {};\n`;
}

/** Imports those names of a module that a text uses. */
function importOf(module: string, source: string | undefined, code: string): string {
  const names = source === undefined ? ["YtCodeArchive"] : exportedNames(source);
  const used = names.filter((name) => new RegExp(`\\b${name}\\b`).test(code));
  return used.length === 0 ? "" : `import { ${used.join(", ")} } from "${module}";\n`;
}

function exportedNames(file: string): readonly string[] {
  const text = ts.sys.readFile(file) ?? "";
  return Array.from(
    text.matchAll(/^export (?:async )?(?:function\*?|class|const) (\w+)/gm),
    ([, name = ""]) => name,
  );
}

function compilerOptions(): ts.CompilerOptions {
  const file = path.join(REPOSITORY, "tsconfig.json");
  const { config } = ts.readConfigFile(file, (name) => ts.sys.readFile(name));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, REPOSITORY);
  // An example may declare what it only shows.
  return {
    ...options,
    noUnusedLocals: false,
    // In a checkout the package is its sources.
    paths: { "pulumi-yt-code": [path.join(REPOSITORY, "provider/index.ts")] },
  };
}
