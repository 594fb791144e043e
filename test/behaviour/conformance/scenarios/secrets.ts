/** Scenarios on this subject: secrets and unknown values. */
import type { Chapter } from "../../../tools/conformance/scenario.ts";

export const secrets: Chapter = {
  title: "Secrets and unknown values",
  scenarios: [
    {
      name: "secret-input",
      about: "a secret property: encrypted, and given to the provider as it is",
      actions: [
        { program: `new Thing("a", { label: pulumi.secret("hush") });` },
        { run: "up" },
        { run: "up" },
        { program: `new Thing("a", { label: pulumi.secret("other") });` },
        { run: "up" },
      ],
    },
  ],
};
