/** Interpolations: the values that OmegaConf 2.4.0 gives (each wanted value is what it gave), and refusals. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readValues } from "../../../../../provider/pipeline/configuration/interpolation/read-values.ts";
import type { ReadValues } from "../../../../../provider/pipeline/configuration/interpolation/read-values.ts";

const ENVIRONMENT = { TEAM: "ads", EMPTY: "", DOLLAR: "${count}", YT_SECRET: "hunter2" };

const REST = `
count: 7
version: 1.0
name: daily
nothing: null
given: ???
words: [one, two]
chain: \${deep.root}/x
deep: {root: //home, up: '\${..name}', side: '\${.root}', again: '\${deep.side}'}
which: root
place: deep.root
items: [{source: lib, target: '\${.source}'}, '\${..name}', '\${.1}']
`;

/** Reads the key `it` of a document that has other keys, too. */
async function read(it: string): Promise<unknown> {
  const { value } = await readAll(`it: ${it}\n${REST}`);
  assert.ok(typeof value === "object" && value !== null && "it" in value);
  return value.it;
}

function readAll(text: string): Promise<ReadValues> {
  return readValues(text, { name: '"c.yaml"' }, { keys: { it: "value" } }, ENVIRONMENT);
}

for (const [it, wanted] of [
  // Other keys.
  ["${name}", "daily"],
  ["//home/${name}/b", "//home/daily/b"],
  ["${deep.root}", "//home"],
  ["${ deep.root }", "//home"],
  ["${deep[root]}", "//home"],
  ["${[deep][root]}", "//home"],
  ["${chain}", "//home/x"],
  ["${.name}", "daily"],
  ["${deep.up}", "daily"],
  ["${deep.again}", "//home"],
  ["${words[0]}-${words.1}-${words.-1}", "one-two-two"],
  ["${items[0].target}", "lib"],
  ["${items[2]}", "daily"],
  ["${deep.${which}}", "//home"],
  ["${deep[${which}]}", "//home"],
  ["${${place}}", "//home"],
  ["${words.${.nothing_index}}\nnothing_index: 1", "two"],
  // Types.
  ["${count}", 7],
  ["${nothing}", null],
  ["v${count}", "v7"],
  ["v${version}", "v1.0"],
  ["v${nothing}", "vNone"],
  // Escapes.
  ["\\${name}", "${name}"],
  ["\\\\${name}", "\\daily"],
  ["\\\\\\${name}", "\\${name}"],
  ["a\\b$c} ${name}", "a\\b$c} daily"],
  ["$${name}", "$daily"],
  // The environment.
  ["${oc.env:TEAM}", "ads"],
  ["//home/${oc.env:TEAM}/b", "//home/ads/b"],
  ["'${oc.env: TEAM , other }'", "ads"],
  ["${oc.env:EMPTY,other}", ""],
  ["${oc.env:DOLLAR}", "${count}"],
  ["${oc.env:NONE,//tmp/default/b}", "//tmp/default/b"],
  ["${oc.env:NONE, two words }", "two words"],
  ["${oc.env:NONE,http://host:80/x}", "http://host:80/x"],
  ["${oc.env:NONE,}", ""],
  ["${oc.env:NONE,null}", null],
  ["x${oc.env:NONE,null}", "xNone"],
  ["${oc.env:NONE,3}", "3"],
  ["${oc.env:NONE,1_000}", "1000"],
  ["${oc.env:NONE,010}", "010"],
  ["${oc.env:NONE,1.0}", "1.0"],
  ["${oc.env:NONE,1.0.2}", "1.0.2"],
  ["${oc.env:NONE,1e3}", "1000.0"],
  ["${oc.env:NONE,tRue}", "True"],
  ["${oc.env:NONE,a\\,b}", "a,b"],
  ["${oc.env:NONE,a\\b}", "a\\b"],
  ["\"${oc.env:NONE,'a, }b'}\"", "a, }b"],
  ["'${oc.env:NONE,\"{a}=b\"}'", "{a}=b"],
  ["\"${oc.env:NONE,'${count}\\\\'s'}\"", "7's"],
  ["${oc.env:NONE,${oc.env:NONE2,x}}", "x"],
  ["${oc.env:NONE,${name}}/b", "daily/b"],
  ["${oc.env:NONE,${version}}", "1.0"],
  ["${oc.env:NONE,${nothing}}", null],
  ["${oc.env:NONE,a${oc.env:TEAM}b}", "aadsb"],
  ["${oc.env:${variable}}\nvariable: TEAM", "ads"],
] as const) {
  test(`readValues() resolves ${it.replace("\n", "; ")}`, async () => {
    assert.equal(await read(it), wanted);
  });
}

