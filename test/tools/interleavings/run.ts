/**
 * Plays games of publishers who get into each other's way: `npm run interleavings -- --runs 1000`,
 * or one game again, told step by step: `-- --seed 17 --runs 1 --trace`.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startLocalCluster } from "../../../local-cluster/index.ts";
import { playGame } from "./game.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "1000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    trace: { type: "boolean", default: false },
  },
});
const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const first = Number(values.seed);
const runs = Number(values.runs);
print(`seeds ${first} to ${first + runs - 1}`);
const dataDirectory = await mkdtemp(join(tmpdir(), "ytcode-games-"));
const cluster = await startLocalCluster({ dataDirectory });
const total = { committed: 0, failed: 0, died: 0, leftOpen: 0, wrong: 0 };
for (let seed = first; seed < first + runs; seed += 1) {
  const result = await playGame(cluster.url, seed, values.trace ? print : undefined);
  total.committed += result.committed;
  total.failed += result.failed;
  total.died += result.died;
  total.leftOpen += result.leftOpen;
  total.wrong += result.faults.length > 0 ? 1 : 0;
  for (const fault of result.faults) {
    print(`seed ${seed}: ${fault}`);
  }
}
print(`${runs} games: ${JSON.stringify(total)}`);
await cluster.close();
await rm(dataDirectory, { recursive: true, force: true });
process.exitCode = total.wrong === 0 ? 0 : 1;
