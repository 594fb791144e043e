/** What `check` makes of the arguments, and which mistakes it reports on which argument. */
import assert from "node:assert/strict";
import { readdir, realpath } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { sha256 } from "../../../provider/manifest/digests.ts";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { UNKNOWN } from "../../../provider/resource/arguments.ts";
import type { Properties } from "../../../provider/resource/arguments.ts";
import { check } from "../../../provider/resource/check.ts";
import type { CheckResult } from "../../../provider/resource/check.ts";
import { diff } from "../../../provider/resource/diff.ts";
import { startLocalCluster } from "../../../local-cluster/index.ts";
import type { ProviderSettings } from "../../../provider/resource/settings.ts";
import { UserError } from "../../../common/errors/user-error.ts";
import { makeTree } from "../../tools/temporary-tree.ts";
import type { Tree } from "../../tools/temporary-tree.ts";

const DECLARER = { resource: "daily", project: "jobs", stack: "dev" };

const DAILY: Tree = {
  "daily/configs/config.yaml":
    "stages: {enabled_stages: [run]}\n" +
    "pipeline: {mode: prod, build_folder: //home/daily, upload_paths: [{source: words.txt}]}\n",
  "daily/stages/run/config.yaml": "a",
  "daily/stages/run/src/mapper.py": "b",
  "daily/stages/run/src/__init__.py": "",
  "daily/words.txt": "c",
};

interface Checked extends CheckResult {
  readonly projectDirectory: string;
  readonly lines: readonly string[];
}

/** Checks a resource of a project that has the pipeline `daily`. */
async function checkDaily(
  t: TestContext,
  news: Properties,
  changes: Tree = {},
  settings: Partial<ProviderSettings> = { proxy: "local" },
): Promise<Checked> {
  const projectDirectory = await makeTree(t, { ...DAILY, ...changes });
  const lines: string[] = [];
  const result = await check(
    { __declarer: DECLARER, ...news },
    { proxy: undefined, token: undefined, projectDirectory, startLocalCluster, ...settings },
    (line) => lines.push(line),
  );
  return { ...result, projectDirectory, lines };
}

/** What the preview shows of a file with that text. */
function short(text: string): string {
  return sha256(text).slice(0, 12);
}

function failuresOf({ failures }: CheckResult): readonly (readonly [string, string])[] {
  return failures.map(({ property, reason }) => [property, reason]);
}

test("check() makes the settings and one input per part of a pipeline", async (t) => {
  const { inputs, failures, lines, projectDirectory } = await checkDaily(t, {
    pipeline: "./daily",
    keepVersions: 3,
  });
  assert.deepEqual([failures, lines], [[], []]);
  const manifest = await readManifest({ pipelineDirectory: path.join(projectDirectory, "daily") });
  const digests = Object.fromEntries(manifest.parts.map((part) => [part.key, part.digest]));
  const properties: Properties = inputs;
  const { "ytjobs/": ytjobs, "wrappers/": wrappers, configuration, ...others } = properties;
  const version = `//home/daily/versions/${manifest.digest}`;
  const wrapper = "operation_wrapper_run_map.sh";
  assert.deepEqual(others, {
    pipeline: "./daily",
    mode: "prod",
    proxy: "local",
    buildFolder: "//home/daily",
    keepVersions: 3,
    ytjobs: "shipped with pulumi-yt-code",
    archive: "in place",
    "stages/run": {
      "config.yaml": short("a"),
      "src/__init__.py": short(""),
      "src/mapper.py": short("b"),
    },
    "./words.txt": { "words.txt": short("c") },
    __declarer: DECLARER,
    __known: {
      mode: "prod",
      buildFolder: "//home/daily",
      proxy: "local",
      digest: manifest.digest,
      archivePath: "//home/daily/source.tar.gz",
      versionPath: `${version}/source.tar.gz`,
      stages: {
        run: {
          map: {
            command: `./${wrapper}`,
            filePaths: [
              {
                $value: `${version}/source.tar.gz`,
                $attributes: { file_name: "source.tar.gz" },
              },
              {
                $value: `${version}/${wrapper}`,
                $attributes: { file_name: wrapper, executable: true },
              },
            ],
            digest: digests["stages/run"],
          },
        },
      },
      parts: digests,
    },
  });
  assert.match(String(configuration), /^[0-9a-f]{12}$/);
  assert.deepEqual(Object.keys(Object(wrappers)), [wrapper]);
  assert.deepEqual(Object.keys(Object(ytjobs)), [
    "./__init__.py",
    "config/__init__.py",
    "logging/__init__.py",
    "logging/logger.py",
    "logging/silencer.py",
    "mapper/__init__.py",
    "mapper/mappers.py",
    "mapper/utils.py",
  ]);
});