const ONLY_ENV =
  'is not known here, only "oc.env"; write the value, ${another.key} or ${oc.env:NAME,default}';

for (const [it, problem] of [
  ["${none}", '"${none}" in it cannot be resolved: there is no key "none"'],
  ['"${no\\n}"', '"${no\\u{a}}" in it cannot be resolved: there is no key "no\\u{a}"'],
  ["x${deep.none.x}", '"${deep.none.x}" in it cannot be resolved: there is no key "deep.none"'],
  ["${words[2]}", '"${words[2]}" in it cannot be resolved: there is no key "words.2"'],
  ["${name.x}", '"${name.x}" in it cannot be resolved: there is no key "name.x"'],
  ["${..name}", '"${..name}" in it cannot be resolved: there is nothing that far above it'],
  [
    "${given}",
    '"${given}" in it cannot be resolved: given is "???", which stands for a value to be given',
  ],
  ["${it}", '"${it}" in it cannot be resolved: it leads back to itself: it → it'],
  [
    "${a}\na: x${b.c}\nb: {c: '${it}'}",
    '"${it}" in b.c, which it needs, cannot be resolved: it leads back to itself: it → a → b.c → it',
  ],
  [
    "${a}\na: ${none}",
    '"${none}" in a, which it needs, cannot be resolved: there is no key "none"',
  ],
  [
    "x${words}",
    '"${words}" in it cannot be resolved: "${words}" gives a list or map, which cannot be part of a text',
  ],
  [
    "${deep.${version}}",
    '"${version}" in it cannot be resolved: "${version}" gives no name of a key',
  ],
  [
    "${oc.env:NONE}",
    '"${oc.env:NONE}" in it cannot be resolved: the environment variable "NONE" is not set; set it, or write a default: ${oc.env:NONE,default}',
  ],
  [
    "${oc.env:toString}",
    '"${oc.env:toString}" in it cannot be resolved: the environment variable "toString" is not set; set it, or write a default: ${oc.env:toString,default}',
  ],
  [
    "${oc.env:}",
    '"${oc.env:}" in it cannot be resolved: it takes the name of an environment variable and at most one default',
  ],
  [
    "${oc.env:A,b,c}",
    '"${oc.env:A,b,c}" in it cannot be resolved: it takes the name of an environment variable and at most one default',
  ],
  [
    "${oc.env:1}",
    '"${oc.env:1}" in it cannot be resolved: it takes the name of an environment variable and at most one default',
  ],
  [
    "${oc.decode:x}",
    `"\${oc.decode:x}" in it cannot be resolved: the resolver "oc.decode" ${ONLY_ENV}`,
  ],
  ["${now:%Y}", `"\${now:%Y}" in it cannot be resolved: the resolver "now" ${ONLY_ENV}`],
  ["${env:TEAM}", `"\${env:TEAM}" in it cannot be resolved: the resolver "env" ${ONLY_ENV}`],
  [
    "${oc.env:NONE,[a]}",
    '"${oc.env:NONE,[a]}" in it cannot be resolved: a list or map is no text; put it into quotes',
  ],
  [
    "${oc.env:NONE,a=b}",
    '"${oc.env:NONE,a=b}" in it cannot be resolved: a value with "=" in it must be in quotes',
  ],
  ["x${name", '"x${name" in it cannot be resolved: "}" is missing at its end'],
  ["${}", '"${}" in it cannot be resolved: a key is missing before "}"'],
  ["${deep root}", '"${deep root}" in it cannot be resolved: "}" is missing before "r"'],
  ["${words[0}", '"${words[0}" in it cannot be resolved: "]" is missing before "}"'],
  ["${a}".padEnd(200, "x"), `"\${a}" in it cannot be resolved: there is no key "a"`],
  [
    `\${${"x".repeat(100)}:}`,
    `"\${${"x".repeat(75)}..." in it cannot be resolved: the resolver "${"x".repeat(100)}" ${ONLY_ENV}`,
  ],
] as const) {
  test(`readValues() refuses ${it.slice(0, 60).replaceAll("\n", "; ")}`, async () => {
    await assert.rejects(readAll(`it: ${it}\n${REST}`), {
      name: "UserError",
      message: `Cannot use "c.yaml" as ${problem}`,
    });
  });
}

