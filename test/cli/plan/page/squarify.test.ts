/** Dividing a rectangle into rectangles of given areas. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { squarify } from "../../../../cli/plan/page/squarify.js";

type Rectangle = ReturnType<typeof squarify>[number];

const areaOf = ({ width, height }: Rectangle): number => width * height;

/** Whether two numbers are one but for what arithmetic loses. */
function isNear(a: number, b: number, scale: number): boolean {
  return Math.abs(a - b) <= 1e-6 * scale;
}

function overlap(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(width, 0) * Math.max(height, 0);
}

test("squarify() divides the paper's example as the paper does", () => {
  const rectangles = squarify([6, 6, 4, 3, 2, 2, 1], { x: 0, y: 0, width: 6, height: 4 });
  const rounded = rectangles.map(({ x, y, width, height }) =>
    [x, y, width, height].map((value) => Number(value.toFixed(3))),
  );
  assert.deepEqual(rounded, [
    [0, 0, 3, 2],
    [0, 2, 3, 2],
    [3, 0, 1.714, 2.333],
    [4.714, 0, 1.286, 2.333],
    [3, 2.333, 1.2, 1.667],
    [4.2, 2.333, 1.2, 1.667],
    [5.4, 2.333, 0.6, 1.667],
  ]);
});

test("squarify() fills the rectangle with areas in proportion, and nothing overlaps", () => {
  const sizes = fc
    .array(fc.oneof(fc.nat(1000), fc.nat(1e9)), { minLength: 1, maxLength: 40 })
    .map((list) => list.toSorted((a, b) => b - a));
  const side = fc.double({ min: 1, max: 5000, noNaN: true });
  fc.assert(
    fc.property(sizes, side, side, (list, width, height) => {
      const space = { x: 10, y: 20, width, height };
      const rectangles = squarify(list, space);
      const total = list.reduce((sum, size) => sum + size, 0);
      assert.equal(rectangles.length, list.length);
      for (const [index, rectangle] of rectangles.entries()) {
        const wanted = total === 0 ? 0 : ((list[index] ?? 0) / total) * areaOf(space);
        assert.ok(isNear(areaOf(rectangle), wanted, areaOf(space)));
        assert.ok(isNear(overlap(rectangle, space), wanted, areaOf(space)));
        for (const other of rectangles.slice(0, index)) {
          assert.ok(overlap(rectangle, other) <= 1e-6 * areaOf(space));
        }
      }
    }),
  );
});

test("squarify() makes squares where slices would be strips", () => {
  const rectangles = squarify(Array(100).fill(1), { x: 0, y: 0, width: 1000, height: 1000 });
  for (const { width, height } of rectangles) {
    assert.ok(Math.max(width / height, height / width) < 1.3, `${width} x ${height}`);
  }
});

test("squarify() gives no area to nothing, and none in no space", () => {
  const space = { x: 0, y: 0, width: 10, height: 10 };
  assert.deepEqual(squarify([], space), []);
  assert.deepEqual(squarify([5, 0, 0], space).map(areaOf), [100, 0, 0]);
  assert.deepEqual(squarify([0, 0], space).map(areaOf), [0, 0]);
  assert.deepEqual(squarify([2, 1], { ...space, width: 0 }).map(areaOf), [0, 0]);
});

test("squarify() takes a hundred thousand sizes", () => {
  const sizes = Array.from({ length: 100_000 }, (_, index) => 200_000 - index);
  assert.equal(squarify(sizes, { x: 0, y: 0, width: 1000, height: 600 }).length, 100_000);
});
