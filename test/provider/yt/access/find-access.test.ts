/** Which token goes to a cluster, and where it is looked for: real files in a home of the test's own. */
import assert from "node:assert/strict";
import { chmod } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { AccessSources } from "../../../../provider/yt/access/access-sources.ts";
import { findAddressRules } from "../../../../provider/yt/access/address-rules.ts";
import { findAccess } from "../../../../provider/yt/access/find-access.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";
import type { Tree } from "../../../tools/temporary-tree.ts";

const OWN = { proxy: "yt.example.net" };

interface Given {
  readonly home?: Tree;
  readonly environment?: Readonly<Record<string, string>>;
  /** Undefined for a command, which has no stack. */
  readonly config?: Readonly<Record<string, string>> | undefined;
}

async function makeSources(
  t: TestContext,
  { home = {}, environment = {}, config }: Given,
): Promise<AccessSources & { readonly home: string }> {
  const directory = await makeTree(t, home);
  return {
    home: directory,
    directory,
    environment: { HOME: directory, ...environment },
    ...(config === undefined ? {} : { config: (key: string) => config[key] }),
  };
}

/** Everywhere at once, the first first. What a place holds is its name. */
const PLACES = [
  ["yt:tokens", '"yt.example.net" in yt:tokens'],
  ["yt:token", "yt:token"],
  ["YT_TOKEN", "YT_TOKEN"],
  ["token", '"token" in "HOME/.yt/config"'],
  ["YT_TOKEN_PATH", '"HOME/named"'],
  ["token_path", '"HOME/other"'],
  ["~/.yt/token", '"HOME/.yt/token"'],
] as const;

/** What it takes for a token to be in each of these places, and in no other. */
function inPlaces(places: readonly string[]): Given {
  const has = (place: string): boolean => places.includes(place);
  const settings = [
    ...(has("token") ? ["token=token;"] : []),
    ...(has("token_path") ? ['"token_path"="~/other";'] : []),
  ];
  return {
    config: {
      ...(has("yt:tokens") ? { "yt:tokens": '{"yt.example.net":"yt:tokens"}' } : {}),
      ...(has("yt:token") ? { "yt:token": " yt:token\n" } : {}),
    },
    environment: {
      ...(has("YT_TOKEN") ? { YT_TOKEN: "YT_TOKEN\n" } : { YT_TOKEN: " " }),
      ...(has("YT_TOKEN_PATH") ? { YT_TOKEN_PATH: "~/named" } : { YT_TOKEN_PATH: "" }),
    },
    home: {
      ".yt/config": `{${settings.join("")}}`,
      named: "YT_TOKEN_PATH\r\n",
      other: "token_path",
      ...(has("~/.yt/token") ? { ".yt/token": "~/.yt/token\n" } : {}),
    },
  };
}

for (const [index, [place, origin]] of PLACES.entries()) {
  test(`findAccess() takes the token of ${place} before those of the places after it`, async (t) => {
    const sources = await makeSources(t, inPlaces(PLACES.slice(index).map(([name]) => name)));
    const { token } = await findAccess(OWN, sources);
    assert.equal(token?.text, place);
    assert.equal(token.origin, origin.replace("HOME", sources.home));
  });
}

test("findAccess() finds nothing where there is nothing", async (t) => {
  const { token, proxyDiscovery } = await findAccess(OWN, await makeSources(t, inPlaces([])));
  assert.deepEqual([token, proxyDiscovery], [undefined, undefined]);
});

test("findAccess() gives another cluster no token but the one that names it", async (t) => {
  const given = inPlaces(PLACES.map(([name]) => name));
  const other = { proxy: "http://other.example.net:8000", ownProxy: OWN.proxy };
  assert.equal((await findAccess(other, await makeSources(t, given))).token, undefined);
  const tokens = { "yt.example.net": "one", "other.example.net:8000": " two\n" };
  const config = { ...given.config, "yt:tokens": JSON.stringify(tokens) };
  const sources = await makeSources(t, { ...given, config });
  assert.deepEqual((await findAccess(other, sources)).token, {
    text: "two",
    origin: '"other.example.net:8000" in yt:tokens',
  });
  assert.equal((await findAccess(OWN, sources)).token?.text, "one");
});