test("readValues() follows an interpolation to a list or map, and what stands there", async () => {
  const text = "base: {list: [a, '${name}'], map: {x: '${.y}', y: 1}}\nname: b\n";
  const shape = {
    keys: { list: { list: "value" }, map: { keys: { x: "value" }, others: "value" } },
  } as const;
  const { value } = await readValues(
    `${text}list: \${base.list}\nmap: \${base.map}\n`,
    { name: '"c.yaml"' },
    shape,
  );
  assert.deepEqual(value, { list: ["a", "b"], map: { x: 1, y: 1 } });
  const whole = `${text}it: \${base}\n`;
  const { value: inner } = await readValues(whole, { name: '"c.yaml"' }, { keys: { it: shape } });
  assert.deepEqual(inner, { it: value });
});

test("readValues() takes relative keys from where a merged map or an alias stands", async () => {
  const text = "d: &d {x: '${.y}', y: 1}\nit: {<<: *d, y: 2}\nalso: *d\n";
  const each = { keys: { x: "value" } } as const;
  const { value } = await readValues(
    text,
    { name: '"c.yaml"' },
    { keys: { it: each, also: each } },
  );
  assert.deepEqual(value, { it: { x: 2 }, also: { x: 1 } });
});

test("readValues() leaves alone what it is not asked for", async () => {
  const { value, variables } = await readAll(
    "theirs: ${now:%Y}\nbroken: '${'\nself: ${self}\nnone: ${oc.env:NONE}\nit: plain\n",
  );
  assert.deepEqual([value, variables], [{ it: "plain" }, []]);
});

test("readValues() gives a document without interpolations as it is", async () => {
  const { value } = await readAll("theirs: 1\nit: a\n");
  assert.deepEqual(value, { theirs: 1, it: "a" });
});

test("readValues() says which variables it looked up, for which key, and which are not set", async () => {
  const text =
    "base: ${oc.env:TEAM}-${oc.env:NONE,x}\nit: {a: '${base}', b: ['${oc.env:TEAM}', 1]}\n";
  const shape = { keys: { it: { keys: { a: "value", b: { list: "value" } } } } } as const;
  const { variables } = await readValues(text, { name: '"c.yaml"' }, shape, ENVIRONMENT);
  assert.deepEqual(variables, [
    { variable: "TEAM", key: "it.a", isSet: true },
    { variable: "NONE", key: "it.a", isSet: false },
    { variable: "TEAM", key: "it.b[0]", isSet: true },
  ]);
});

test("readValues() reports all values that cannot be resolved at once, on their argument", async () => {
  const shape = { keys: { a: "value", b: { list: "value" } } } as const;
  const source = { name: '"c.yaml"', argument: "config" };
  await assert.rejects(readValues("a: ${x}\nb: [1, '${y}', '${z']\n", source, shape), {
    name: "UserErrors",
    message: [
      'Cannot use "c.yaml" as "${x}" in a cannot be resolved: there is no key "x"',
      'Cannot use "c.yaml" as "${y}" in b[1] cannot be resolved: there is no key "y"',
      'Cannot use "c.yaml" as "${z" in b[2] cannot be resolved: "}" is missing at its end',
    ].join("\n"),
  });
  await assert.rejects(readValues("a: ${x}\n", source, shape), { argument: "config" });
});

/** Keys that each hold the one before twice, or once. */
function levels(count: number, times: number): string {
  const lines = Array.from(
    { length: count },
    (_, level) => `l${level + 1}: ${`\${l${level}}`.repeat(times)}\n`,
  );
  return `l0: text\n${lines.join("")}it: \${l${count}}\n`;
}

const TOO_MANY = /cannot be resolved: it leads to too many other values; write it more plainly$/;

for (const [fact, text, message] of [
  ["texts that double without end", levels(40, 2), TOO_MANY],
  ["a chain that is very long", levels(20_000, 1), TOO_MANY],
  ["a way round through an alias", "a: &a {n: *a, v: '${.n.v}'}\nit: ${a.v}\n", TOO_MANY],
  [
    "interpolations in one another",
    `it: ${"${".repeat(50_000)}\n`,
    /cannot be resolved: its interpolations are nested too deeply$/,
  ],
] as const) {
  test(`readValues() refuses ${fact}`, async () => {
    await assert.rejects(readAll(text), { name: "UserError", message });
  });
}
