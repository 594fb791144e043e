/** A pipeline's settings as typed arguments, with the placeholders replaced. */
import { withoutUndefined } from "../../common/values/without-undefined.ts";
import type { Mode } from "../pipeline/configuration/configuration.ts";
import type { PipelineValues } from "./read-settings.ts";

/** Arguments of `YtCodeArchive` apart from what is in the archive. */
export interface PipelineArguments {
  readonly config?: string;
  readonly python?: string;
  readonly mode?: Mode;
  readonly proxy?: string;
  readonly buildFolder?: string;
  readonly keepVersions?: number;
  readonly adopt?: boolean;
  readonly sha256?: string;
}

/** What is no argument of the resource. */
interface PipelineOptions {
  readonly directory: string | undefined;
  readonly exportStages: boolean | undefined;
  readonly protect: boolean | undefined;
  readonly retainOnDelete: boolean | undefined;
}

/** What `{name}` and `{stack}` stand for. */
export interface Placeholders {
  readonly name: string;
  readonly stack: string;
}

/** Reads settings that have been found to fit. */
export function readArguments(
  values: PipelineValues,
  { name, stack }: Placeholders,
): { readonly args: PipelineArguments; readonly options: PipelineOptions } {
  const text = (key: string): string | undefined => {
    const value = values[key];
    return typeof value === "string"
      ? value.replaceAll("{name}", () => name).replaceAll("{stack}", () => stack)
      : undefined;
  };
  const flag = (key: string): boolean | undefined => {
    const value = values[key];
    return typeof value === "boolean" ? value : undefined;
  };
  const mode = (): Mode | undefined =>
    values["mode"] === "dev" || values["mode"] === "prod" ? values["mode"] : undefined;
  const { keepVersions } = values;
  return {
    args: withoutUndefined({
      config: text("config"),
      python: text("python"),
      mode: mode(),
      proxy: text("proxy"),
      buildFolder: text("buildFolder"),
      keepVersions: typeof keepVersions === "number" ? keepVersions : undefined,
      adopt: flag("adopt"),
      sha256: text("sha256"),
    }),
    options: {
      directory: text("directory"),
      exportStages: flag("exportStages"),
      protect: flag("protect"),
      retainOnDelete: flag("retainOnDelete"),
    },
  };
}
