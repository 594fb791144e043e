/** Commands that are proposed, for each way in which ytcode can have been called. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { typedCommand } from "../../../cli/stack/next-commands.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

const OWN_SCRIPTS = { up: "ytcode up", preview: "ytcode preview" };

/** How ytcode was called. */
interface Call {
  /** The scripts of the package that ran it. */
  readonly scripts?: Readonly<Record<string, string>>;
  /** What the package manager says it ran; nothing when none did. */
  readonly event?: string;
  readonly agent?: string;
  /** Whether the package is installed in the project. @default true */
  readonly isInstalled?: boolean;
  /** Whether a shell finds it. @default false */
  readonly isOnPath?: boolean;
  readonly options?: readonly string[];
}

/** The proposed command for a preview, called in a folder of a project. */
async function proposed(t: TestContext, call: Call): Promise<string> {
  const { scripts = {}, event, agent, isInstalled = true, isOnPath = false, options = [] } = call;
  const root = await makeTree(t, {
    "project/package.json": JSON.stringify({ scripts }),
    "project/pipelines/": "",
    "bin/ytcode": "",
    ...(isInstalled ? { "project/node_modules/.bin/ytcode": "" } : {}),
  });
  return typedCommand("preview", options, {
    environment: {
      PATH: isOnPath ? `/nowhere:${path.join(root, "bin")}` : "/nowhere",
      npm_lifecycle_event: event,
      npm_package_json: event === undefined ? undefined : path.join(root, "project/package.json"),
      npm_config_user_agent: agent,
    },
    directory: path.join(root, "project/pipelines"),
    invocation: ["node", path.join(root, "project/pipelines/cli/main.ts")],
  });
}

const NPM = "npm/10.9.2 node/v22.18.0 linux x64 workspaces/false";
const PNPM = "pnpm/9.15.0 npm/? node/v22.18.0 linux x64";
const YARN = "yarn/4.5.0 npm/? node/v22.18.0 linux x64";
const BUN = "bun/1.1.38 npm/? node/v22.6.0 linux x64";
const STACK = ["--stack", "prod"];

const CASES: readonly (readonly [what: string, call: Call, command: string])[] = [
  ["a script of the package", { scripts: OWN_SCRIPTS, event: "up", agent: NPM }, "npm run preview"],
  [
    "a script of the package, with options",
    { scripts: OWN_SCRIPTS, event: "up", agent: NPM, options: STACK },
    "npm run preview -- --stack prod",
  ],
  [
    "a script that takes any command",
    {
      scripts: { up: "ytcode up", ytcode: "node cli/start.cjs" },
      event: "up",
      agent: NPM,
      options: STACK,
    },
    "npm run ytcode -- preview --stack prod",
  ],
  [
    "a script that takes any command, under pnpm",
    { scripts: { up: "ytcode up", ytcode: "ytcode" }, event: "up", agent: PNPM },
    "pnpm run ytcode preview",
  ],
  [
    "a script under pnpm, which would pass -- on",
    { scripts: OWN_SCRIPTS, event: "up", agent: PNPM, options: STACK },
    "pnpm run preview --stack prod",
  ],
  ["npx", { event: "npx", agent: NPM, options: STACK }, "npx ytcode preview --stack prod"],
  ["npx, beside scripts", { scripts: OWN_SCRIPTS, event: "npx", agent: NPM }, "npx ytcode preview"],
  [
    "npx, of a package that is not installed",
    { event: "npx", agent: NPM, isInstalled: false },
    "npx pulumi-yt-code preview",
  ],
  [
    "npx, with a folder that a shell would take apart",
    { event: "npx", agent: NPM, options: ["--cwd", "my infra"] },
    "npx ytcode preview --cwd 'my infra'",
  ],
  ["pnpm exec", { event: "exec", agent: PNPM }, "pnpm exec ytcode preview"],
  ["yarn", { event: "ytcode", agent: YARN }, "yarn ytcode preview"],
  ["yarn, which names no event", { agent: YARN, isOnPath: true }, "yarn ytcode preview"],
  ["bunx", { event: "bunx", agent: BUN }, "bunx ytcode preview"],
  [
    "a script where preview is another tool's",
    { scripts: { up: "ytcode up", preview: "vite preview" }, event: "up", agent: NPM },
    "npx ytcode preview",
  ],
  [
    "a script without one for preview",
    { scripts: { deploy: "ytcode up" }, event: "deploy", agent: NPM },
    "npx ytcode preview",
  ],
  ["its name", { isOnPath: true, isInstalled: false }, "ytcode preview"],
  ["its name, with node_modules/.bin on PATH", { isOnPath: true }, "ytcode preview"],
  ["its path in node_modules", {}, "npx ytcode preview"],
  ["its source", { isInstalled: false, options: STACK }, "node cli/main.ts preview --stack prod"],
];

for (const [what, call, command] of CASES) {
  test(`typedCommand() gives "${command}" after ${what}`, async (t) => {
    assert.equal(await proposed(t, call), command);
  });
}

test("typedCommand() takes the scripts of this project for its own", async (t) => {
  const scripts = { up: "node cli/start.cjs up", preview: "node cli/start.cjs preview" };
  assert.equal(await proposed(t, { scripts, event: "up", agent: NPM }), "npm run preview");
});
