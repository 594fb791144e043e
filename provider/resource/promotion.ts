/** What a promotion takes: the version of another build folder, as its cluster has it now; a pinned one also from the own folder. */
import type { FoundVersion } from "../publication/index.ts";
import { shortDigest } from "../manifest/digests.ts";
import { UserError } from "../../common/errors/user-error.ts";
import type { PromotionSource } from "./arguments.ts";
import type { PublishedPlace } from "./outputs.ts";
import type { ProviderSettings } from "./settings.ts";

/** What to look for, and where. */
export interface PromotionOptions {
  readonly source: PromotionSource;
  /** The stack's own cluster: what is meant for that is not used for another. */
  readonly ownProxy: string | undefined;
  /** Where it is promoted to; undefined as long as that is not known. */
  readonly target: PublishedPlace | undefined;
  /** SHA-256 of the archive to hold on to. */
  readonly pin: string | undefined;
  readonly settings: ProviderSettings;
  readonly log: (line: string) => void;
}

/** A version to promote. */
export interface PromotedVersion {
  readonly version: FoundVersion;
  /** The cluster and folder that have it: the source, or the target itself. */
  readonly from: "source" | "target";
}

/**
 * Finds the version to promote: the one that the source declares, or the pinned one. A pinned one that the target
 * has itself is taken from there, so that a pin holds whatever becomes of its source.
 *
 * @throws {UserError} on the argument `promoteFrom` or `sha256` when it is missing or altered
 */
export async function findPromotedVersion(options: PromotionOptions): Promise<PromotedVersion> {
  const own = await findOwnVersion(options);
  if (own !== undefined) {
    return { version: own, from: "target" };
  }
  return { version: await findSourceVersion(options), from: "source" };
}

/** The pinned version in the target's own build folder; undefined when it is not whole there, or cannot be read. */
async function findOwnVersion(options: PromotionOptions): Promise<FoundVersion | undefined> {
  const { target, pin, settings, log } = options;
  if (target === undefined || pin === undefined) {
    return undefined;
  }
  const { CancelledError, connectToCluster, findVersion } = await import("../cluster.ts");
  try {
    const client = await connectToCluster({ ...settings, proxy: target.proxy, log });
    return await findVersion({ client, buildFolder: target.buildFolder, sha256: pin });
  } catch (error) {
    if (!(error instanceof UserError) || error instanceof CancelledError) {
      throw error;
    }
    // The source may have it; what is wrong with the target is told when it is published there.
    return undefined;
  }
}

/** In words, where a pinned version is taken from that the target has itself. */
export function takenFrom({ sha256, directory }: FoundVersion): string {
  return `Pinned version ${shortDigest(sha256)} is in this build folder: taken from ${directory}`;
}

async function findSourceVersion(options: PromotionOptions): Promise<FoundVersion> {
  const { source, ownProxy = "", pin, settings, log } = options;
  // Loaded only when wanted: a plain pipeline's check asks no cluster.
  const { connectToCluster, findVersion, YtError } = await import("../cluster.ts");
  try {
    const client = await connectToCluster({ ...settings, proxy: source.proxy, ownProxy, log });
    const wanted = pin === undefined ? { digest: source.digest } : { sha256: pin };
    return await findVersion({ client, buildFolder: source.buildFolder, ...wanted });
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    // That a cluster does not answer, or refuses, has to do with the source, not with the pin.
    const isPins = pin !== undefined && !(error instanceof YtError);
    const argument = isPins ? "sha256" : "promoteFrom";
    throw new UserError(error.message, { argument });
  }
}
