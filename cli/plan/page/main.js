/** The page of `ytcode plan --html`: reads the plan in it, and connects its parts. */
import { colorArchive } from "./colors.js";
import { byId, element, shownName } from "../../../common/page/dom.js";
import { formatSize } from "../../../common/page/format-size.js";
import { formatCount, formatRun, formatThings } from "./format.js";
import { search } from "./search.js";
import { Tables } from "./tables.js";
import { nameOf, Tooltip } from "./tooltip.js";
import { buildTree, pathTo } from "./tree.js";
import { Treemap } from "./treemap.js";
/** @import { PlanDocument } from "../plan-document.ts" */
/** @import { Coloring } from "./colors.js" */
/** @import { TreeNode } from "./tree.js" */

/** @type {PlanDocument} */
const plan = JSON.parse(byId("plan").textContent ?? "");
const archive = buildTree(plan);
let coloring = colorArchive(archive, "part");
let found = search(archive, "");

const treemap = new Treemap(archive, {
  host: byId("treemap"),
  tooltip: new Tooltip(byId("tooltip"), plan.sizeBytes),
  totalBytes: plan.sizeBytes,
  colorOf: (node) => coloring.colorOf(node),
  isMatch: (node) => found.isMatch(node),
  onZoom: zoomTo,
  onSelect: showDetails,
});
const tables = new Tables(archive, {
  totalBytes: plan.sizeBytes,
  onShow: (node) => {
    zoomTo(node.children.length > 0 ? node : (node.parent ?? archive));
    showDetails(node);
    byId("map").scrollIntoView({ block: "start" });
  },
  warningsOf: (part) =>
    plan.warnings.filter((warning) => warning.part === part).map(({ message }) => message),
});

showFacts();
showWarnings();
showLegend(coloring);
showWay(archive);
byId("search").addEventListener("input", filter);
for (const choice of document.querySelectorAll("input[name=color-by]")) {
  choice.addEventListener("change", recolor);
}
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target instanceof HTMLInputElement) {
    return;
  }
  byId("search").focus();
  event.preventDefault();
});

/** @param {TreeNode} node */
function zoomTo(node) {
  treemap.show(node);
  showWay(node);
}

function filter() {
  const { value } = inputOf("search");
  found = search(archive, value);
  treemap.dim();
  tables.filter(found.isMatch);
  const result = `${formatThings(found.fileCount, "file")}, ${formatSize(found.sizeBytes)}`;
  byId("found").textContent = value.trim() === "" ? "" : result;
}

function recolor() {
  coloring = colorArchive(archive, inputOf("color-by-type").checked ? "type" : "part");
  treemap.draw();
  showLegend(coloring);
}

/**
 * @param {string} id
 * @returns {HTMLInputElement}
 */
function inputOf(id) {
  const input = byId(id);
  if (input instanceof HTMLInputElement) {
    return input;
  }
  throw new Error(`"${id}" is no input`);
}

function showFacts() {
  byId("name").textContent = shownName(plan.pipelineDirectory);
  const runs = plan.operations.map((operation) => shownName(formatRun(operation)));
  const variables = plan.environment.map(
    ({ variable, key, isSet }) => `${variable} (${key}${isSet ? "" : ", not set"})`,
  );
  const facts = [
    ["Mode", plan.mode],
    ["Build folder", plan.buildFolder ?? "not set"],
    ...(variables.length === 0 ? [] : [["Environment", variables.join(", ")]]),
    ["Runs", runs.length === 0 ? "nothing" : runs.join(", ")],
    ["ytjobs", plan.ytjobs],
    ["Digest", plan.digest],
  ];
  byId("facts").append(
    ...facts.map(([term = "", fact = ""]) =>
      element("div", {}, [element("dt", {}, [term]), element("dd", {}, [shownName(fact)])]),
    ),
  );
  const [size = "", unit = ""] = formatSize(plan.sizeBytes).split(" ");
  const count = plan.warnings.length;
  const figures = [
    [size, `${unit} before compression`, "size"],
    [formatCount(plan.fileCount), plan.fileCount === 1 ? "file" : "files", ""],
    [formatCount(plan.parts.length), plan.parts.length === 1 ? "part" : "parts", ""],
    [formatCount(count), count === 1 ? "warning" : "warnings", count > 0 ? "odd" : ""],
  ];
  byId("figures").append(
    ...figures.map(([figure = "", unitOf = "", kind = ""]) =>
      element("li", { class: kind }, [element("strong", {}, [figure]), ` ${unitOf}`]),
    ),
  );
  byId("empty").hidden = plan.parts.length > 0;
  byId("map").hidden = plan.sizeBytes === 0;
  byId("tables").hidden = plan.parts.length === 0;
}

function showWarnings() {
  byId("warnings").hidden = plan.warnings.length === 0;
  byId("warning-list").append(
    ...plan.warnings.map(({ message }) => element("li", {}, [shownName(message)])),
  );
}

/** @param {Coloring} shown */
function showLegend({ groups }) {
  byId("legend").replaceChildren(
    ...groups.map(({ name, color, sizeBytes }) =>
      element("li", {}, [
        element("span", { class: `swatch color-${color}`, "aria-hidden": "true" }),
        element("span", {}, [shownName(name)]),
        element("span", { class: "size" }, [formatSize(sizeBytes)]),
      ]),
    ),
  );
}

/**
 * The nodes from the archive to what is shown, each a button that leads back to it.
 *
 * @param {TreeNode} shown
 */
function showWay(shown) {
  const steps = pathTo(shown).map((node) => {
    const isShown = node === shown;
    const button = element("button", { type: "button" }, [shownName(node.name)]);
    if (isShown) {
      button.setAttribute("aria-current", "location");
    } else {
      button.addEventListener("click", () => zoomTo(node));
    }
    return element("li", {}, [button]);
  });
  byId("way").replaceChildren(...steps);
  const { sizeBytes, fileCount } = shown;
  byId("shown").textContent = `${formatSize(sizeBytes)} in ${formatThings(fileCount, "file")}`;
  showDetails(shown);
}

/** @param {TreeNode} node */
function showDetails(node) {
  const { file, sizeBytes, fileCount } = node;
  const facts =
    file === undefined
      ? [formatSize(sizeBytes), formatThings(fileCount, "file")]
      : [`${formatCount(sizeBytes)} bytes`, `mode ${file.mode}`, `sha256 ${file.sha256}`];
  byId("details").replaceChildren(
    element("strong", {}, [nameOf(node)]),
    ...facts.map((fact) => element("span", {}, [fact])),
  );
}
