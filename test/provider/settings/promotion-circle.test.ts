/** Promotions that lead in a circle, seen in the settings of the other stacks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { promotionCircles } from "../../../provider/settings/promotion-circle.ts";
import { readStackSettings } from "../../../provider/settings/read-settings.ts";
import { findSettingsFiles } from "../../../provider/settings/settings-files.ts";
import { makeTree } from "../../tools/temporary-tree.ts";

test("promotionCircles() follows each archive through the other stacks' settings", async (t) => {
  const root = await makeTree(t, {
    "Pulumi.yaml": "name: infra\nstackConfigDir: 'stacks'\n",
    "stacks/Pulumi.b.yaml": "config: {'infra:promoteFrom': c, 'yt:pipelines': [x, 'p*']}\n",
    "stacks/Pulumi.c.yaml":
      "config: {'yt:pipelines': [{name: x, promoteFrom: {stack: a, pipeline: y}}, {name: pz}]}\n",
    "stacks/Pulumi.broken.yaml": "promoteFrom: [\n",
  });
  const problems = async (pipelines: unknown, promoteFrom: string): Promise<readonly string[]> => {
    const config = { "yt:pipelines": pipelines, "yt:promoteFrom": promoteFrom };
    const settings = readStackSettings(config, { project: "infra" }, []);
    const files = findSettingsFiles(root);
    const found = await promotionCircles(settings, { stack: "a", project: "infra", files });
    return found.map(({ problem }) => problem);
  };
  const circle = 'promotes "x" in a circle: a takes it from b takes it from c takes it from a';
  assert.deepEqual(await problems(["x", "pz"], "b"), [circle]);
  assert.deepEqual(await problems([{ name: "pz" }, "q"], "b"), []);
  assert.deepEqual(await problems("x", "broken"), []);
  assert.deepEqual(await problems("x", "unknown"), []);
});
