/** Which cells the treemap of the page shows, and where. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { layOutCells, MAX_CELLS } from "../../../../cli/plan/page/cells.js";
import { nearestCell } from "../../../../cli/plan/page/neighbours.js";
import { buildTree } from "../../../../cli/plan/page/tree.js";
import { largePlan, partOf, planOf, SMALL_PLAN } from "./plans.ts";

type Cells = ReturnType<typeof layOutCells>;
type Cell = Cells[number];

function cellOf(cells: Cells, name: string): Cell {
  const cell = cells.find(({ node }) => node.name === name);
  assert.ok(cell !== undefined, name);
  return cell;
}

test("layOutCells() gives siblings areas in proportion to their sizes, at every depth", () => {
  for (const plan of [SMALL_PLAN, largePlan(1000)]) {
    const cells = layOutCells(buildTree(plan), 1200, 600);
    const families = Map.groupBy(cells, ({ node }) => node.parent);
    assert.ok(families.size > 3);
    for (const family of families.values()) {
      const densities = family.map(({ node, area }) => (area.width * area.height) / node.sizeBytes);
      const [least, most] = [Math.min(...densities), Math.max(...densities)];
      assert.ok(most / least < 1.000001, `${least} ${most}`);
    }
  }
});

test("layOutCells() keeps cells inside the cell that holds them", () => {
  const cells = layOutCells(buildTree(largePlan(1000)), 1200, 600);
  const open = new Map(cells.filter(({ isOpen }) => isOpen).map((cell) => [cell.node, cell.area]));
  for (const { node, area, depth } of cells) {
    const outer =
      depth === 1 ? { x: 0, y: 0, width: 1200, height: 600 } : node.parent && open.get(node.parent);
    assert.ok(outer !== undefined);
    assert.ok(area.x >= outer.x - 1e-6 && area.x + area.width <= outer.x + outer.width + 1e-6);
    assert.ok(area.y >= outer.y - 1e-6 && area.y + area.height <= outer.y + outer.height + 1e-6);
  }
});

test("layOutCells() shows all that can be seen, the small ones together, and no empty file", () => {
  const names = layOutCells(buildTree(SMALL_PLAN), 1200, 600).map(({ node }) => node.name);
  assert.deepEqual(names.slice(0, 4), ["model/", "stages/train", "./words.txt", "wrappers/"]);
  assert.ok(names.includes("notes.txt"));
  assert.ok(!names.includes("__init__.py"));
  const sizes = {
    "a/big": 1e9,
    ...Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`a/${i}`, 10])),
  };
  const cells = layOutCells(
    buildTree(planOf([partOf("a/", "a", sizes), partOf("b/", "b", { "b/x": 1e9 })])),
    1200,
    600,
  );
  const rest = cellOf(cells, "50 smaller");
  assert.deepEqual([rest.node.kind, rest.node.sizeBytes, rest.node.fileCount], ["rest", 500, 50]);
  const inside = layOutCells(rest.node, 1200, 600);
  assert.equal(inside.length, 50);
});

test("layOutCells() draws no more cells than there may be, of however many files", () => {
  const cells = layOutCells(buildTree(largePlan(100_000)), 4000, 3000);
  assert.ok(cells.length <= MAX_CELLS);
  assert.ok(cells.length > 500);
});

test("layOutCells() shows some of ten thousand files of one size in one folder", () => {
  const sizes = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`a/${i}`, 100]));
  const archive = buildTree(planOf([partOf("a/", "a", sizes)]));
  const [part] = archive.children;
  assert.ok(part !== undefined);
  const cells = layOutCells(part, 300, 300);
  assert.ok(cells.length > 100 && cells.length <= MAX_CELLS);
  assert.equal(cells[0]?.node.kind, "rest");
});

test("layOutCells() has nothing to draw of nothing, or in no space", () => {
  assert.deepEqual(layOutCells(buildTree(planOf([])), 1200, 600), []);
  assert.deepEqual(
    layOutCells(buildTree(planOf([partOf("a/", "a", { "a/x": 0 })])), 1200, 600),
    [],
  );
  for (const { area } of layOutCells(buildTree(SMALL_PLAN), 0, 0)) {
    assert.equal(area.width, 0);
  }
});

test("nearestCell() goes to the neighbour at the same depth, and nowhere at the border", () => {
  const cells = layOutCells(buildTree(SMALL_PLAN), 1200, 600);
  const [model, train] = [cellOf(cells, "model/"), cellOf(cells, "stages/train")];
  assert.equal(nearestCell(cells, model, "right"), train);
  assert.equal(nearestCell(cells, train, "left"), model);
  assert.equal(nearestCell(cells, model, "left"), undefined);
  assert.equal(nearestCell(cells, train, "down")?.depth, 1);
  const inside = cellOf(cells, "mapper.py");
  assert.equal(nearestCell(cells, inside, "left")?.depth, inside.depth);
});
