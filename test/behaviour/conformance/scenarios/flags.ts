/** Scenarios on the flags that choose resources, refresh first, or say what is expected. */
import type { Chapter } from "../../../tools/conformance/scenario.ts";

const A = "urn:pulumi:dev::fixture::pulumi-nodejs:dynamic/test:Thing::a";
const B = "urn:pulumi:dev::fixture::pulumi-nodejs:dynamic/test:Thing::b";
const NOBODY = "urn:pulumi:dev::fixture::pulumi-nodejs:dynamic/test:Thing::nobody";

/** Three resources: the second needs the first's output, the third waits for the second. */
function things(label: string): string {
  return `const a = new Thing("a", { label: "${label}" });
const b = new Thing("b", { label: a.object, size: ${label.length} });
new Thing("c", { label: "${label}" }, { dependsOn: b });`;
}

const drift = {
  write: { "objects/a-1.json": '{"name":"a","label":"drifted"}' },
  remove: ["objects/b-1.json"],
};

export const flags: Chapter = {
  title: "Flags",
  scenarios: [
    {
      name: "flag-target",
      about:
        "only one of three resources, then with what depends on it, then what a wildcard finds",
      actions: [
        { program: things("1") },
        { run: "up" },
        { program: things("two") },
        { run: "preview", args: ["--target", A] },
        { run: "up", args: ["--target", A] },
        { run: "up", args: ["--target", B, "--target-dependents"] },
        { run: "destroy", args: ["--target", "**Thing::b", "--target-dependents"] },
      ],
    },
    {
      name: "flag-target-wildcard",
      about: "wildcards choose what is created; one that finds nothing",
      actions: [
        { program: things("1") },
        { run: "up", args: ["--target", "**::pulumi-nodejs:dynamic/*:Thing::a"] },
        { run: "up", args: ["--target", "**::nobody*"] },
      ],
    },
    {
      name: "flag-target-new",
      about: "a target that needs what is not created yet",
      actions: [
        { program: things("1") },
        { run: "preview", args: ["--target", B] },
        { run: "up", args: ["--target", B] },
        { run: "up", args: ["--target", A, "--target-dependents"] },
      ],
      differences: [
        {
          run: 2,
          in: ["calls"],
          embedded: "refuses it before the provider is asked to check it",
          reason:
            "the check would get inputs without what is not there, and might say of them what is not true",
        },
      ],
    },
    {
      name: "flag-target-unknown",
      about: "a target that is no resource",
      actions: [
        { program: things("1") },
        { run: "up" },
        { run: "preview", args: ["--target", NOBODY] },
        { run: "up", args: ["--target", NOBODY] },
        { run: "refresh", args: ["--target", NOBODY] },
        { run: "destroy", args: ["--target", NOBODY] },
      ],
    },
    {
      name: "flag-target-delete",
      about: "a target that the program no longer has, and what depends on it is not named",
      actions: [
        { program: things("1") },
        { run: "up" },
        { program: 'new Thing("a", { label: "1" });' },
        { run: "preview", args: ["--target", B] },
        { run: "up", args: ["--target", B] },
        { run: "destroy", args: ["--target", B] },
        { run: "up", args: ["--target", B, "--target-dependents"] },
      ],
    },
    {
      name: "flag-exclude",
      about: "all but one resource, which others need",
      actions: [
        { program: things("1") },
        { run: "up" },
        { program: things("two") },
        { run: "up", args: ["--exclude", B] },
        { run: "preview", args: ["--exclude", A, "--exclude-dependents"] },
        { run: "destroy", args: ["--exclude", A] },
      ],
    },
    {
      name: "flag-exclude-new",
      about: "what is excluded is not created, and others need it",
      actions: [
        { program: things("1") },
        { run: "up", args: ["--exclude", B, "--exclude-dependents"] },
        { run: "preview", args: ["--exclude", B] },
        { run: "up", args: ["--exclude", B] },
      ],
      differences: [
        {
          run: 2,
          in: ["status", "diagnostics"],
          embedded: "refuses to create what needs an excluded resource that does not exist",
          reason: "see run 3: it could not be done",
        },
        {
          run: 3,
          in: ["calls", "steps", "diagnostics", "state"],
          embedded: "refuses to create what needs an excluded resource that does not exist",
          reason:
            "the CLI creates it, fails, and leaves a state that names a missing dependency, which it then refuses",
        },
      ],
    },
    {
      name: "flag-exclude-unknown",
      about: "an excluded resource that is none",
      actions: [
        { program: things("1") },
        { run: "up", args: ["--exclude", NOBODY] },
        { run: "destroy", args: ["--exclude", NOBODY] },
      ],
    },
    {
      name: "flag-replace",
      about: "a resource that has not changed is replaced",
      actions: [
        { program: things("1") },
        { run: "up" },
        { run: "preview", args: ["--replace", A] },
        { run: "up", args: ["--replace", A] },
        { run: "up", args: ["--replace", NOBODY] },
      ],
    },
    {
      name: "flag-target-replace",
      about: "only one resource is replaced, and the others stay",
      actions: [
        { program: things("1") },
        { run: "up" },
        { program: things("two") },
        { run: "preview", args: ["--target-replace", A] },
        { run: "up", args: ["--target-replace", A] },
        { run: "up" },
      ],
    },
    {
      name: "flag-refresh",
      about: "preview and up refresh first: a drift, and a loss",
      actions: [
        { program: things("1") },
        { run: "up" },
        { write: drift.write },
        { remove: drift.remove },
        { run: "preview", args: ["--refresh"] },
        { run: "up", args: ["--refresh=false"] },
        { run: "up", args: ["-r"] },
      ],
      handover: 4,
    },
    {
      name: "flag-refresh-target",
      about: "only a target is refreshed first",
      actions: [
        { program: things("1") },
        { run: "up" },
        { write: drift.write },
        { remove: drift.remove },
        { run: "up", args: ["--refresh", "--target", A] },
        { run: "up", args: ["--refresh", "--exclude", A] },
      ],
    },
    {
      name: "flag-refresh-failed",
      about: "a resource cannot be read before an update",
      actions: [
        { program: things("1") },
        { run: "up" },
        { write: drift.write },
        { faults: { b: "read" } },
        { program: things("two") },
        { run: "up", args: ["--refresh"] },
      ],
      differences: [
        {
          run: 2,
          in: ["diagnostics"],
          embedded: "the failed read is told once, as an error",
          reason:
            "the CLI shows, too, what the SDK prints of it on the provider's standard error; that is the same once more, with a stack trace",
        },
      ],
    },
    {
      name: "flag-refresh-destroy",
      about: "destroy refreshes first: what is gone is not deleted",
      actions: [
        { program: things("1") },
        { run: "up" },
        { remove: ["objects/c-1.json"] },
        { run: "destroy", args: ["--refresh"] },
      ],
    },
    {
      name: "flag-continue-on-error",
      about: "what needs nothing that failed is done, and what that needs is kept",
      actions: [
        {
          program: `const x = new Thing("x", { label: "1" });
new Thing("a", { label: x.object });
new Thing("y", { label: "1" });
const z = new Thing("z", { label: "1" });
new Thing("d", { label: z.object });`,
        },
        { run: "up" },
        { faults: { a: "update", d: "delete" } },
        {
          program: `new Thing("a", { label: "two" });
const z = new Thing("z", { label: "1" });
new Thing("d", { label: z.object, size: 2 });`,
        },
        { run: "up", args: ["--continue-on-error"] },
        { run: "destroy", args: ["--continue-on-error"] },
      ],
    },
    {
      name: "flag-continue-on-error-dependent",
      about: "what needs a resource that failed is left out, and the program ends",
      actions: [
        { faults: { a: "create" } },
        {
          program: `const d = new Thing("d", { label: "1" });
const a = new Thing("a", { label: d.object });
new Thing("b", { label: a.object });`,
        },
        { run: "up", args: ["--continue-on-error"] },
        { faults: {} },
        { run: "up" },
      ],
    },
    {
      name: "flag-parallel",
      about: "several steps at a time",
      actions: [
        { program: things("1") },
        { run: "up", parallel: 4 },
        { run: "destroy", parallel: 4 },
      ],
    },
    {
      name: "flag-clear-pending-creates",
      about: "refresh forgets what was being created",
      actions: [
        { program: things("1") },
        { run: "up" },
        {
          editState: (deployment) => {
            const [resource = {}] = (deployment.resources ?? []).slice(-1);
            deployment.pending_operations = [
              {
                resource: { ...resource, urn: `${String(resource["urn"])}-lost` },
                type: "creating",
              },
            ];
          },
        },
        { run: "refresh", args: ["--clear-pending-creates"] },
      ],
    },
    {
      name: "flag-expect-no-changes",
      about: "an update that changes something, and one that does not",
      actions: [
        { program: things("1") },
        { run: "preview", args: ["--expect-no-changes"] },
        { run: "up", args: ["--expect-no-changes"] },
        { run: "up", args: ["--expect-no-changes"] },
        { remove: drift.remove },
        { run: "refresh", args: ["--expect-no-changes"] },
      ],
    },
    {
      name: "flag-preview-only",
      about: "refresh and destroy only say what they would do",
      actions: [
        { program: things("1") },
        { run: "up" },
        { remove: drift.remove },
        { run: "refresh", args: ["--preview-only"], previewFirst: true },
        { run: "destroy", args: ["--preview-only"] },
        { run: "destroy", args: ["--preview-only"], previewFirst: true },
      ],
    },
  ],
};
