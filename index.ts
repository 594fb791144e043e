/** The program: one archive for each pipeline that the stack's settings list (docs/settings.md). */
import { declarePipelines } from "./provider/index.ts";

/** Exported under the pipelines' names, so that another stack can promote from them. */
// Names that only the settings know cannot be named exports; Pulumi takes a default one instead.
// oxlint-disable-next-line import/no-default-export -- see above
export default async (): Promise<Readonly<Record<string, unknown>>> =>
  (await declarePipelines()).outputs;
