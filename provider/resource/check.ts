/**
 * `check`: turns the arguments into the resource's inputs. It reads the pipeline (or, for a
 * promotion, what the source has), writes nothing, and reports every mistake on its argument.
 */
import path from "node:path";
import { localBuildFolder } from "../archive/build/local-build.ts";
import { isStageRoot, stageOfRoot } from "../pipeline/stages/stage-root.ts";
import { parseWrapperName } from "../pipeline/stages/wrappers.ts";
import { fileDigests } from "../manifest/file-digests.ts";
import { sha256, shortDigest } from "../manifest/digests.ts";
import { noCodeNote, NO_CODE_NOTE } from "../manifest/manifest.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { readManifest } from "../manifest/read-manifest.ts";
import type { Mode, PipelineConfiguration } from "../pipeline/configuration/configuration.ts";
import type { PromotedFrom } from "../publication/index.ts";
import { mistakesOf, UserError } from "../../common/errors/user-error.ts";
import { assertNodePath } from "../yt/ypath.ts";
import { DECLARER_KEY, NO_CODE, parseArguments, UNKNOWN } from "./arguments.ts";
import type { Arguments, Properties } from "./arguments.ts";
import { CHANGE_OPTIONS_KEY, optionWarnings, parseChangeOptions } from "./change-options.ts";
import type { ChangeOptions } from "./change-options.ts";
import { canonical, IN_PLACE, KNOWN_KEY } from "./inputs.ts";
import type { CheckedInputs } from "./inputs.ts";
import { knownOutputs } from "./known-outputs.ts";
import type { KnownOutputs, KnownOutputsOptions } from "./known-outputs.ts";
import { assertCleanCheckout, localSourceMistakes } from "./local-sources.ts";
import { rememberManifest } from "./manifest-memory.ts";
import type { PublishedPlace } from "./outputs.ts";
import { addPlaceMistakes, missingPlaces, proxyMistakes } from "./place-mistakes.ts";
import { findPromotedVersion } from "./promotion.ts";
import type { ProviderSettings } from "./settings.ts";
import { withoutUndefined } from "../../common/values/without-undefined.ts";

/** A mistake in an argument, as Pulumi takes it. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** What `check` gives back to Pulumi. */
export interface CheckResult {
  readonly inputs: CheckedInputs | Properties;
  readonly failures: Failure[];
}

/** What the arguments lead to: the parts, and what was found on the way. */
interface Content {
  readonly inputs: Partial<CheckedInputs>;
  readonly digest: string;
  readonly parts: Readonly<Record<string, string>>;
  readonly wrappers: readonly string[];
  readonly promotedFrom: PromotedFrom | undefined;
  readonly localFolder?: string;
  readonly configuration: PipelineConfiguration | undefined;
}

/** The content of a pipeline without code. */
const NOTHING = {
  digest: "",
  parts: {},
  wrappers: [],
  promotedFrom: undefined,
  configuration: undefined,
} as const;

/**
 * Checks the arguments.
 *
 * @param news the arguments as declared
 * @param log takes the warnings
 * @returns the inputs, or the failures, all of them; throws for nothing the user can mend
 */
export async function check(
  news: Properties,
  settings: ProviderSettings,
  log: (line: string) => void,
): Promise<CheckResult> {
  const mistakes: UserError[] = [];
  const args = parseArguments(news, mistakes);
  mistakes.push(...localSourceMistakes(args, settings));
  const content = await readContent(args, settings, log).catch(collectInto(mistakes));
  const options = parseChangeOptions(news, mistakes);
  for (const line of hasCode(content) ? optionWarnings(options, Object.keys(content.parts)) : []) {
    log(`${args.declarer.resource}: ${line}`);
  }
  const inputs = await makeInputs({ args, options }, settings, content, mistakes);
  await addPlaceMistakes(args, inputs, settings, mistakes).catch(collectInto(mistakes));
  if (mistakes.length === 0) {
    return { inputs, failures: [] };
  }
  return { inputs: news, failures: mistakes.map((mistake) => failure(mistake, args)) };
}

