/**
 * A pipeline as it is written for yt-framework: its driver writes a table, then runs a map, a map-reduce
 * and a vanilla stage. In its dev mode tables are `.dev/<name>.jsonl`.
 */
import type { Tree } from "../../tools/temporary-tree.ts";

/** The rows that its first stage writes, as JSON lines. */
export const RAW_ROWS = '{"word":" Pear "}\n{"word":"fig"}\n{"word":"pear"}\n';

/** The files of the pipeline directory. */
export const DAILY: Tree = {
  "pipeline.py": `from yt_framework.core.pipeline import DefaultPipeline

if __name__ == "__main__":
    DefaultPipeline.main()
`,
  "configs/config.yaml": `stages:
  enabled_stages: [load, clean, totals, report]
pipeline:
  mode: dev
  build_folder: //home/me/daily/build
  upload_paths:
    - { source: ./lib/words }
`,
  "configs/small.yaml": `stages:
  enabled_stages: [load, clean]
pipeline:
  mode: dev
  build_folder: //home/me/daily/small
  upload_paths:
    - { source: ./lib/words }
`,
  "lib/words/__init__.py": "def clean(word):\n    return word.strip().lower()\n",
  "stages/load/config.yaml": "client:\n  table: //home/me/daily/raw\n",
  "stages/load/stage.py": `from yt_framework.core.stage import BaseStage


class Load(BaseStage):
    def run(self, debug):
        rows = [{"word": " Pear "}, {"word": "fig"}, {"word": "pear"}]
        self.deps.yt_client.write_table(self.config.client.table, rows)
        return debug
`,
  "stages/clean/config.yaml": `job:
  least: 1
client:
  operations:
    map:
      input_table: //home/me/daily/raw
      output_table: //home/me/daily/clean
`,
  "stages/clean/stage.py": stage("Clean", "map", ""),
  "stages/clean/src/mapper.py": `import json
import sys

from words import clean

for line in sys.stdin:
    print(json.dumps({"word": clean(json.loads(line)["word"])}))
`,
  "stages/totals/config.yaml": `job:
  least: 1
client:
  operations:
    map_reduce:
      input_table: //home/me/daily/clean
      output_table: //home/me/daily/totals
      reduce_by: [word]
      tar_command_bootstrap: true
`,
  "stages/totals/stage.py": stage("Totals", "map_reduce", ', mapper="map", reducer="reduce"'),
  "stages/totals/src/mapper.py": `import json
import sys

for line in sys.stdin:
    print(json.dumps({**json.loads(line), "count": 1}))
`,
  "stages/totals/src/reducer.py": `import itertools
import json
import sys

rows = map(json.loads, sys.stdin)
for word, group in itertools.groupby(rows, key=lambda row: row["word"]):
    print(json.dumps({"word": word, "count": sum(row["count"] for row in group)}))
`,
  "stages/report/config.yaml": "job:\n  title: words\nclient:\n  operations:\n    vanilla: {}\n",
  "stages/report/stage.py": stage("Report", "vanilla", ""),
  "stages/report/src/vanilla.py": `import sys

from ytjobs.config import get_config_path

with open(get_config_path()) as config:
    print("the configuration of the job:", config.read(), file=sys.stderr)
`,
};

/** A stage's driver, which runs one operation. */
function stage(name: string, operation: string, more: string): string {
  return `from yt_framework.core.stage import BaseStage
from yt_framework.operations import run_${operation}


class ${name}(BaseStage):
    def run(self, debug):
        if not run_${operation}(self.context, self.config.client.operations.${operation}${more}):
            raise RuntimeError("${name} has failed")
        return debug
`;
}
