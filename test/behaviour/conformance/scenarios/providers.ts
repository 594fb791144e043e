/** Scenarios on this subject: explicit providers. */
import type { Chapter, Difference } from "../../../tools/conformance/scenario.ts";

/** What is different wherever an explicit provider is declared. */
const REFUSED: Omit<Difference, "run"> = {
  in: ["status", "calls", "steps", "diagnostics", "state"],
  embedded: "refuses explicit providers by name",
  reason:
    "it runs only dynamic resources, whose provider takes no settings that a second one could have",
};

export const providers: Chapter = {
  title: "Explicit providers",
  scenarios: [
    {
      name: "explicit-provider",
      about: "an explicit provider of the dynamic package",
      actions: [
        {
          program: `class Own extends pulumi.ProviderResource {
  constructor(name: string) { super("pulumi-nodejs", name); }
}
const p = new Own("p");
new Thing("a", { label: "1" }, { provider: p });`,
        },
        { run: "up" },
      ],
      handover: false,
      differences: [{ run: 1, ...REFUSED }],
    },
    {
      name: "explicit-provider-component",
      about: "a provider that a component hands on",
      actions: [
        {
          program: `class Own extends pulumi.ProviderResource {
  constructor(name: string) { super("pulumi-nodejs", name); }
}
const p = new Own("p");
const g = new Group("g", {}, { providers: [p] });
new Thing("a", { label: "1" }, { parent: g });`,
        },
        { run: "up" },
      ],
      handover: false,
      differences: [{ run: 1, ...REFUSED }],
    },
    {
      name: "provider-changed",
      about: "from the default provider to an explicit one",
      actions: [
        { program: `new Thing("a", { label: "1" });` },
        { run: "up" },
        {
          program: `class Own extends pulumi.ProviderResource {
  constructor(name: string) { super("pulumi-nodejs", name); }
}
const p = new Own("p");
new Thing("a", { label: "1" }, { provider: p });`,
        },
        { run: "up" },
      ],
      differences: [{ run: 2, ...REFUSED }],
    },
  ],
};
