/**
 * Create and update are one path: recall what was checked, build it, publish it, report.
 * The cluster is asked what it has; old state only says where something may be.
 */
import path from "node:path";
import { buildArchive } from "../archive/build/build.ts";
import { canBuild, withTemporaryBuild } from "../archive/build/temporary-build.ts";
import type { BuiltArchive } from "../archive/build/build.ts";
import { KeyedMutex } from "../../common/concurrency/concurrency.ts";
import { assertSameParts } from "../manifest/compare.ts";
import { shortDigest } from "../manifest/digests.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { ArchiveSet, Publisher, PublishingOptions, Revision } from "../publication/index.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { version } from "../../common/version.ts";
import { LOCAL_PROXY } from "../yt/proxy-address.ts";
import { DECLARER_KEY } from "./arguments.ts";
import type { Properties } from "./arguments.ts";
import { findBuildPlace, removeBuild, removeEarlierBuild, setBuildOwner } from "./build-owner.ts";
import { KNOWN_KEY } from "./inputs.ts";
import type { CheckedInputs } from "./inputs.ts";
import { recallManifest } from "./manifest-memory.ts";
import { factsOfBuild, makePublishedOutputs, makeOutputs, publishedPlace } from "./outputs.ts";
import type { PublishedPlace } from "./outputs.ts";
import { rememberParts } from "./preview/part-memory.ts";
import { findPromotedVersion, takenFrom } from "./promotion.ts";
import { namesSameCluster } from "./settings.ts";
import type { ProviderSettings } from "./settings.ts";
import { isSamePlace, leaveSource, renewMarks, sourcePlace } from "./source-marks.ts";

/** What an update needs beside the inputs. */
export interface SyncContext {
  readonly settings: ProviderSettings;
  /** Takes the lines for the user. */
  readonly log: (line: string) => void;
  /** Takes those that say how far something is, each in the place of the one before. */
  readonly status?: (line: string) => void;
  /** The resource's own id: marks what it owns on the cluster. */
  readonly resourceId: string;
}

/** What a publication needs, too. */
interface PublishingContext extends SyncContext {
  /** See `PublishingOptions`. */
  readonly publishedMd5: string | undefined;
  readonly publishedChunks: string | undefined;
  /** Whether the state says that something is on the inputs' cluster. */
  readonly isKnown: boolean;
}

/** Resources may share a pipeline directory, and a build: one after the other. */
const buildFolders = new KeyedMutex();

/** What to do when a pipeline cannot be built in its directory. */
const NOT_WRITABLE_ADVICE =
  'make its directory writable, or publish in mode "prod", which leaves no build there';

/**
 * Makes the cluster hold what the inputs ask for.
 *
 * @param olds the outputs in state, when there are some
 * @returns the new outputs
 * @throws {UserError} when a file has changed since `check`, or the cluster refuses; nothing that
 * readers see is changed then
 */
export async function sync(
  inputs: CheckedInputs,
  olds: Properties | undefined,
  context: SyncContext,
): Promise<Properties> {
  const outputs = await makeContent(inputs, olds, {
    ...context,
    publishedMd5: findPublishedMd5(olds),
    publishedChunks: publishedPlace(olds)?.chunks,
    isKnown: inputs.proxy !== undefined && publishedPlace(olds)?.proxy === inputs.proxy,
  });
  await leaveOldSource(inputs, olds, context);
  return outputs;
}

