/**
 * What a plan warns of in the settings: what an `up` would refuse, unless the resource's arguments
 * say otherwise, which a plan of the pipeline alone cannot know.
 */
import { shownName } from "../../common/text/shown-name.ts";
import type { Manifest } from "../../provider/manifest/manifest.ts";
import { findNodePathProblem } from "../../provider/yt/ypath.ts";
import type { PlanWarning } from "./plan-document.ts";

/** Finds what is odd about the settings of a pipeline. */
export function settingWarnings({
  configuration,
  operations,
  parts,
}: Pick<Manifest, "configuration" | "operations" | "parts">): readonly PlanWarning[] {
  const { enabledStages, packStages, mode, buildFolder } = configuration;
  const warnings: PlanWarning[] = [];
  const warn = (type: string, message: string): void => {
    warnings.push({ type, part: null, message });
  };
  if (enabledStages.length === 0 && packStages === "enabled") {
    warn("no-stages", "No stage is enabled: list stages under stages.enabled_stages");
  }
  if (mode === "prod" && buildFolder === undefined && parts.length > 0) {
    const [operation] = operations;
    const needed = operation === undefined ? "" : `, which stage "${operation.stage}" needs`;
    warn(
      "no-build-folder",
      `Mode "prod" without a build folder${needed}: set pipeline.build_folder or the resource's ` +
        'argument "buildFolder" to a Cypress path like "//home/me/build"',
    );
  }
  if (buildFolder !== undefined) {
    const problem = findNodePathProblem(buildFolder);
    if (problem !== undefined) {
      warn(
        "bad-build-folder",
        `pipeline.build_folder cannot be "${shownName(buildFolder)}": ${problem}`,
      );
    }
  }
  return warnings;
}
