/** Scenarios on this subject: locks, and how and where states are stored. */
import { hostname } from "node:os";
import { processSpace } from "../../../../common/files/process-identity.ts";
import { SALT } from "../../../tools/conformance/passphrase.ts";
import type { Action, Chapter } from "../../../tools/conformance/scenario.ts";

const THING: Action = { program: `new Thing("a", { label: "1" });` };
const CHANGED: Action = { program: `new Thing("a", { label: "2" });` };

/** A lock of the stack, as the CLI writes it, with further fields of the embedded engine. */
function lock(fields: Readonly<Record<string, unknown>>): Action {
  const content = { username: "else", timestamp: "2026-01-02T03:04:05Z", ...fields };
  return {
    write: { ".pulumi/locks/organization/fixture/dev/other.json": JSON.stringify(content) },
  };
}

/** The boot of this machine, and another container's processes. */
const OTHER_CONTAINER = `${processSpace()?.split(" ")[0] ?? ""} pid:[1]`;

const LOCKED_OUT = ["status", "calls", "steps", "diagnostics", "state"] as const;

export const storage: Chapter = {
  title: "Locks, and files of states",
  scenarios: [
    {
      name: "lock-cli",
      about: "a lock of the CLI on this machine: whether its process has ended cannot be known",
      actions: [
        THING,
        lock({ pid: 2 ** 30, hostname: hostname() }),
        { run: "up" },
        { run: "refresh" },
        { run: "destroy" },
        { unlock: true },
        { run: "up" },
      ],
    },
    {
      name: "lock-container",
      about: "a lock of another container on this machine",
      actions: [
        THING,
        lock({ pid: 2 ** 30, hostname: hostname(), started: "1", space: OTHER_CONTAINER }),
        { run: "up" },
      ],
      handover: false,
    },
    {
      name: "lock-reused-process",
      about: "a lock of a process that has ended, and whose id another one has now",
      actions: [
        THING,
        lock({ pid: process.pid, hostname: hostname(), started: "1", space: processSpace() }),
        { run: "up" },
      ],
      handover: false,
      differences: [
        {
          run: 1,
          in: [...LOCKED_OUT],
          embedded: "takes the lock away, says so, and goes on",
          reason:
            "the process is known by its start time and boot, so nothing is at stake; all other locks stay",
        },
      ],
    },
    {
      name: "lock-cut-off",
      about: "a lock that is cut off in the middle",
      actions: [
        THING,
        { write: { ".pulumi/locks/organization/fixture/dev/other.json": '{"pid": 1, "user' } },
        { run: "up" },
      ],
      handover: false,
    },
    {
      name: "state-gzipped",
      about: "a state becomes gzipped, and plain again",
      actions: [
        THING,
        { run: "up", environment: { PULUMI_DIY_BACKEND_GZIP: "true" } },
        CHANGED,
        { run: "preview" },
        { run: "up" },
        { run: "destroy", environment: { PULUMI_DIY_BACKEND_GZIP: "true" } },
      ],
      handover: 3,
    },
    {
      name: "state-older-layout",
      about: "a state in the layout of before there were projects: `.pulumi/stacks/dev.json`",
      actions: [
        THING,
        { run: "up" },
        { move: [".pulumi/stacks/fixture/dev.json", ".pulumi/stacks/dev.json"] },
        { remove: [".pulumi/meta.yaml", ".pulumi/stacks/fixture"] },
        CHANGED,
        { run: "preview" },
        { run: "up" },
      ],
      handover: false,
    },
    {
      name: "state-cut-off",
      about: "a state that is cut off in the middle",
      actions: [
        THING,
        { run: "up" },
        { truncate: ".pulumi/stacks/fixture/dev.json" },
        { run: "preview" },
        { run: "up" },
        { run: "destroy" },
      ],
      handover: 1,
    },
    {
      name: "state-empty-file",
      about: "a state file without content",
      actions: [
        THING,
        { run: "up" },
        { write: { ".pulumi/stacks/fixture/dev.json": "" } },
        { run: "up" },
      ],
      handover: 1,
    },
    {
      name: "state-newer-feature",
      about: "a state of version 4, with a feature that nobody knows",
      actions: [
        THING,
        {
          write: {
            ".pulumi/stacks/fixture/dev.json":
              '{"version": 4, "features": ["unheard-of"], "checkpoint": {}}',
          },
        },
        { run: "up" },
      ],
      handover: false,
    },
    {
      name: "project-without-runtime",
      about: "`Pulumi.yaml` without `runtime`",
      actions: [
        THING,
        { write: { "Pulumi.yaml": "name: fixture\nmain: index.ts\nstackConfigDir: stacks\n" } },
        { run: "preview" },
        { run: "up" },
      ],
      handover: false,
      differences: [1, 2].map((run) => ({
        run,
        in: ["status", "diagnostics"],
        embedded: "refuses the project by name",
        reason: "the CLI runs nothing, and ends as if all were well; the program was meant to run",
      })),
    },
    {
      name: "config-autonaming",
      about: "`pulumi:autonaming` in the configuration",
      actions: [
        THING,
        {
          write: {
            "stacks/Pulumi.dev.yaml": `encryptionsalt: ${SALT}\nconfig:\n  pulumi:autonaming:\n    mode: verbatim\n`,
          },
        },
        { run: "up" },
        {
          write: {
            "stacks/Pulumi.dev.yaml": `encryptionsalt: ${SALT}\nconfig:\n  pulumi:autonaming:\n    mode: unheard-of\n`,
          },
        },
        { run: "up" },
      ],
      handover: 1,
      differences: [
        {
          run: 2,
          in: ["status", "calls", "steps", "diagnostics", "state"],
          embedded: "does not look at what is set there",
          reason:
            "none of the resources that it runs takes a name from it, so that it has no effect",
        },
      ],
    },
  ],
};
