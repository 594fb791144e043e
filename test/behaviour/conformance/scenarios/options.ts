/** Scenarios on this subject: options of resources. */
import type { Chapter } from "../../../tools/conformance/scenario.ts";

export const options: Chapter = {
  title: "Options of resources",
  scenarios: [
    {
      name: "protect-destroy",
      about: "destroy with a protected resource deletes nothing",
      actions: [
        {
          program: `new Thing("a", { label: "1" }, { protect: true });
new Thing("b", { label: "b" });`,
        },
        { run: "up" },
        { run: "destroy" },
      ],
    },
    {
      name: "ignore-changes-nested",
      about: "ignoreChanges of a part of an object",
      actions: [
        { program: `new Thing("a", { box: { x: 1, y: 1 } });` },
        { run: "up" },
        { program: `new Thing("a", { box: { x: 2, y: 2 } }, { ignoreChanges: ["box.x"] });` },
        { run: "up" },
      ],
    },
  ],
};