test("check() gives values that go through JSON unchanged, with no undefined in them", async (t) => {
  const { inputs } = await checkDaily(t, { pipeline: "daily" });
  assert.deepEqual(JSON.parse(JSON.stringify(inputs)), inputs);
});

test("check() writes nothing", async (t) => {
  const { projectDirectory } = await checkDaily(t, { pipeline: "daily" });
  assert.deepEqual((await readdir(path.join(projectDirectory, "daily"))).toSorted(), [
    "configs",
    "stages",
    "words.txt",
  ]);
});

test("check() holds neither the token nor the content of a file", async (t) => {
  const changes = { "daily/stages/run/config.yaml": "password: content-of-a-file" };
  const result = await checkDaily(t, { pipeline: "daily" }, changes, {
    proxy: "local",
    token: "the-token",
  });
  const text = JSON.stringify(result);
  assert.ok(!text.includes("the-token"));
  assert.ok(!text.includes("content-of-a-file"));
});

test("check() prefers the arguments to the configuration and the settings", async (t) => {
  const { inputs } = await checkDaily(t, {
    pipeline: "daily",
    mode: "dev",
    buildFolder: "//home/other",
    proxy: "yt.example.com",
  });
  const { mode, buildFolder, proxy } = inputs;
  assert.deepEqual([mode, buildFolder, proxy], ["dev", "//home/other", "yt.example.com"]);
});

test("check() reads the configuration file that is named", async (t) => {
  const { inputs, failures } = await checkDaily(
    t,
    { pipeline: "daily", config: "configs/other.yaml" },
    { "daily/configs/other.yaml": "stages: {enabled_stages: [run]}" },
  );
  assert.deepEqual(failures, []);
  assert.deepEqual([inputs["config"], inputs["mode"]], ["configs/other.yaml", "dev"]);
  assert.ok(!("./words.txt" in inputs));
});

test("check() needs no cluster and no build folder in dev mode", async (t) => {
  const { inputs, failures } = await checkDaily(
    t,
    { pipeline: "daily", config: "dev.yaml" },
    { "daily/dev.yaml": "stages: {enabled_stages: [run]}" },
    {},
  );
  assert.deepEqual(failures, []);
  assert.deepEqual(
    [inputs["mode"], "proxy" in inputs, "buildFolder" in inputs],
    ["dev", false, false],
  );
});

const FOLDER_MISSING = [
  "buildFolder",
  'Cannot upload code without a build folder, which stage "run" needs: set pipeline.build_folder ' +
    'in the pipeline\'s configuration or the argument "buildFolder" to a Cypress path like "//home/me/build"',
] as const;
const PROXY_MISSING = [
  "proxy",
  'Cannot upload code without a cluster: set the argument "proxy", yt:proxy in the stack\'s ' +
    'configuration or YT_PROXY ("local" is a cluster inside this project, to try things out)',
] as const;

test("check() wants a build folder and a cluster when code must be uploaded", async (t) => {
  const changes = {
    "daily/configs/config.yaml": "stages: {enabled_stages: [run]}\npipeline: {mode: prod}",
  };
  const result = await checkDaily(t, { pipeline: "daily" }, changes, {});
  assert.deepEqual(failuresOf(result), [FOLDER_MISSING, PROXY_MISSING]);
  assert.deepEqual(result.inputs, { __declarer: DECLARER, pipeline: "daily" });
});

test("check() wants them also when only the argument asks for prod", async (t) => {
  const changes = { "daily/configs/config.yaml": "stages: {enabled_stages: [run]}" };
  const result = await checkDaily(t, { pipeline: "daily", mode: "prod" }, changes, {});
  assert.deepEqual(failuresOf(result), [FOLDER_MISSING, PROXY_MISSING]);
});

