/** Where stages are: in a pipeline directory and in the archive alike. */

/** The directory of all stages. */
export const STAGES_FOLDER = "stages";

const PREFIX = `${STAGES_FOLDER}/`;

/** The directory of a stage, relative, with `/`: `"stages/train"`. */
export function stageRoot(stage: string): string {
  return `${PREFIX}${stage}`;
}

/** The name of the stage whose directory that is; the reverse of {@link stageRoot}. */
export function stageOfRoot(root: string): string {
  return root.slice(PREFIX.length);
}

/** Whether a part's root or key is a stage's. */
export function isStageRoot(root: string): boolean {
  return root.startsWith(PREFIX);
}
