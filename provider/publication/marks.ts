/**
 * Marks on version directories: which stack elsewhere runs or pins a version. A marked version stays, however
 * old it is. Each user of a version has an attribute of its own, so that two promotions do not wait for each other.
 */
import {
  attributeYPath,
  AuthorizationError,
  joinYPath,
  LockConflictError,
  ResolveError,
} from "../yt/index.ts";
import type { YtClient } from "../yt/index.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { isSameCluster } from "../yt/proxy-address.ts";
import { listVersions } from "./folder.ts";
import { versionDirectoryOf, versionsPathOf } from "./layout.ts";
import { MARK_PREFIX, PROMOTED_AT } from "./records.ts";
import type { Mark } from "./records.ts";

/** Who runs a version that is published elsewhere, too, and where. */
export interface VersionUser {
  readonly project: string;
  readonly stack: string;
  readonly resource: string;
  readonly resourceId: string;
  /** Where the version runs: not the place of the mark. */
  readonly proxy: string;
  readonly buildFolder: string;
}

/** A build folder that versions are taken from. */
export interface MarkedPlace {
  readonly client: YtClient;
  readonly buildFolder: string;
}

/**
 * Keeps a version at its source for as long as it is marked, if the user may write there.
 *
 * @param now time of the mark
 */
export async function markVersion(
  { client, buildFolder }: MarkedPlace,
  digest: string,
  user: VersionUser,
  now: Date,
  log: (line: string) => void,
): Promise<void> {
  const directory = versionDirectoryOf(buildFolder, digest);
  const time = now.toISOString();
  const { project, stack, resource, proxy, buildFolder: usedIn } = user;
  try {
    await client.multisetAttributes(directory, {
      [markAttribute(user.resourceId)]: {
        project,
        stack,
        resource,
        proxy,
        build_folder: usedIn,
        renewed_at: time,
      },
      // Earlier releases know only this one.
      [PROMOTED_AT]: time,
    });
  } catch (error) {
    if (error instanceof ResolveError) {
      return; // Only the live copy is there, which retention does not touch, or the source has lost it.
    }
    if (error instanceof AuthorizationError) {
      log(
        `[Upload] No permission to mark "${directory}" as promoted, so its own stack may remove it ` +
          `when it is old`,
      );
      return;
    }
    if (error instanceof LockConflictError) {
      // Its own stack is about to remove it, or somebody edits it; what is promoted is whole all the same.
      log(`[Upload] Cannot mark "${directory}" as promoted now: ${error.innermostMessage}`);
      return;
    }
    throw error;
  }
}

/**
 * The attribute that is a user's mark. Its name is read as a path when it is set, and names of resources may
 * hold anything; what they end in tells them apart.
 */
function markAttribute(resourceId: string): string {
  return MARK_PREFIX + resourceId.replaceAll(/[^\w.-]/g, "_");
}

/** Whose marks to withdraw; the place is that of the user who has moved on to another version. */
type LeavingUser = Pick<VersionUser, "resourceId"> & Partial<VersionUser>;

/**
 * Withdraws the marks of a user who has moved on to another version, or is no more. With a mark the version only
 * stays longer than it must: what keeps a mark from being withdrawn, be it that the user has stopped it, is said, and
 * no failure of what was published before.
 *
 * @param current digest of the version that the user runs now; none when it runs none
 */
export async function withdrawMarks(
  place: MarkedPlace,
  user: LeavingUser,
  log: (line: string) => void,
  current?: string,
): Promise<void> {
  try {
    await removeMarks(place, user, current);
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    log(
      `[Upload] Marks of versions that are no longer in use stay in "${place.buildFolder}" ` +
        `("ytcode history" shows them): ${error.message}`,
    );
  }
}

async function removeMarks(
  { client, buildFolder }: MarkedPlace,
  { resourceId, proxy = "", buildFolder: usedIn }: LeavingUser,
  current: string | undefined,
): Promise<void> {
  const own = markAttribute(resourceId);
  // A resource that lost its state has another id now: whoever ran a version where another one is
  // published now has moved on, too.
  const isOutdated = ({ attribute, ...mark }: Mark, digest: string): boolean =>
    attribute === own
      ? digest !== current
      : usedIn !== undefined &&
        mark.buildFolder === usedIn &&
        isSameCluster(mark.proxy ?? "", proxy);
  const versionsPath = versionsPathOf(buildFolder);
  for (const { name, marks } of (await listVersions(client, versionsPath)).values()) {
    for (const { attribute } of marks.filter((mark) => isOutdated(mark, name))) {
      const path = attributeYPath(joinYPath(versionsPath, name), attribute);
      await client.remove(path, { force: true });
    }
  }
}
