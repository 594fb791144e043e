/** What differs from the Pulumi CLI on purpose, and no scenario shows: most of it lies outside of operations. */

/** One such difference. */
export interface OtherDifference {
  readonly cli: string;
  readonly embedded: string;
  /** Why. */
  readonly reason: string;
}

export const ON_PURPOSE: readonly OtherDifference[] = [
  {
    embedded:
      "`up` without a terminal and without `--yes` goes on (`ytcode` has it so through the CLI, too)",
    cli: "refuses",
    reason:
      "scripts and CI are taken for a yes; the preview runs first, and nothing is done if it fails",
  },
  {
    embedded: "`--diff` shows only properties that differ",
    cli: "shows those that stay, too",
    reason: "an archive has thousands of files",
  },
  {
    embedded: "`--color raw` is refused",
    cli: "prints its own tags",
    reason: "there are no such tags here",
  },
  {
    embedded: "without a login, states are in the project's own `.pulumi`",
    cli: "asks for a login",
    reason: "a machine without the CLI has nowhere to log in",
  },
  {
    embedded: "a lock of a process that has surely ended is removed, and that is said",
    cli: "`pulumi cancel` is needed",
    reason:
      "the process is known by its start time and boot, so nothing is at stake; all other locks stay",
  },
  {
    embedded: "states and their folders are for the user alone (0600, 0700)",
    cli: "everybody may read them (0644, 0755)",
    reason: "a state may hold what others must not see",
  },
  {
    embedded:
      "a state that is `{}` or `null`, has a malformed URN, or a custom resource without an id is refused",
    cli: "starts anew, deletes, or ends with a crash",
    reason: "what was deployed would be forgotten",
  },
  {
    embedded: "a project or stack named `..` is refused",
    cli: "writes outside of `.pulumi/stacks`",
    reason: "a name must not lead elsewhere",
  },
  {
    embedded: "a salt under the empty passphrase opens without `PULUMI_CONFIG_PASSPHRASE`",
    cli: "wants the variable",
    reason: "earlier releases of `ytcode` have made such stacks",
  },
  {
    embedded:
      "states of version 4 that use other features than hooks and `replaceWith` are refused by name",
    cli: "reads those that it knows",
    reason: "the embedded engine has none of the others",
  },
  {
    embedded: "`plugins` in `Pulumi.yaml` are refused by name",
    cli: "follows them",
    reason: "the embedded engine loads no plugins, and ignores nothing",
  },
  {
    embedded: "`secret: true` without a `type` holds for configuration of a project",
    cli: "lets plain text pass",
    reason: "what is declared as secret must not stand in plain text",
  },
  {
    embedded: "one key of the configuration that is set twice (`a` and `fixture:a`) is refused",
    cli: "takes either, by chance",
    reason: "which one is meant cannot be known",
  },
  {
    embedded: "a settings file with two YAML documents is refused",
    cli: "takes the first",
    reason: "the second would be ignored in silence",
  },
];
