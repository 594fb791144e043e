/** Operations that are stopped in the middle of each kind of step: by Ctrl-C once and twice, and by kill -9. */
import type {
  Action,
  Chapter,
  Command,
  Difference,
  GivenThing,
  RunAction,
  Scenario,
} from "../../../tools/conformance/scenario.ts";

/** A step in the middle of which an operation is stopped. */
interface StoppedStep {
  /** What the scenario's name ends with. */
  readonly name: string;
  /** `a create`. */
  readonly about: string;
  readonly given?: readonly GivenThing[];
  readonly program: string;
  readonly faults: Readonly<Record<string, string>>;
  /** @default "up" */
  readonly run?: Command;
}

const [A, B] = [
  { name: "a", inputs: { label: "1" } },
  { name: "b", inputs: { label: "a-1" }, needs: { label: ["a"] } },
];
const C = { name: "c", inputs: { label: "b-1" }, needs: { label: ["b"] } };

/** One thing that is replaced, and a thing that needs it. */
const REPLACED = [
  { name: "a", inputs: { region: "eu", zone: "1" } },
  { name: "b", inputs: { label: "a-1" }, needs: { label: ["a"] } },
];
/** The provider creates first when the region changes, and deletes first when the zone does. */
const replacing = (region: string, zone: string): string =>
  `const a = new Thing("a", { region: "${region}", zone: "${zone}" }); new Thing("b", { label: a.object });`;

const CHAIN = `const a = new Thing("a", { label: "1" }); const b = new Thing("b", { label: a.object }); new Thing("c", { label: b.object });`;

const STEPS: readonly StoppedStep[] = [
  {
    name: "create",
    about: "a create",
    program: CHAIN,
    faults: { b: "hang" },
  },
  {
    name: "update",
    about: "an update",
    given: [A, B],
    program: `const a = new Thing("a", { label: "2" }); new Thing("b", { label: a.label });`,
    faults: { a: "hang" },
  },
  {
    name: "delete",
    about: "a delete",
    given: [A, B, C],
    program: `new Thing("a", { label: "1" });`,
    faults: { c: "hang" },
  },
  {
    name: "replace-create",
    about: "the create of a replacement that creates first",
    given: REPLACED,
    program: replacing("us", "1"),
    faults: { a: "hang create" },
  },
  {
    name: "replace-delete",
    about: "the delete of a replacement that creates first",
    given: REPLACED,
    program: replacing("us", "1"),
    faults: { a: "hang delete" },
  },
  {
    name: "delete-first-delete",
    about: "the delete of a replacement that deletes first",
    given: REPLACED,
    program: replacing("eu", "2"),
    faults: { a: "hang delete" },
  },
  {
    name: "delete-first-create",
    about: "the create of a replacement that deletes first",
    given: REPLACED,
    program: replacing("eu", "2"),
    faults: { a: "hang create" },
  },
  {
    name: "refresh",
    about: "the read of a refresh",
    given: [A, B],
    program: CHAIN,
    faults: { a: "hang read" },
    run: "refresh",
  },
  {
    name: "destroy",
    about: "a destroy",
    given: [A, B],
    program: CHAIN,
    faults: { b: "hang" },
    run: "destroy",
  },
];

/** How it is stopped. */
interface Stop {
  readonly name: string;
  readonly about: string;
  readonly signals: RunAction["interrupt"];
}

const ONCE: Stop = { name: "once", about: "one Ctrl-C in the middle of", signals: ["SIGINT"] };
const TWICE: Stop = {
  name: "twice",
  about: "Ctrl-C twice in the middle of",
  signals: ["SIGINT", "SIGINT"],
};
const KILL: Stop = { name: "sigkill", about: "kill -9 in the middle of", signals: ["SIGKILL"] };
const TERM: Stop = { name: "sigterm", about: "SIGTERM in the middle of", signals: ["SIGTERM"] };

/** Where the two engines differ, by scenario. */
const DIFFERENCES: Readonly<Record<string, readonly Difference[]>> = {
  "interrupt-once-destroy": [
    {
      run: 1,
      in: ["diagnostics"],
      embedded: "warns that not everything was destroyed",
      reason: "the exit status is 0 as with the CLI, so that it must be said in words",
    },
  ],
};

function stopped(stop: Stop, step: StoppedStep): Scenario {
  const name = `interrupt-${stop.name}-${step.name}`;
  const { given, program, faults, run = "up" } = step;
  const prepared: readonly Action[] = given === undefined ? [] : [{ given }];
  return {
    name,
    about: `${stop.about} ${step.about}, and the run after it`,
    actions: [
      ...prepared,
      { program },
      { faults },
      { run, interrupt: stop.signals ?? [] },
      { faults: {} },
      { unlock: true },
      { run },
    ],
    differences: DIFFERENCES[name] ?? [],
  };
}

export const interruption: Chapter = {
  title: "Interruption",
  scenarios: [
    ...[ONCE, TWICE, KILL].flatMap((stop) => STEPS.map((step) => stopped(stop, step))),
    ...STEPS.filter(({ name }) => name === "create").map((step) => stopped(TERM, step)),
  ],
};