function collectInto(mistakes: UserError[]): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof UserError)) {
      throw error;
    }
    mistakes.push(...mistakesOf(error));
    return undefined;
  };
}

function failure(mistake: UserError, args: Arguments): Failure {
  const argument = mistake.argument ?? "pipeline";
  // A mistake in the default configuration file is reported on the argument that the user gave.
  const property = argument === "config" && args.config === undefined ? "pipeline" : argument;
  return { property, reason: mistake.message };
}

/** Undefined when it depends on a value that is not known yet, or there is nothing to read. */
async function readContent(
  args: Arguments,
  settings: ProviderSettings,
  log: (line: string) => void,
): Promise<Content | undefined> {
  const { pipeline, config, python, promoteFrom, sha256: pin, declarer } = args;
  if ([pipeline, config, python, promoteFrom, pin, args.mode].includes(UNKNOWN)) {
    return undefined;
  }
  if (promoteFrom === NO_CODE) {
    log(`${declarer.resource}: ${NO_CODE_NOTE}`);
    return { ...NOTHING, inputs: {} };
  }
  if (promoteFrom !== undefined && promoteFrom !== UNKNOWN) {
    const ownProxy = args.proxy === UNKNOWN ? settings.proxy : (args.proxy ?? settings.proxy);
    const source = promoteFrom;
    const target = promotionTarget(args, settings);
    const options = { source, ownProxy, target, pin, settings, log };
    const { version, from } = await findPromotedVersion(options);
    settings.notes?.keepPromotion(declarer, { version, isOwn: from === "target" });
    const parts = Object.entries(version.parts);
    const { proxy, buildFolder } = promoteFrom;
    return {
      inputs: {
        source: { proxy, buildFolder },
        ...withoutUndefined({ pin }),
        ...Object.fromEntries(parts.map(([key, digest]) => [key, shortDigest(digest)])),
      },
      digest: version.digest,
      parts: version.parts,
      wrappers: version.wrappers.map((wrapper) => wrapper.name),
      promotedFrom: { proxy, buildFolder, sha256: version.sha256 },
      configuration: undefined,
    };
  }
  if (pipeline === undefined) {
    return undefined;
  }
  const pipelineDirectory = path.resolve(settings.projectDirectory, pipeline);
  const { findModules } = settings;
  const options = { pipelineDirectory, configurationFile: config, python, findModules };
  const manifest = await readManifest(options);
  rememberManifest(manifest);
  await assertCleanCheckout(manifest, args, settings);
  for (const line of notes(manifest)) {
    log(`${declarer.resource}: ${line}`);
  }
  return contentOf(manifest, args);
}

/** The own build folder, which may have what a pin holds. */
function promotionTarget(
  { proxy: argument, buildFolder }: Arguments,
  settings: ProviderSettings,
): PublishedPlace | undefined {
  const proxy = argument ?? settings.proxy;
  const isKnown = proxy !== UNKNOWN && buildFolder !== UNKNOWN;
  return isKnown && proxy !== undefined && buildFolder !== undefined
    ? { proxy, buildFolder }
    : undefined;
}

function contentOf(manifest: Manifest, args: Arguments): Content {
  const { pipeline, config, python } = args;
  return {
    inputs: {
      ...withoutUndefined({ pipeline, config, python }),
      configuration: configurationDigest(manifest.configuration),
      ytjobs: manifest.ytjobs,
      ...Object.fromEntries(manifest.parts.map((part) => [part.key, fileDigests(part)])),
    },
    digest: manifest.digest,
    parts: Object.fromEntries(manifest.parts.map((part) => [part.key, part.digest])),
    wrappers: manifest.operations.map((operation) => operation.wrapper),
    promotedFrom: undefined,
    localFolder: localBuildFolder(manifest.configurationFile),
    configuration: manifest.configuration,
  };
}