test("findAccess() takes yt:token as a map from clusters to tokens, too", async (t) => {
  const tokens = { "yt.example.net": "one", "https://other.example.net": "two" };
  const given = inPlaces(["~/.yt/token"]);
  const config = { "yt:token": JSON.stringify(tokens), "yt:tokens": '{"third":"three"}' };
  const sources = await makeSources(t, { ...given, config });
  const tokenOf = async (proxy: string): Promise<unknown> =>
    (await findAccess({ proxy, ownProxy: "own" }, sources)).token;
  assert.deepEqual(await tokenOf("yt.example.net"), {
    text: "one",
    origin: '"yt.example.net" in yt:token',
  });
  assert.deepEqual(await tokenOf("other.example.net"), {
    text: "two",
    origin: '"https://other.example.net" in yt:token',
  });
  assert.deepEqual(await tokenOf("third"), { text: "three", origin: '"third" in yt:tokens' });
  assert.equal(await tokenOf("fourth"), undefined);
  // A map without the own cluster is no token for it, and the next place is looked at.
  assert.deepEqual(await tokenOf("own"), {
    text: "~/.yt/token",
    origin: `"${sources.home}/.yt/token"`,
  });
});

test("findAccess() takes the token for a cluster's very spelling before one for another", async (t) => {
  const tokens = { "http://yt.example.net": "one", "yt.example.net": "two" };
  const sources = await makeSources(t, { config: { "yt:tokens": JSON.stringify(tokens) } });
  assert.equal((await findAccess(OWN, sources)).token?.text, "two");
});

test("findAccess() finds a token by the name that the suffix completes", async (t) => {
  const config = { "yt:tokens": '{"hahn":"one"}', "yt:proxySuffix": ".yt.example.net" };
  const sources = await makeSources(t, { config });
  const cluster = { proxy: "https://hahn.yt.example.net", ownProxy: "arnold" };
  assert.equal((await findAccess(cluster, sources)).token?.text, "one");
});

const PROFILES = `{config_version=2; default_profile=work; profiles={
  work={proxy={url=hahn; default_suffix=".yt.example.net"}; token=hahns};
  second={proxy={url="https://arnold.yt.example.net"}; token=arnolds};
  third={proxy={url=freud}; token_path="~/freud"};
  none={token=nobodys}}}`;

test("findAccess() takes a token of the client's configuration for the cluster that it names", async (t) => {
  const home = { ".yt/config": PROFILES, ".yt/token": "file", freud: "freuds\n" };
  const sources = await makeSources(t, { home });
  const tokenOf = async (proxy: string, ownProxy?: string): Promise<string | undefined> =>
    (await findAccess({ proxy, ownProxy }, sources)).token?.text;
  assert.equal(await tokenOf("hahn"), "hahns");
  assert.equal(await tokenOf("hahn.yt.example.net", "arnold"), "hahns");
  assert.equal(await tokenOf("arnold"), "arnolds");
  assert.equal(await tokenOf("arnold", "hahn"), "arnolds");
  assert.equal(await tokenOf("freud", "hahn"), "freuds");
  assert.equal(await tokenOf("other.example.net"), "file");
  assert.equal(await tokenOf("other.example.net", "hahn"), undefined);
});

test("findAccess() takes the environment's token before the client's configuration, for the own cluster alone", async (t) => {
  const home = { ".yt/config": PROFILES };
  const sources = await makeSources(t, { home, environment: { YT_TOKEN: "environment" } });
  assert.equal((await findAccess({ proxy: "hahn" }, sources)).token?.text, "environment");
  const source = { proxy: "arnold", ownProxy: "hahn" };
  assert.equal((await findAccess(source, sources)).token?.text, "arnolds");
});

for (const place of ["YT_TOKEN", "token", "YT_TOKEN_PATH", "token_path", "~/.yt/token"]) {
  test(`findAccess() takes the token of ${place} for the cluster in YT_PROXY, which it is for, and for no third one`, async (t) => {
    const given = inPlaces([place]);
    const environment = { ...given.environment, YT_PROXY: "dev.example.net" };
    const config = { "yt:token": "stack" };
    const sources = await makeSources(t, { ...given, environment, config });
    const tokenOf = async (proxy: string): Promise<string | undefined> =>
      (await findAccess({ proxy, ownProxy: OWN.proxy }, sources)).token?.text;
    assert.equal(await tokenOf("http://dev.example.net:80"), place);
    assert.equal(await tokenOf("third.example.net"), undefined);
    assert.equal(await tokenOf(OWN.proxy), "stack");
  });
}

const FROM_FILE = `{proxy={default_suffix=".file"; prefer_https=%true; aliases={a="file:1"; b=2}}}`;

