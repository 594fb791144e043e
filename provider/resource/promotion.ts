/** What a promotion takes: the version of another build folder, as its cluster has it now. */
import type { FoundVersion } from "../publication/index.ts";
import { UserError } from "../../common/errors/user-error.ts";
import type { PromotionSource } from "./arguments.ts";
import type { ProviderSettings } from "./settings.ts";

/**
 * Finds the version to promote on its own cluster: the one that the source declares, or the
 * pinned one.
 *
 * @throws {UserError} on the argument `promoteFrom` or `sha256` when it is missing or altered
 */
export async function findPromotedVersion(options: {
  readonly source: PromotionSource;
  /** The cluster that it is promoted to: what is meant for that is not used for another. */
  readonly ownProxy: string | undefined;
  /** SHA-256 of the archive to hold on to. */
  readonly pin: string | undefined;
  readonly settings: ProviderSettings;
  readonly log: (line: string) => void;
}): Promise<FoundVersion> {
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
