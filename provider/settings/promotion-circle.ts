/** Promotions that lead in a circle, as far as the settings of the other stacks are in the project. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { isRecord } from "../../common/values/is-record.ts";
import type { Mistake } from "./mistakes.ts";
import { matchesName } from "./name-pattern.ts";
import { readStackSettings } from "./read-settings.ts";
import type { Entry, StackSettings } from "./read-settings.ts";
import { findStackFile } from "./settings-files.ts";
import type { SettingsFiles } from "./settings-files.ts";
import { findSource } from "./sources.ts";
import type { Source } from "./sources.ts";

/** Where a walk begins. */
interface CircleOptions {
  /** The stack's own name. */
  readonly stack: string;
  readonly project: string;
  readonly files: SettingsFiles | undefined;
}

/** An archive to promote. */
interface Promotion {
  readonly name: string;
  readonly source: Source;
}

/** A mistake for each archive that would be promoted from itself in the end. */
export async function promotionCircles(
  settings: StackSettings,
  options: CircleOptions,
): Promise<readonly Mistake[]> {
  const others = new Map<string, StackSettings | undefined>();
  const mistakes: Mistake[] = [];
  for (const { name, source } of promotionsOf(settings)) {
    const way = [options.stack];
    let next: Pick<Source, "stack" | "pipeline"> | undefined = source;
    while (next !== undefined && !way.includes(next.stack)) {
      way.push(next.stack);
      if (!others.has(next.stack)) {
        others.set(next.stack, await otherSettings(next.stack, options));
      }
      next = sourceIn(others.get(next.stack), next.pipeline);
    }
    if (next?.stack === options.stack && way.length > 1) {
      const problem = `promotes "${name}" in a circle: ${[...way, options.stack].join(" takes it from ")}`;
      mistakes.push({ place: source.place, problem });
    }
  }
  // What is said of a whole stack is one mistake.
  return [...new Map(mistakes.map((mistake) => [mistake.place, mistake])).values()];
}

/** A pattern stands for whatever it matches. */
function promotionsOf(settings: StackSettings): readonly Promotion[] {
  const { entries, defaults, overrides, promoteFrom } = settings;
  const named = [
    ...entries.map((entry) => ({ ...entry, name: nameOf(entry) })),
    ...[...overrides].map(([name, override]) => ({ name, ...override })),
  ];
  return named.flatMap(({ name, place, values }) => {
    const merged = { ...defaults, ...values, ...overrides.get(name)?.values };
    const source = findSource(merged, name, promoteFrom, place);
    return source === undefined ? [] : [{ name, source }];
  });
}

function nameOf({ name, pattern = "", values: { directory } }: Entry): string {
  const file = typeof directory === "string" ? directory : pattern;
  return name ?? path.posix.basename(file);
}

async function otherSettings(
  stack: string,
  { files, project }: CircleOptions,
): Promise<StackSettings | undefined> {
  const file = files === undefined ? undefined : findStackFile(files, stack);
  const text = file === undefined ? "" : readFileSync(file, "utf8");
  if (!text.includes("promoteFrom")) {
    return undefined;
  }
  const { parse } = await import("yaml");
  let content: unknown;
  try {
    content = parse(text);
  } catch {
    return undefined; // It is told to those who use that stack.
  }
  const config = isRecord(content) && isRecord(content["config"]) ? content["config"] : {};
  return readStackSettings(config, { project }, []);
}

/** Where another stack takes an archive from, if it does not pack it. */
function sourceIn(settings: StackSettings | undefined, name: string): Source | undefined {
  const entry = settings?.entries.find((candidate) => isFor(candidate, name));
  if (settings === undefined || entry === undefined) {
    return undefined;
  }
  const { defaults, overrides, promoteFrom } = settings;
  const values = { ...defaults, ...entry.values, ...overrides.get(name)?.values };
  return findSource(values, name, promoteFrom, entry.place);
}

function isFor(entry: Entry, wanted: string): boolean {
  const name = nameOf(entry);
  return matchesName(wanted, name) || matchesName(name, wanted);
}
