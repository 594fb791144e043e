/** What the commands in the documents find: a checkout of this repository, and a project as the README tells to make one. */
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { stringify } from "yaml";
import { readCodeBlocks } from "../../tools/document.ts";
import { linkPackage } from "../../tools/linked-package.ts";
import { addToTree } from "../../tools/temporary-tree.ts";
import type { TreeEntry } from "../../tools/temporary-tree.ts";
import { runProgram } from "../../ytjobs/run-python.ts";
import type { Finished } from "../../ytjobs/run-python.ts";

/** Where somebody types: in a checkout, in an empty folder, in a project that has been up. */
export type Place = "checkout" | "empty" | "project";

export interface World {
  /** Runs lines as in a terminal; the first that fails ends them. */
  type(place: Place, code: string): Promise<Finished>;
}

const MAPPER = `import sys

import my_package
from features import ONE

for line in sys.stdin:
    print(my_package.clean(line, ONE))
`;

const REDUCER = `import itertools
import json
import sys

for word, rows in itertools.groupby(map(json.loads, sys.stdin), key=lambda row: row["word"]):
    print(json.dumps({"word": word, "count": sum(1 for _ in rows)}))
`;

/** The project's files that the README does not show. */
const FILES: Readonly<Record<string, string>> = {
  "Pulumi.prod.yaml": "config:\n  yt:proxy: local\n",
  "rows.jsonl": '{"word":" Pear "}\n{"word":"fig"}\n{"word":"pear"}\n',
  "pipelines/daily/stages/clean/config.yaml": "job:\n  least: 1\n",
  "pipelines/daily/stages/clean/src/mapper.py": MAPPER,
  "pipelines/daily/stages/count/config.yaml": "job:\n  least: 1\n",
  "pipelines/daily/stages/count/src/reducer.py": REDUCER,
  "pipelines/daily/lib/.ytignore": "# Not for the cluster.\n*.md\n*.csv\n",
  "pipelines/daily/lib/features/__init__.py": "ONE = 1\n",
  "pipelines/daily/lib/features/data.csv": "a,b\n",
  "pipelines/daily/my_package/__init__.py":
    'import json\n\n\ndef clean(line, count):\n    word = json.loads(line)["word"].strip().lower()\n    return json.dumps({"word": word, "count": count})\n',
};

/** The files that the README shows, by how their blocks begin. */
const SHOWN: Readonly<Record<string, string>> = {
  "# Pulumi.yaml": "Pulumi.yaml",
  "# Pulumi.dev.yaml": "Pulumi.dev.yaml",
  "// index.ts": "index.ts",
  "# configs/config.yaml": "pipelines/daily/configs/config.yaml",
};

/** Makes the world; it is gone after the test. */
export async function makeWorld(t: TestContext): Promise<World> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "documents-")));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const checkout = path.join(folder, "checkout");
  await linkPackage(checkout, path.join(folder, "node_modules"), ["word_count"]);
  const ytcode = path.join(folder, "node_modules/.bin/ytcode");
  await addToTree(folder, {
    "empty/": "",
    "bin/npx": executable(`shift\nexec '${ytcode}' "$@"\n`),
    // What it would install is in a folder above.
    "bin/npm": executable(
      `[ "$1" = install ] && exit 0\nPATH="$(echo "$PATH" | cut -d: -f2-)" exec npm "$@"\n`,
    ),
  });
  await addToTree(checkout, {
    "stacks/Pulumi.prod.yaml": stringify({
      config: {
        "yt:proxy": "local",
        "yt:promoteFrom": "dev",
        "yt:pipelines": [{ name: "word_count", buildFolder: "//home/prod/word_count/build" }],
      },
    }),
  });
  await addToTree(path.join(folder, "project"), {
    "package.json": JSON.stringify({ name: "pipelines", type: "module" }),
    ...FILES,
    ...(await shownFiles()),
  });
  const world: World = {
    type: (place, code) =>
      runProgram("bash", ["-euo", "pipefail", "-c", code], {
        cwd: path.join(folder, place),
        env: {
          PATH: [path.join(folder, "bin"), path.dirname(ytcode), process.env["PATH"] ?? ""].join(
            path.delimiter,
          ),
          PULUMI_CONFIG_PASSPHRASE: "a passphrase",
          PYTHONPATH: undefined,
          YTCODE_ENGINE: "embedded",
          // As somebody would have said before.
          YT_PROXY: "local",
          YT_TOKEN: "a-token",
          HUME_TOKEN: "token-of-hume",
          FREUD_TOKEN: "token-of-freud",
          npm_config_cache: path.join(folder, "npm"),
          npm_config_update_notifier: "false",
        },
      }),
  };
  return world;
}

function executable(script: string): TreeEntry {
  return { text: `#!/bin/sh\n${script}`, mode: 0o755 };
}

async function shownFiles(): Promise<Readonly<Record<string, string>>> {
  const blocks = await readCodeBlocks("README.md");
  return Object.fromEntries(
    Object.entries(SHOWN).map(([beginning, file]) => {
      const block = blocks.find(({ code }) => new RegExp(`^${beginning}\\b`).test(code));
      if (block === undefined) {
        throw new Error(`The README has no block that begins with "${beginning}"`);
      }
      return [file, block.code];
    }),
  );
}