async function makeContent(
  inputs: CheckedInputs,
  olds: Properties | undefined,
  context: PublishingContext,
): Promise<Properties> {
  const before = publishedPlace(olds);
  await removeOldBuild(inputs, olds, context);
  if (Object.keys(inputs[KNOWN_KEY].parts).length === 0) {
    return makeOutputs(inputs, undefined, before);
  }
  if (inputs.source !== undefined) {
    return promote(inputs, inputs.source, context);
  }
  const place = findBuildPlace(inputs, context.settings.projectDirectory);
  if (place === undefined) {
    throw new TypeError("Checked inputs hold no pipeline and no source");
  }
  const { pipelineDirectory } = place;
  return buildFolders.run(pipelineDirectory, async () => {
    context.log("[Upload] Packaging code...");
    const manifest = await checkedManifest(inputs, pipelineDirectory);
    if (inputs.mode === "prod" && !canBuild(manifest)) {
      return withTemporaryBuild(manifest, {}, async (built) => {
        const outputs = await publish(inputs, manifest, built, context);
        rememberParts(manifest.parts);
        return outputs;
      });
    }
    const built = await buildArchive(manifest, { advice: NOT_WRITABLE_ADVICE });
    const outputs =
      inputs.mode === "prod"
        ? await publish(inputs, manifest, built, context)
        : makeOutputs(inputs, factsOfBuild(built), before);
    await setBuildOwner(place, context.resourceId);
    if (inputs.mode === "dev") {
      context.log(
        `[Upload] Mode is dev: built ${relativeTo(context, built.file)}, nothing to upload`,
      );
    }
    rememberParts(manifest.parts);
    return outputs;
  });
}

/** MD5 of the archive that the state says is on the cluster. */
function findPublishedMd5(olds: Properties | undefined): string | undefined {
  const { mode, md5 } = olds ?? {};
  const isPublished = mode === "prod" && publishedPlace(olds) !== undefined;
  return isPublished && typeof md5 === "string" ? md5 : undefined;
}

/** What the old inputs were promoted from need not keep anything for this resource any more. */
async function leaveOldSource(
  { proxy: ownProxy, source }: CheckedInputs,
  olds: Properties | undefined,
  { settings, resourceId, log }: SyncContext,
): Promise<void> {
  const before = sourcePlace(olds);
  if (before === undefined || (source && (await isSamePlace(before, source, settings)))) {
    return;
  }
  await leaveSource({ source: before, ownProxy, settings, log }, resourceId);
}

/** Before the build, as both spellings of a path may name the same place. */
async function removeOldBuild(
  inputs: CheckedInputs,
  olds: Properties | undefined,
  { settings, resourceId, log }: SyncContext,
): Promise<void> {
  const place = findBuildPlace(olds ?? {}, settings.projectDirectory);
  if (place === undefined) {
    return;
  }
  const isSame = olds?.["pipeline"] === inputs.pipeline && olds?.["config"] === inputs.config;
  await (isSame ? removeEarlierBuild : removeBuild)(place, resourceId, log);
}

async function checkedManifest(
  inputs: CheckedInputs,
  pipelineDirectory: string,
): Promise<Manifest> {
  const { digest = "", parts } = inputs[KNOWN_KEY];
  const options = { pipelineDirectory, configurationFile: inputs.config, python: inputs.python };
  const manifest = await recallManifest(options, digest);
  assertSameParts(manifest, parts, inputs);
  return manifest;
}

async function publish(
  inputs: CheckedInputs,
  manifest: Manifest,
  built: BuiltArchive,
  context: PublishingContext,
): Promise<Properties> {
  const { settings, isKnown, log } = context;
  const place = targetPlace(inputs);
  // While the cluster is looked for.
  const revision = readRevision(manifest);
  const { connectToCluster, publishArchive } = await import("../cluster.ts");
  const published = await publishArchive({
    client: await connectToCluster({ ...settings, proxy: place.proxy, isKnown, log }),
    buildFolder: place.buildFolder,
    archiveSet: archiveSet(manifest, built, await revision),
    ...(await publishing(inputs, place, context)),
  });
  return makePublishedOutputs(inputs, published, place);
}