test("findAddressRules() takes the stack's word first, then the environment's, then the client's configuration's", async (t) => {
  const home = { ".yt/config": FROM_FILE };
  const environment = {
    YT_PROXY_SUFFIX: ".variable",
    YT_PREFER_HTTPS: "0",
    YT_PROXY_URL_ALIASING_CONFIG: '{a="variable:1"}',
  };
  const config = { "yt:proxySuffix": ".stack" };
  const rules = async (given: Given): Promise<unknown> =>
    findAddressRules(await makeSources(t, given));
  const nothing = { suffix: undefined, prefersHttps: undefined, aliases: undefined };
  assert.deepEqual(await rules({ environment: { YT_PROXY_SUFFIX: "" } }), nothing);
  const fromFile = { suffix: ".file", prefersHttps: true, aliases: { a: "file:1" } };
  assert.deepEqual(await rules({ home }), fromFile);
  const fromEnvironment = {
    suffix: ".variable",
    prefersHttps: false,
    aliases: { a: "variable:1" },
  };
  assert.deepEqual(await rules({ home, environment }), fromEnvironment);
  assert.deepEqual(await rules({ home, environment, config }), {
    ...fromEnvironment,
    suffix: ".stack",
  });
  assert.deepEqual((await findAccess(OWN, await makeSources(t, { home }))).rules, fromFile);
});

test("findAccess() reads nothing for the local cluster", async (t) => {
  const environment = { YT_TOKEN_PATH: "/gone/token", YT_CONFIG_PATH: "/gone/config" };
  const sources = await makeSources(t, { environment, config: { "yt:tokens": "{" } });
  assert.deepEqual(await findAccess({ proxy: "local" }, sources), {
    token: undefined,
    rules: {},
    isOwn: true,
  });
});

test("findAccess() reads no token file when there is a token before it", async (t) => {
  const environment = { YT_TOKEN: "t", YT_TOKEN_PATH: "/gone/token" };
  const sources = await makeSources(t, { environment, home: { ".yt/token/": "" } });
  assert.deepEqual((await findAccess(OWN, sources)).token, {
    text: "t",
    origin: "YT_TOKEN",
    places: undefined,
  });
});

test("findAccess() starts relative paths in the given directory", async (t) => {
  const environment = { YT_TOKEN_PATH: "folder/token" };
  const sources = await makeSources(t, { environment, home: { "folder/token": "t" } });
  const { token } = await findAccess(OWN, sources);
  assert.deepEqual(token, { text: "t", origin: `"${path.join(sources.home, "folder/token")}"` });
});

/** What cannot be used, and what is said of it; HOME stands for the home directory. */
const MISTAKES: readonly (readonly [string, Given, string])[] = [
  [
    "a named token file that is not there",
    { environment: { YT_TOKEN_PATH: "/gone/token" } },
    'Cannot read the token from "/gone/token": ENOENT',
  ],
  [
    "a token file that is a directory",
    { home: { ".yt/token/": "" } },
    'Cannot read the token from "HOME/.yt/token": it is a directory',
  ],
  [
    "a token file that is empty",
    { home: { ".yt/token": " \n" } },
    'Cannot read the token from "HOME/.yt/token": the file is empty',
  ],
  [
    "tokens that are no map",
    { config: { "yt:tokens": "secret" } },
    "Cannot use yt:tokens as it is no map from clusters to tokens: set each with " +
      `"ytcode config set --secret --path 'yt:tokens["CLUSTER"]'"`,
  ],
  [
    "a token that is none",
    { config: { "yt:tokens": '{"yt.example.net":["secret"]}' } },
    'Cannot use the value of "yt.example.net" in yt:tokens: it is no token',
  ],
  [
    "a yt:token that is half a map",
    { config: { "yt:token": ' {"yt.example.net":"secret"' } },
    "Cannot use yt:token as it is no map from clusters to tokens: set each with " +
      `"ytcode config set --secret --path 'yt:token["CLUSTER"]'"`,
  ],
  [
    "a suffix that is none",
    { config: { "yt:proxySuffix": "yt.example.net" } },
    'Cannot use "yt.example.net" as yt:proxySuffix: write ".yt.example.net"',
  ],
  [
    "a variable of aliases that is no map",
    { environment: { YT_PROXY_URL_ALIASING_CONFIG: "[a]" } },
    "Cannot use YT_PROXY_URL_ALIASING_CONFIG as it is no map in YSON or JSON",
  ],
  [
    "a variable that is no switch for TLS",
    { environment: { YT_PREFER_HTTPS: "yes" } },
    'Cannot use "yes" as YT_PREFER_HTTPS: write 0 or 1',
  ],
  ...["example.net:80", "http://example.net", "a/b"].map(
    (entry) =>
      [
        `${entry} as a domain of data proxies`,
        { config: { "yt:dataProxies": JSON.stringify([entry]) } },
        `Cannot use "${entry}" in yt:dataProxies: write hosts or domains without a port, such as "data.example.net", or networks such as "10.1.0.0/16"`,
      ] as const,
  ),
  [
    "a client's configuration that is not there",
    { environment: { YT_CONFIG_PATH: "/gone/config" } },
    `Cannot read the settings of YTsaurus's client from "/gone/config": ENOENT`,
  ],
  [
    "a client's configuration that is neither YSON nor JSON",
    { home: { ".yt/config": "token: secret\n" } },
    `Cannot read the settings of YTsaurus's client from "HOME/.yt/config": it is neither a YSON nor a JSON map`,
  ],
  [
    "a profile that is not there",
    {
      environment: { YT_CONFIG_PROFILE: "work" },
      home: { ".yt/config": "{config_version=2;profiles={home={token=secret}}}" },
    },
    `Cannot read the settings of YTsaurus's client from "HOME/.yt/config": it has no profile of the name in YT_CONFIG_PROFILE or default_profile`,
  ],
  [
    "a switch that is none",
    { config: { "yt:proxyDiscovery": "no" } },
    'Cannot use "no" as yt:proxyDiscovery: write false or true',
  ],
  [
    "a variable that is no switch",
    { environment: { YT_USE_HOSTS: "false" } },
    'Cannot use "false" as YT_USE_HOSTS: write 0 or 1',
  ],
];

