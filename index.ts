/**
 * The program: one archive for each pipeline that the stack's settings list.
 *
 * A stack either packs its pipelines (`directory`) or takes what another stack has published
 * (`promoteFrom` of the stack).
 */
import { Config, getOrganization, getProject, StackReference } from "@pulumi/pulumi";
import { YtCodeArchive } from "./provider/index.ts";
import type { YtCodeArchiveArgs } from "./provider/index.ts";

/** A pipeline as `stacks/Pulumi.<stack>.yaml` lists it. */
interface PipelineSettings extends Omit<YtCodeArchiveArgs, "pipeline" | "promoteFrom"> {
  /** The resource's name. */
  readonly name: string;
  /** The pipeline directory, in a stack that packs. */
  readonly directory?: string;
  /**
   * Whether its output has `stages`, the commands and files for operations (docs/running-operations.md).
   * They fill screens, so only who runs operations from the stack's outputs asks for them.
   *
   * @default false
   */
  readonly exportStages?: boolean;
}

const config = new Config();
const source = config.get("promoteFrom");
const sourceStack =
  source === undefined
    ? undefined
    : new StackReference(`${getOrganization()}/${getProject()}/${source}`);

const archives = config
  .requireObject<readonly PipelineSettings[]>("pipelines")
  .map(({ name, directory, exportStages = false, ...args }) => {
    const from = sourceStack?.requireOutput(name);
    const content = from === undefined ? { pipeline: directory ?? name } : { promoteFrom: from };
    const { stages, ...exported } = new YtCodeArchive(name, { ...args, ...content }).outputs;
    return [name, exportStages ? { ...exported, stages } : exported] as const;
  });

/** Exported under the pipelines' names, so that another stack can promote from them. */
// Names that only the settings know cannot be named exports; Pulumi takes a default one instead.
// oxlint-disable-next-line import/no-default-export -- see above
export default (): Readonly<Record<string, unknown>> => Object.fromEntries(archives);