async function promote(
  inputs: CheckedInputs,
  source: PublishedPlace,
  context: PublishingContext,
): Promise<Properties> {
  const { settings, isKnown, log } = context;
  const place = targetPlace(inputs);
  const { digest = "" } = inputs[KNOWN_KEY];
  const { pin } = inputs;
  const ownProxy = place.proxy;
  const { version: found, from } = await findPromotedVersion({
    source: { ...source, digest },
    ownProxy,
    target: place,
    pin,
    settings,
    log,
  });
  const { connectToCluster, promoteArchive, restoreVersion } = await import("../cluster.ts");
  const client = await connectToCluster({ ...settings, proxy: place.proxy, isKnown, log });
  if (from === "target") {
    log(`[Upload] ${takenFrom(found)}`);
    const { buildFolder } = place;
    const promotedFrom = { ...source, sha256: found.sha256 };
    const restoring = { client, buildFolder, version: found, promotedFrom };
    const others = await publishing(inputs, place, context);
    const published = await restoreVersion({ ...restoring, ...others });
    const user = { ...inputs[DECLARER_KEY], resourceId: context.resourceId, ...place };
    await renewMarks({ source, ownProxy, settings, log }, user, found.digest);
    return makePublishedOutputs(inputs, published, place);
  }
  log(`[Upload] Promoting ${shortDigest(found.digest)} from ${source.buildFolder}...`);
  const published = await promoteArchive({
    source: {
      ...source,
      client: await connectToCluster({ ...settings, proxy: source.proxy, ownProxy, log }),
      version: found,
    },
    target: { client, buildFolder: place.buildFolder },
    sameCluster: await namesSameCluster(source.proxy, place.proxy, settings),
    ...(await publishing(inputs, place, context)),
  });
  return makePublishedOutputs(inputs, published, place);
}

async function publishing(
  inputs: CheckedInputs,
  place: PublishedPlace,
  { settings, log, status, resourceId, publishedMd5, publishedChunks }: PublishingContext,
): Promise<PublishingOptions> {
  const { adopt, keepVersions } = inputs;
  const { claimedFolders, findAddressRules } = settings;
  const publisher = { ...inputs[DECLARER_KEY], resourceId, toolVersion: version() };
  const rules = place.proxy === LOCAL_PROXY ? undefined : await findAddressRules?.();
  const hasLeft = (owner: Publisher): boolean =>
    claimedFolders?.isElsewhere(owner, place, rules) === true;
  return { publisher, adopt, hasLeft, keepVersions, publishedMd5, publishedChunks, log, status };
}

function targetPlace({ proxy, buildFolder }: CheckedInputs): PublishedPlace {
  if (proxy !== undefined && buildFolder !== undefined) {
    return { proxy, buildFolder };
  }
  throw new UserError("Cannot upload code without a cluster and a build folder: set both");
}

/** What is packed is told by its commit where there is one; nothing depends on that. */
async function readRevision(manifest: Manifest): Promise<Revision | undefined> {
  const { readCheckout } = await import("./checkout.ts");
  const checkout = await readCheckout(manifest).catch(() => undefined);
  return checkout?.commit === undefined
    ? undefined
    : { commit: checkout.commit, dirty: checkout.changes.length > 0 };
}

function archiveSet(
  manifest: Manifest,
  built: BuiltArchive,
  revision: Revision | undefined,
): ArchiveSet {
  const wrappers = manifest.parts
    .filter((part) => part.kind === "wrappers")
    .flatMap((part) => part.files)
    .map(({ path: name, content, sha256 }) => {
      if (content.type !== "text") {
        throw new TypeError(`Wrapper "${name}" is not generated`);
      }
      return { name, content: Buffer.from(content.text), sha256 };
    });
  return {
    digest: manifest.digest,
    archiveFile: built.file,
    sha256: built.sha256,
    md5: built.md5,
    sizeBytes: built.sizeBytes,
    wrappers,
    parts: Object.fromEntries(manifest.parts.map((part) => [part.key, part.digest])),
    revision,
  };
}

function relativeTo({ settings }: SyncContext, file: string): string {
  return path.relative(settings.projectDirectory, file);
}