test("check() wants them for code that pack_stages: all packs without anything to run", async (t) => {
  const changes = {
    "daily/configs/config.yaml":
      "stages: {enabled_stages: []}\npipeline: {mode: prod, pack_stages: all}",
    "daily/stages/run/src/mapper.py": "",
    "daily/.ytignore": "mapper.py\n",
    "daily/stages/run/src/jobs.py": "",
  };
  const result = await checkDaily(t, { pipeline: "daily" }, changes, {});
  assert.deepEqual(failuresOf(result), [FOLDER_MISSING, PROXY_MISSING]);
});

test("check() wants neither, and says so, when no enabled stage has code", async (t) => {
  const changes = {
    "daily/configs/config.yaml": "stages: {enabled_stages: [tables]}\npipeline: {mode: prod}",
    "daily/stages/tables/config.yaml": "",
  };
  const { inputs, failures, lines } = await checkDaily(t, { pipeline: "daily" }, changes, {});
  assert.deepEqual(failures, []);
  assert.deepEqual(lines, ["daily: No enabled stage has code: nothing to build or upload"]);
  assert.deepEqual(inputs["__known"], { mode: "prod", stages: {}, parts: {} });
  assert.deepEqual(
    Object.keys(inputs).filter((key) => key.includes("/")),
    [],
  );
});

test("check() passes warnings on, with the resource's name", async (t) => {
  const changes = {
    "daily/configs/config.yaml": "stages: {enabled_stages: [run, bare]}\npipeline: {mode: dev}",
    "daily/stages/bare/src/main.py": "",
  };
  const { failures, lines } = await checkDaily(t, { pipeline: "daily" }, changes);
  assert.deepEqual(failures, []);
  assert.deepEqual(lines, [
    'daily: Warning: Stage "bare" has no config.yaml',
    'daily: Warning: Stage "bare" has src/ but nothing to run: looked for mapper.py, vanilla.py, reducer.py, ' +
      'reducer_index.py, reducer_mds.py, reducer_main.py; if jobs use its code in another way, write "pack_stages: all" under "pipeline:"',
  ]);
});

for (const [fact, news, changes, failures] of [
  [
    "a pipeline that is not there",
    { pipeline: "nowhere" },
    {},
    [["pipeline", 'Cannot read the pipeline as there is no directory "PROJECT/nowhere"']],
  ],
  [
    "a configuration that the user did not name, on the pipeline",
    { pipeline: "daily" },
    { "daily/configs/config.yaml": "stages: {enabled_stages: 1}" },
    [
      [
        "pipeline",
        'Cannot use "configs/config.yaml" as stages.enabled_stages must be a list: it is 1',
      ],
    ],
  ],
  [
    "a configuration that the user named, on config",
    { pipeline: "daily", config: "mine.yaml" },
    { "daily/mine.yaml": "stages: {enabled_stages: 1}" },
    [["config", 'Cannot use "mine.yaml" as stages.enabled_stages must be a list: it is 1']],
  ],
  [
    "a configuration file that is not there",
    { pipeline: "daily", config: "mine.yaml" },
    {},
    [
      [
        "config",
        'Cannot read the pipeline in "PROJECT/daily" as it has no "mine.yaml": ' +
          "create it with a list of stages under stages.enabled_stages, or name another file",
      ],
    ],
  ],
  [
    "an interpreter that is not there",
    { pipeline: "daily", python: "python-of-nowhere" },
    {},
    [
      [
        "python",
        'Cannot look for Python modules as there is no interpreter "python-of-nowhere": install Python 3 or name another one',
      ],
    ],
  ],
  [
    "a build folder that is no Cypress path",
    { pipeline: "daily", buildFolder: "home/x" },
    {},
    [
      [
        "buildFolder",
        'Cannot use "home/x" as build folder: a Cypress path begins with "//", like "//home/user/build"',
      ],
    ],
  ],
  [
    "mistakes in arguments, configuration and files together",
    { pipeline: "daily", mode: "production", keepVersions: 0, buildFolder: "//home/x/" },
    {
      "daily/configs/config.yaml":
        "stages: {enabled_stages: [run, walk]}\npipeline: {upload_paths: [{source: ../x}, {source: lib, target: ytjobs}]}",
      "daily/lib/x": "",
    },
    [
      ["mode", 'Cannot use the argument "mode" as it must be "dev" or "prod"'],
      [
        "keepVersions",
        'Cannot use the argument "keepVersions" as it must be a whole number above 0',
      ],
      [
        "pipeline",
        'Cannot pack the stage "walk" of stages.enabled_stages as it has no directory "stages/walk": the stages are "run"',
      ],
      [
        "pipeline",
        'Cannot pack upload_paths "../x" as its path must be inside the pipeline directory "PROJECT/daily": it leads to "PROJECT/x"; copy that into the pipeline directory',
      ],
      [
        "pipeline",
        'Cannot place upload_paths "lib" as the target "ytjobs" is reserved: choose another target',
      ],
      [
        "buildFolder",
        'Cannot use "//home/x/" as build folder: it ends with a slash: write "//home/x"',
      ],
    ],
  ],
] satisfies [string, Properties, Tree, [string, string][]][]) {
  test(`check() fails for ${fact}`, async (t) => {
    const result = await checkDaily(t, news, changes);
    const project = await realpath(result.projectDirectory);
    assert.deepEqual(
      failuresOf(result).map(([property, reason]) => [
        property,
        reason.replaceAll(project, "PROJECT"),
      ]),
      failures.map(([property, reason]) => [property, reason]),
    );
    assert.deepEqual(result.inputs, { __declarer: DECLARER, ...news });
  });
}

