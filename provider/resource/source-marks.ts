/**
 * Marks at the source of a promotion (see `publication/marks.ts`), where the source is asked for nothing else. It may
 * be gone for good: it is not waited for long, and that it does not answer is no failure.
 */
import type { MarkedPlace, VersionUser } from "../publication/index.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { isProperties } from "./arguments.ts";
import type { Properties } from "./arguments.ts";
import type { PublishedPlace } from "./outputs.ts";
import { isSameFolder } from "./places.ts";
import { namesSameCluster } from "./settings.ts";
import type { ProviderSettings } from "./settings.ts";

/** How long a source is waited for. */
const PATIENCE_MS = 10_000;

/** Where the marks are, and how to get there. */
export interface SourceOptions {
  readonly source: PublishedPlace;
  /** The stack's own cluster: what is meant for that is not used for another. */
  readonly ownProxy: string | undefined;
  readonly settings: ProviderSettings;
  readonly log: (line: string) => void;
}

/** Where the state says that the archive is promoted from, if anywhere. */
export function sourcePlace(outputs: Properties | undefined): PublishedPlace | undefined {
  const source = outputs?.["source"];
  if (!isProperties(source)) {
    return undefined;
  }
  const { proxy, buildFolder } = source;
  return typeof proxy === "string" && typeof buildFolder === "string"
    ? { proxy, buildFolder }
    : undefined;
}

/** Whether two places are one, however the cluster and the path are written. */
export async function isSamePlace(
  one: PublishedPlace,
  other: PublishedPlace,
  settings: ProviderSettings,
): Promise<boolean> {
  return (
    isSameFolder(one.buildFolder, other.buildFolder) &&
    (await namesSameCluster(one.proxy, other.proxy, settings))
  );
}

/** Marks the version that a user runs now as kept at its source, and withdraws the user's other marks there. */
export async function renewMarks(
  options: SourceOptions,
  user: VersionUser,
  digest: string,
): Promise<void> {
  const { log } = options;
  const { markVersion, withdrawMarks } = await import("../cluster.ts");
  await atSource(options, async (place) => {
    await markVersion(place, digest, user, new Date(), log);
    await withdrawMarks(place, user, log, digest);
  });
}

/** Withdraws the marks of a resource that takes nothing from there any more. */
export async function leaveSource(options: SourceOptions, resourceId: string): Promise<void> {
  const { withdrawMarks } = await import("../cluster.ts");
  await atSource(options, async (place) => withdrawMarks(place, { resourceId }, options.log));
}

async function atSource(
  { source, ownProxy = "", settings, log }: SourceOptions,
  work: (place: MarkedPlace) => Promise<void>,
): Promise<void> {
  const { proxy, buildFolder } = source;
  const { connectToCluster } = await import("../cluster.ts");
  const patience = new AbortController();
  const timer = setTimeout(() => {
    patience.abort(new UserError("the cluster does not answer"));
  }, PATIENCE_MS);
  const signals = [settings.signal, patience.signal].filter((signal) => signal !== undefined);
  const signal = AbortSignal.any(signals);
  try {
    const client = await connectToCluster({ ...settings, proxy, ownProxy, signal });
    await work({ client, buildFolder });
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    log(
      `[Upload] Marks of versions in "${buildFolder}" on cluster "${proxy}" stay as they are: ${error.message}`,
    );
  } finally {
    clearTimeout(timer);
  }
}