for (const [name, given, message] of MISTAKES) {
  test(`findAccess() refuses ${name}, and shows no secret`, async (t) => {
    const sources = await makeSources(t, given);
    await assert.rejects(findAccess(OWN, sources), {
      name: "UserError",
      message: message.replace("HOME", sources.home),
    });
  });
}

test("findAccess() refuses a token file that may not be read", async (t) => {
  if (process.getuid?.() === 0) {
    t.skip("needs a user whom the file system refuses something");
    return;
  }
  const sources = await makeSources(t, { home: { ".yt/token": { text: "secret", mode: 0o000 } } });
  await assert.rejects(findAccess(OWN, sources), {
    message: `Cannot read the token from "${sources.home}/.yt/token": permission denied`,
  });
});

test("findAccess() takes a home that it may not look into for one without a token", async (t) => {
  if (process.getuid?.() === 0) {
    t.skip("needs a user whom the file system refuses something");
    return;
  }
  const sources = await makeSources(t, { home: { "closed/.yt/token": "secret" } });
  const home = path.join(sources.home, "closed");
  await chmod(home, 0o000);
  try {
    const access = await findAccess(OWN, { ...sources, environment: { HOME: home } });
    assert.equal(access.token, undefined);
  } finally {
    await chmod(home, 0o700);
  }
});

const CONFIGURATIONS: Readonly<Record<string, string>> = {
  YSON: '{"proxy"={"enable_proxy_discovery"=%false};token="from \\x66ile"}',
  JSON: '{"proxy": {"enable_proxy_discovery": false}, "token": "from file", "token_path": null}',
  "a default profile":
    '{config_version=2;default_profile=work;profiles={work={token=<a=1>"from file";proxy={enable_proxy_discovery=%false}};home={token=no}}}',
};

for (const [name, text] of Object.entries(CONFIGURATIONS)) {
  test(`findAccess() reads the configuration of YTsaurus's client: ${name}`, async (t) => {
    const environment = { YT_CONFIG_PATH: "conf" };
    const home = { conf: text, ".yt/config": "{token=another}" };
    const sources = await makeSources(t, { environment, home });
    const { token, proxyDiscovery } = await findAccess(OWN, sources);
    assert.equal(token?.text, "from file");
    assert.equal(token.origin, `"token" in "${path.join(sources.home, "conf")}"`);
    assert.equal(proxyDiscovery, false);
  });
}

test("findAccess() takes the profile that is named", async (t) => {
  const config = "{config_version=2;default_profile=work;profiles={work={};home={token=mine}}}";
  const environment = { YT_CONFIG_PROFILE: "home" };
  const sources = await makeSources(t, { environment, home: { ".yt/config": config } });
  assert.equal((await findAccess(OWN, sources)).token?.text, "mine");
});

test("findAccess() passes over a client's configuration that is a directory, as the client does", async (t) => {
  const sources = await makeSources(t, { home: { ".yt/config/": "", ".yt/token": "t" } });
  assert.equal((await findAccess(OWN, sources)).token?.text, "t");
});

test("findAccess() takes the stack's word on data proxies first, then the environment's", async (t) => {
  const home = { ".yt/config": "{proxy={enable_proxy_discovery=%false}}" };
  const environment = { YT_USE_HOSTS: "1" };
  const discovery = async (given: Given): Promise<boolean | undefined> =>
    (await findAccess(OWN, await makeSources(t, { home, ...given }))).proxyDiscovery;
  assert.equal(await discovery({}), false);
  assert.equal(await discovery({ environment }), true);
  assert.equal(await discovery({ environment, config: { "yt:proxyDiscovery": "false" } }), false);
  const off = { YT_USE_HOSTS: "0" };
  assert.equal(
    await discovery({ environment: off, config: { "yt:proxyDiscovery": "true" } }),
    true,
  );
});
