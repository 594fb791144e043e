/** `npm run bench [NAME…]`: runs the measurements, or the named ones, and prints ratios. */
import { benchLargeTree } from "./large-tree.ts";
import { benchMemory } from "./memory.ts";
import { benchPacking } from "./packing.ts";
import { benchPieces } from "./pieces.ts";
import { benchPreview } from "./preview.ts";
import { benchPublication } from "./publication.ts";

const benches = {
  packing: benchPacking,
  memory: benchMemory,
  preview: benchPreview,
  publication: benchPublication,
  pieces: benchPieces,
};

/** Those that take so long that they are run only by their names. */
const long = { "large-tree": benchLargeTree };

const wanted = process.argv.slice(2);
const known = Object.keys({ ...benches, ...long });
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no measurement "${unknown.join('", "')}": ${known.join(", ")}\n`);
  process.exitCode = 2;
} else {
  for (const [name, bench] of Object.entries({ ...benches, ...long })) {
    if (wanted.length > 0 ? !wanted.includes(name) : name in long) {
      continue;
    }
    for await (const line of bench()) {
      process.stdout.write(`${line}\n`);
    }
    process.stdout.write("\n");
  }
}