for (const argument of ["pipeline", "config", "python", "mode"]) {
  test(`check() leaves everything open while ${argument} is not known`, async (t) => {
    const news = { pipeline: "nowhere", [argument]: UNKNOWN };
    const { inputs, failures } = await checkDaily(t, news);
    assert.deepEqual(failures, []);
    const { digest, archivePath, versionPath } = Object(inputs["__known"]);
    assert.deepEqual([digest, archivePath, versionPath], [UNKNOWN, UNKNOWN, UNKNOWN]);
  });
}

test("check() knows the parts while only the build folder is not known", async (t) => {
  const { inputs, failures } = await checkDaily(t, { pipeline: "daily", buildFolder: UNKNOWN });
  assert.deepEqual(failures, []);
  assert.equal(inputs["buildFolder"], UNKNOWN);
  assert.ok("stages/run" in inputs);
  const { digest, archivePath } = Object(inputs["__known"]);
  assert.match(digest, /^[0-9a-f]{64}$/);
  assert.equal(archivePath, UNKNOWN);
});

test("check() and diff() see no change in the order of what the configuration lists", async (t) => {
  const other = { "daily/stages/b/src/vanilla.py": "", "daily/lib/x": "" };
  const [before, after] = await Promise.all(
    [
      "stages: {enabled_stages: [run, b]}\npipeline: {upload_paths: [{source: lib}, {source: words.txt}], upload_modules: [html, wsgiref]}",
      "pipeline: {upload_modules: [wsgiref, html], upload_paths: [{source: words.txt}, {source: lib}]}\nmine: 1\nstages: {enabled_stages: [b, run]}",
    ].map((text) =>
      checkDaily(t, { pipeline: "daily" }, { ...other, "daily/configs/config.yaml": text }),
    ),
  );
  assert.ok(before !== undefined && after !== undefined);
  assert.deepEqual([before.failures, after.failures], [[], []]);
  assert.deepEqual(diff(before.inputs, after.inputs), { changes: false, replaces: [] });
});

test("check() and diff() see a change of the configuration that packs the same", async (t) => {
  const configurations = ["", ", allow_secrets: [x.pem]"].map(
    (more) => `stages: {enabled_stages: [run]}\npipeline: {mode: dev${more}}`,
  );
  const [before, after] = await Promise.all(
    configurations.map((text) =>
      checkDaily(t, { pipeline: "daily" }, { "daily/configs/config.yaml": text }),
    ),
  );
  assert.ok(before !== undefined && after !== undefined);
  assert.notEqual(before.inputs["configuration"], after.inputs["configuration"]);
  assert.deepEqual(diff(before.inputs, after.inputs), { changes: true, replaces: [] });
});

test("check() refuses to promote in dev mode", async (t) => {
  // Not known yet, so that no cluster is asked.
  const result = await checkDaily(t, { promoteFrom: UNKNOWN, mode: "dev" });
  assert.deepEqual(failuresOf(result), [
    ["mode", 'Cannot promote in mode "dev" as nothing is published then: leave "mode" out'],
  ]);
});

