/** Declares an archive for each pipeline that a stack's settings list: the whole of an ordinary program. */
import { setImmediate } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { isRecord } from "../../common/values/is-record.ts";
import { YtCodeArchive } from "../resource/code-archive.ts";
import type { Mistake } from "./mistakes.ts";
import { planPipelines } from "./plan-pipelines.ts";
import type { PlannedPipeline } from "./plan-pipelines.ts";
import { parseConfigValue, readStackSettings } from "./read-settings.ts";
import { findSettingsFiles } from "./settings-files.ts";
import { sourceStacks } from "./sources.ts";

/** Options of {@link declarePipelines}. */
export interface DeclarePipelinesOptions {
  /**
   * Keys of the project's own namespace that the program reads itself: every other one that is not known is refused.
   * @default none
   */
  readonly otherKeys?: readonly string[];
}

/**
 * After so many the SDK gets time to send what was declared: nothing leaves the process before, and the engine and the
 * provider, which have other processors, would do nothing meanwhile.
 */
const AT_A_TIME = 16;

/** What {@link declarePipelines} has declared, by the pipelines' names. */
export interface DeclaredPipelines {
  readonly archives: Readonly<Record<string, YtCodeArchive>>;
  /** The archives' outputs, to be exported, so that another stack can promote from them. */
  readonly outputs: Readonly<Record<string, Partial<YtCodeArchive["outputs"]>>>;
}

/**
 * Declares the pipelines of the stack's settings (docs/settings.md): `yt:pipelines`, `yt:defaults`, `yt:overrides`,
 * `yt:promoteFrom`, `yt:requirePromotion`, each also in the project's own namespace.
 *
 * @throws {pulumi.RunError} for all mistakes in the settings at once, with file and line; nothing is declared then
 * @example
 * ```ts
 * import { declarePipelines } from "pulumi-yt-code";
 *
 * export default async () => (await declarePipelines()).outputs;
 * ```
 */
export async function declarePipelines({
  otherKeys,
}: DeclarePipelinesOptions = {}): Promise<DeclaredPipelines> {
  const [project, stack, root] = [pulumi.getProject(), pulumi.getStack(), process.cwd()];
  const mistakes: Mistake[] = [];
  const settings = readStackSettings(configuration(), { project, otherKeys }, mistakes);
  const sources = sourceStacks(settings);
  for (const [source, place] of sources) {
    if (source === stack || source === fullName(stack)) {
      mistakes.push({
        place,
        problem: `names the stack "${stack}" itself: promote from another one`,
      });
    }
  }
  if (sources.size > 0) {
    const { promotionCircles } = await import("./promotion-circle.ts");
    const files = findSettingsFiles(root);
    mistakes.push(...(await promotionCircles(settings, { stack, project, files })));
  }
  await assertNone(mistakes, project, stack);
  const references = await readReferences([...sources.keys()]);
  const archivesOf = (source: string): readonly string[] | undefined =>
    references.get(source)?.archives;
  const planned = planPipelines(settings, { stack, root, archivesOf }, mistakes);
  await assertNone(mistakes, project, stack);
  return declare(planned, references);
}

/** Another stack, once its outputs are known. */
interface Reference {
  readonly stack: pulumi.StackReference;
  readonly archives: readonly string[];
}

/** Before anything is declared: a stack that is not there stops all of it. */
async function readReferences(names: readonly string[]): Promise<ReadonlyMap<string, Reference>> {
  const entries = await Promise.all(
    names.map(async (name) => {
      const stack = new pulumi.StackReference(fullName(name));
      const outputs = await new Promise<unknown>((resolve) => {
        stack.outputs.apply((value: unknown) => {
          resolve(value);
        });
      });
      return [name, { stack, archives: archiveNames(outputs) }] as const;
    }),
  );
  return new Map(entries);
}

/** Which of a stack's outputs are those of archives. */
function archiveNames(outputs: unknown): readonly string[] {
  return Object.entries(isRecord(outputs) ? outputs : {})
    .filter(
      ([, output]) => isRecord(output) && (output["mode"] === "dev" || output["mode"] === "prod"),
    )
    .map(([name]) => name);
}

function fullName(stack: string): string {
  return stack.includes("/")
    ? stack
    : `${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`;
}

async function declare(
  planned: readonly PlannedPipeline[],
  references: ReadonlyMap<string, Reference>,
): Promise<DeclaredPipelines> {
  const declared: (readonly [string, YtCodeArchive, Partial<YtCodeArchive["outputs"]>])[] = [];
  for (const pipeline of planned) {
    const { name, directory, source, args, exportStages, protect, retainOnDelete } = pipeline;
    const from = source && references.get(source.stack)?.stack.requireOutput(source.pipeline);
    const content = from === undefined ? { pipeline: directory ?? name } : { promoteFrom: from };
    const options = {
      ...(protect === undefined ? {} : { protect }),
      ...(retainOnDelete === undefined ? {} : { retainOnDelete }),
    };
    const archive = new YtCodeArchive(name, { ...args, ...content }, options);
    const { stages, ...exported } = archive.outputs;
    declared.push([name, archive, exportStages ? { ...exported, stages } : exported]);
    if (declared.length % AT_A_TIME === 0) {
      await setImmediate();
    }
  }
  return {
    archives: Object.fromEntries(declared.map(([name, archive]) => [name, archive])),
    outputs: Object.fromEntries(declared.map(([name, , outputs]) => [name, outputs])),
  };
}

function configuration(): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(pulumi.runtime.allConfig()).map(([key, text]) => [key, parseConfigValue(text)]),
  );
}

async function assertNone(
  mistakes: readonly Mistake[],
  project: string,
  stack: string,
): Promise<void> {
  if (mistakes.length > 0) {
    // Loaded when wanted: it reads the files that the mistakes are in.
    const { describeMistakes } = await import("./describe-mistakes.ts");
    const files = findSettingsFiles(process.cwd());
    throw new pulumi.RunError(describeMistakes(mistakes, { files, project, stack }).join("\n"));
  }
}