function notes(manifest: Manifest): readonly string[] {
  const warnings = manifest.warnings.map(({ message }) => `Warning: ${message}`);
  if (manifest.parts.length > 0) {
    return warnings;
  }
  return [...warnings, noCodeNote(manifest.configuration)];
}

/** Mode and build folder are settings of their own; the order of stages and modules is no change. */
function configurationDigest(configuration: PipelineConfiguration): string {
  const { enabledStages, packStages, uploadModules, uploadPaths, allowSecrets } = configuration;
  const asked = {
    enabledStages: enabledStages.toSorted(),
    packStages,
    uploadModules: uploadModules.toSorted(),
    uploadPaths: uploadPaths.map(canonical).toSorted(),
    allowSecrets: allowSecrets.toSorted(),
  };
  return shortDigest(sha256(canonical(asked)));
}

async function makeInputs(
  { args, options }: { readonly args: Arguments; readonly options: ChangeOptions | undefined },
  settings: ProviderSettings,
  content: Content | undefined,
  mistakes: UserError[],
): Promise<CheckedInputs> {
  const { keepVersions, adopt, declarer } = args;
  const mode = modeOf(args, content, mistakes);
  const buildFolder = args.buildFolder ?? content?.configuration?.buildFolder;
  const proxy = args.proxy ?? settings.proxy;
  if (mode === "prod" && hasCode(content)) {
    const isPromoted = args.promoteFrom !== undefined;
    mistakes.push(...missingPlaces(stageWithCode(content), buildFolder, proxy, { isPromoted }));
    mistakes.push(...(await proxyMistakes(args.proxy, settings)));
  }
  if (buildFolder !== undefined && buildFolder !== UNKNOWN) {
    try {
      assertNodePath(buildFolder, "build folder", "buildFolder");
    } catch (error) {
      collectInto(mistakes)(error);
    }
  }
  const settled = withoutUndefined({ mode, proxy, buildFolder, keepVersions });
  return {
    ...content?.inputs,
    ...settled,
    ...(adopt ? { adopt } : {}),
    archive: IN_PLACE,
    [DECLARER_KEY]: declarer,
    ...(options === undefined ? {} : { [CHANGE_OPTIONS_KEY]: options }),
    [KNOWN_KEY]: makeKnown({ mode, buildFolder, proxy, pipeline: args.pipeline }, content),
  };
}

function modeOf(args: Arguments, content: Content | undefined, mistakes: UserError[]): Mode {
  if (args.promoteFrom !== undefined) {
    if (args.mode === "dev") {
      mistakes.push(
        new UserError(
          'Cannot promote in mode "dev" as nothing is published then: leave "mode" out',
          {
            argument: "mode",
          },
        ),
      );
    }
    return "prod";
  }
  const mode = args.mode ?? content?.configuration?.mode ?? "dev";
  // Not known yet: the preview shows the mode in which more happens.
  return mode === UNKNOWN ? "prod" : mode;
}

function hasCode(content: Content | undefined): content is Content {
  return content !== undefined && Object.keys(content.parts).length > 0;
}

/** One that can run, else one whose code is packed all the same. */
function stageWithCode({ wrappers: [wrapper = ""], parts }: Content): string {
  return (
    parseWrapperName(wrapper)?.stage ?? stageOfRoot(Object.keys(parts).find(isStageRoot) ?? "")
  );
}

function makeKnown(
  settled: Pick<KnownOutputsOptions, "mode" | "buildFolder" | "proxy" | "pipeline">,
  content: Content | undefined,
): KnownOutputs {
  if (content !== undefined) {
    return knownOutputs({ ...settled, ...content });
  }
  const { mode, buildFolder, proxy } = settled;
  const notYet = { digest: UNKNOWN, archivePath: UNKNOWN, versionPath: UNKNOWN };
  return { ...withoutUndefined({ mode, buildFolder, proxy }), ...notYet, stages: {}, parts: {} };
}
