/**
 * The provider of the fixtures: each object is a file `objects/<id>.json`, each call a line in `calls.log`, and with
 * what it was given a line of JSON in `requests.log`. An object's id is its name and how often it has been made.
 * `faults.json` tells what goes wrong: `{"<name>": "create" | "update" | "delete" | "partial" | "hang" | "print" | "code" | "read"}`,
 * or `"hang create"`, `"hang delete"`, `"hang read"`, … for one of its calls;
 * the input `comment` is no property of the object.
 */
export const handlerSource = `
const fs = require("node:fs");
const readJson = (path, fallback) => (fs.existsSync(path) ? JSON.parse(fs.readFileSync(path, "utf8")) : fallback);
const fault = (props) => readJson("faults.json", {})[props.name];
const note = (what, props, request = [props]) => {
  fs.appendFileSync("requests.log", JSON.stringify([what, props.name, ...request]) + "\\n");
  fs.appendFileSync("calls.log", what + " " + props.name + "\\n");
};
const nextId = (name) => {
  const counts = readJson("counts.json", {});
  counts[name] = (counts[name] ?? 0) + 1;
  fs.writeFileSync("counts.json", JSON.stringify(counts));
  return name + "-" + counts[name];
};
const visible = (props) => Object.fromEntries(Object.entries(props).filter(([key]) => !key.startsWith("__") && key !== "object" && key !== "comment"));
const file = (id) => "objects/" + id + ".json";
const fail = async (step, props, id) => {
  const kind = fault(props);
  if (kind === step) throw new Error("Cannot " + step + " " + props.name + ": disk is full");
  if (kind === "partial") throw Object.assign(new Error("not ready"), { id, properties: { ...props, object: id }, reasons: ["not ready yet"] });
  if (kind === "code") throw Object.assign(new Error("Cannot " + step + " " + props.name), { code: 14 });
  if (kind === "print") console.log("printed while doing " + step + " with " + props.secret);
  if (kind === "hang" || kind === "hang " + step) {
    fs.writeFileSync("hanging.pid", String(process.pid));
    await new Promise((resolve) => { const timer = setInterval(() => { if (fs.existsSync("go-on")) { clearInterval(timer); resolve(); } }, 20); });
  }
};
exports.check = async (olds, news) => {
  note("check", news, [olds, news]);
  const failures = [];
  if (news.label === "") failures.push({ property: "label", reason: "Label must not be empty" });
  if (news.size === -1) failures.push({ property: "size", reason: "Size cannot be negative: size is -1" });
  const inputs = { ...news };
  if (news.parts !== undefined) Object.assign(inputs, readJson(news.parts, {}));
  return { inputs, failures };
};
exports.diff = async (id, olds, news) => {
  note("diff", news, [id, olds, news]);
  if (fault(news) === "diff") throw new Error("Cannot diff " + news.name);
  const before = visible(olds);
  const after = visible(news);
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  return { changes: changed.length > 0, replaces: changed.filter((key) => key === "region" || key === "zone"), deleteBeforeReplace: changed.includes("zone") };
};
exports.create = async (props) => {
  note("create", props);
  const id = nextId(props.name);
  await fail("create", props, id);
  fs.writeFileSync(file(id), JSON.stringify(visible(props)));
  return { id, outs: { ...props, object: id } };
};
exports.update = async (id, olds, news) => {
  note("update", news, [id, olds, news]);
  await fail("update", news, id);
  fs.writeFileSync(file(id), JSON.stringify(visible(news)));
  return { outs: { ...news, object: id } };
};
exports.read = async (id, props) => {
  note("read", props, [id, props]);
  if (fault(props) === "read") {
    const message = "Cannot read " + props.name + ": no permission";
    throw Object.assign(new Error(message), { stack: message });
  }
  if (fault(props) === "hang read") await fail("read", props, id);
  const found = readJson(file(id), undefined);
  if (found === undefined) return {};
  return { id, props: { ...found, object: id }, inputs: found };
};
exports.delete = async (id, props) => {
  note("delete", props, [id, props]);
  await fail("delete", props, id);
  fs.rmSync(file(id), { force: true });
};
`;

/** What programs of the fixtures declare: a dynamic resource and a component. */
export const thingSource = `
import * as pulumi from "@pulumi/pulumi";

const provider = 'exports.handler = () => require("node:module").createRequire(process.cwd() + "/")("./handler.cjs")';

export class Thing extends pulumi.CustomResource {
  declare readonly object: pulumi.Output<string>;
  declare readonly label: pulumi.Output<string>;
  constructor(name: string, args: Record<string, unknown>, options: pulumi.CustomResourceOptions = {}) {
    super("pulumi-nodejs:dynamic/test:Thing", name, { name, label: undefined, ...args, object: undefined, __provider: provider }, options);
  }
}

export class Group extends pulumi.ComponentResource {
  constructor(name: string, args: Record<string, unknown> = {}, options: pulumi.ComponentResourceOptions = {}) {
    super("test:index:Group", name, args, options);
  }
  finish(outputs: Record<string, unknown>): void {
    this.registerOutputs(outputs);
  }
}
`;