for (const [fact, news, settings, reason] of [
  [
    "of its argument",
    { proxy: "http://host/yt/" },
    { proxy: "yt.example.com", proxySetting: "yt:proxy" },
    'Cannot use "http://host/yt/" as a cluster\'s proxy: it goes on after the host: write HOST, HOST:PORT, http://HOST:PORT or https://HOST',
  ],
  [
    "of the stack's configuration",
    {},
    { proxy: "two words", proxySetting: "yt:proxy" },
    'Cannot use "two words" as a cluster\'s proxy: it is no address: write HOST, HOST:PORT, http://HOST:PORT or https://HOST; it is set by yt:proxy',
  ],
  [
    "of the environment",
    {},
    { proxy: "ftp://host", proxySetting: "YT_PROXY" },
    'Cannot use "ftp://host" as a cluster\'s proxy: "ftp:" is neither http: nor https:: write HOST, HOST:PORT, http://HOST:PORT or https://HOST; it is set by YT_PROXY',
  ],
] as const) {
  test(`check() refuses a proxy ${fact} that cannot be one`, async (t) => {
    const result = await checkDaily(t, { pipeline: "daily", ...news }, {}, settings);
    assert.deepEqual(failuresOf(result), [["proxy", reason]]);
  });
}

test("check() reads a proxy by the settings of the stack and of YTsaurus's clients", async (t) => {
  const suffix = 'Cannot use "x" as yt:proxySuffix: write ".x"';
  const bad = { proxy: "hahn", findAddressRules: () => Promise.reject(new UserError(suffix)) };
  const refused = await checkDaily(t, { pipeline: "daily" }, {}, bad);
  assert.deepEqual(failuresOf(refused), [["proxy", suffix]]);
  const aliases = { "my cluster": "http://yt.example.com" };
  const good = { proxy: "my cluster", findAddressRules: async () => ({ aliases }) };
  assert.deepEqual(failuresOf(await checkDaily(t, { pipeline: "daily" }, {}, good)), []);
});

for (const proxy of ["local", "localhost", "yt.example.com", "http://yt:8080", "127.0.0.1:80"]) {
  test(`check() reads no settings for the proxy ${proxy}`, async (t) => {
    const settings = { proxy, findAddressRules: () => assert.fail("not wanted") };
    assert.deepEqual(failuresOf(await checkDaily(t, { pipeline: "daily" }, {}, settings)), []);
  });
}

test("check() looks at no proxy where nothing is uploaded, or none is known", async (t) => {
  for (const news of [{ mode: "dev", proxy: "http://host/yt/" }, { proxy: UNKNOWN }]) {
    const result = await checkDaily(t, { pipeline: "daily", ...news });
    assert.deepEqual(failuresOf(result), []);
  }
});

test("check() takes the build folder that the environment gives, and no other change from it", async (t) => {
  const variable = "YTCODE_TEST_BUILD_ROOT";
  t.after(() => delete process.env[variable]);
  const changes = {
    "daily/configs/config.yaml":
      "stages: {enabled_stages: [run]}\n" +
      `pipeline: {mode: prod, build_folder: '//home/\${oc.env:${variable},me}'}\n`,
  };
  const { inputs: first } = await checkDaily(t, { pipeline: "daily" }, changes);
  process.env[variable] = "team";
  const { inputs: second } = await checkDaily(t, { pipeline: "daily" }, changes);
  assert.deepEqual([first["buildFolder"], second["buildFolder"]], ["//home/me", "//home/team"]);
  assert.equal(second["configuration"], first["configuration"]);
  assert.deepEqual(diff(first, second).replaces, ["buildFolder"]);
});

test("check() names an empty list of stages", async (t) => {
  const changes = { "daily/configs/config.yaml": "stages: {enabled_stages: }\n" };
  const { failures, lines } = await checkDaily(t, { pipeline: "daily" }, changes, {});
  assert.deepEqual(failures, []);
  assert.deepEqual(lines, [
    "daily: No stage is enabled, as the list stages.enabled_stages is empty: nothing to build or upload",
  ]);
});

test("check() takes a promotion of a pipeline without code", async (t) => {
  const { inputs, failures, lines } = await checkDaily(t, {
    promoteFrom: { mode: "prod", stages: {} },
  });
  assert.deepEqual(failures, []);
  assert.equal(inputs["mode"], "prod");
  assert.deepEqual(lines, ["daily: No enabled stage has code: nothing to build or upload"]);
});
