/** Scenarios on this subject: programs. */
import type { Chapter } from "../../../tools/conformance/scenario.ts";

export const programs: Chapter = {
  title: "Programs",
  scenarios: [
    {
      name: "logs",
      about: "messages of every severity, with and without a resource",
      actions: [
        {
          program: `const a = new Thing("a", { label: "1" });pulumi.log.debug("d"); pulumi.log.info("i"); pulumi.log.warn("w"); pulumi.log.info("ia", a); pulumi.log.warn("wa", a); console.log("out"); console.error("err");`,
        },
        { run: "up", texts: true },
      ],
    },
    {
      name: "log-error",
      about: "pulumi.log.error fails the run",
      actions: [{ program: `pulumi.log.error("bad");` }, { run: "up", texts: true }],
    },
    {
      name: "program-throws",
      about: "a program that throws at once",
      actions: [{ program: `throw new Error("oh no");` }, { run: "preview" }, { run: "up" }],
    },
    {
      name: "program-throws-later",
      about: "a program that throws after it has declared something",
      actions: [
        { program: `new Thing("a", { label: "1" });throw new Error("oh no");` },
        { run: "up" },
      ],
    },
    {
      name: "program-run-error",
      about: "RunError and ResourceError",
      actions: [{ program: `throw new pulumi.RunError("stop here");` }, { run: "up", texts: true }],
    },
    {
      name: "program-rejects",
      about: "a promise that nobody waits for is rejected",
      actions: [{ program: `void Promise.reject(new Error("oh no"));` }, { run: "up" }],
    },
  ],
};
