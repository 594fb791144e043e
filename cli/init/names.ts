/** Which names a project, a pipeline, a stage and a stack may have. */

/** What is wrong with a name; undefined when nothing is. */
export type NameProblem = (name: string) => string | undefined;

const PLAIN =
  'it must begin with a letter, digit or "_" and hold only letters, digits, "_", "." and "-"';

/** Of a pipeline or a stage: it is a folder's name, and a part of wrappers' names (see stages.ts). */
export const plainNameProblem: NameProblem = (name) =>
  /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name) ? undefined : PLAIN;

/** Of a project or a stack: what Pulumi takes (`ValidateProjectName` in sdk/go/common/tokens of pulumi/pulumi). */
export const pulumiNameProblem: NameProblem = (name) =>
  /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/.test(name) ? undefined : `${PLAIN}, at most 100`;
