/** Mistakes in where an archive is to be published: a place that is missing, can be none, or is taken. */
import { promotionToItself } from "../publication/own-source.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { needsRules, parseProxyAddress } from "../yt/proxy-address.ts";
import { DECLARER_KEY, UNKNOWN } from "./arguments.ts";
import type { Arguments } from "./arguments.ts";
import { KNOWN_KEY } from "./inputs.ts";
import type { CheckedInputs } from "./inputs.ts";
import { isSameFolder } from "./places.ts";
import { namesSameCluster } from "./settings.ts";
import type { ProviderSettings } from "./settings.ts";

/**
 * Two archives in one build folder: of two resources of this run, or of a promotion and its source.
 * What comes to light on the cluster only, as links, is refused there.
 */
export async function addPlaceMistakes(
  { promoteFrom }: Arguments,
  { mode, proxy, buildFolder, [DECLARER_KEY]: declarer, [KNOWN_KEY]: known }: CheckedInputs,
  settings: ProviderSettings,
  mistakes: UserError[],
): Promise<void> {
  const isSame = async (one: string, other: string): Promise<boolean> =>
    namesSameCluster(one, other, settings);
  const publishes = mode === "prod" && Object.keys(known.parts).length > 0;
  const isKnown = ![proxy, buildFolder].includes(UNKNOWN);
  if (proxy === undefined || buildFolder === undefined || !publishes || !isKnown) {
    await settings.claimedFolders?.claim(declarer, undefined, isSame);
    return;
  }
  const isOwnSource =
    typeof promoteFrom === "object" &&
    isSameFolder(promoteFrom.buildFolder, buildFolder) &&
    (await isSame(promoteFrom.proxy, proxy));
  if (isOwnSource) {
    mistakes.push(promotionToItself(buildFolder));
    return;
  }
  const other = await settings.claimedFolders?.claim(declarer, { proxy, buildFolder }, isSame);
  if (other !== undefined) {
    mistakes.push(
      new UserError(
        `Cannot publish to "${buildFolder}" as resource "${other.resource}" of this stack publishes ` +
          "there, too: give one of them another build folder",
        { argument: "buildFolder" },
      ),
    );
  }
}

/** A build folder or a cluster that is not named, although there is code to upload. */
export function missingPlaces(
  stage: string,
  buildFolder: string | undefined,
  proxy: string | undefined,
  { isPromoted = false }: { readonly isPromoted?: boolean } = {},
): readonly UserError[] {
  const mistakes: UserError[] = [];
  if (buildFolder === undefined && isPromoted) {
    mistakes.push(
      new UserError(
        'Cannot promote without a build folder: set the argument "buildFolder" to a Cypress path like "//home/prod/daily/build", ' +
          'or in the stack\'s settings yt:defaults: { buildFolder: "//home/{stack}/{name}/build" }',
        { argument: "buildFolder" },
      ),
    );
  } else if (buildFolder === undefined) {
    mistakes.push(
      new UserError(
        `Cannot upload code without a build folder, which stage "${stage}" needs: set pipeline.build_folder ` +
          'in the pipeline\'s configuration or the argument "buildFolder" to a Cypress path like "//home/me/build"',
        { argument: "buildFolder" },
      ),
    );
  }
  if (proxy === undefined) {
    mistakes.push(
      new UserError(
        'Cannot upload code without a cluster: set the argument "proxy", yt:proxy in the stack\'s ' +
          'configuration or YT_PROXY ("local" is a cluster inside this project, to try things out)',
        { argument: "proxy" },
      ),
    );
  }
  return mistakes;
}

/** A proxy that cannot be one; no cluster is asked, and settings are read only where it depends on them. */
export async function proxyMistakes(
  argument: string | undefined,
  { proxy, proxySetting, findAddressRules }: ProviderSettings,
): Promise<readonly UserError[]> {
  const address = argument ?? proxy;
  if (address === undefined || address === UNKNOWN) {
    return [];
  }
  let setBy = "";
  try {
    const rules = needsRules(address) ? await findAddressRules?.() : undefined;
    const isSetting = argument === undefined && proxySetting !== undefined;
    setBy = isSetting ? `; it is set by ${proxySetting}` : "";
    parseProxyAddress(address, rules);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    return [new UserError(`${error.message}${setBy}`, { argument: "proxy" })];
  }
}
