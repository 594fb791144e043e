/** The files of a first stage, for each operation that it can run as: small, and running as they are. */

/** What a first stage runs as. */
export type Operation = "map" | "reduce" | "map-reduce" | "vanilla";

/** All of them. */
export const OPERATIONS: readonly Operation[] = ["map", "reduce", "map-reduce", "vanilla"];

/** Files by their path, with `/`. */
export type Files = Readonly<Record<string, string>>;

const MAPPER = `"""Takes rows as JSON lines from standard input and writes rows: here each word of a text, in small letters."""

import json
import sys

for line in sys.stdin:
    for word in json.loads(line)["text"].lower().split():
        print(json.dumps({"word": word}, ensure_ascii=False))
`;

const REDUCER = `"""Takes rows that are sorted by "word" from standard input and writes one for each group: here how many there are."""

import itertools
import json
import sys

rows = map(json.loads, sys.stdin)
for word, group in itertools.groupby(rows, key=lambda row: row["word"]):
    print(json.dumps({"word": word, "count": sum(1 for _ in group)}, ensure_ascii=False))
`;

const VANILLA = `"""Runs without input tables: here it logs the stage's own configuration, and ends."""

from ytjobs.config import get_config_path
from ytjobs.logging.logger import get_logger

logger = get_logger("vanilla")
with open(get_config_path(), encoding="utf-8") as file:
    logger.info("configuration:\\n%s", file.read())
`;

const TEXTS = '{"text": "A rose is a rose"}\n{"text": "Time flies"}\n';
const WORDS = '{"word": "rose"}\n{"word": "a"}\n{"word": "rose"}\n';

/** The scripts of a stage, below its directory. */
export function stageScripts(operation: Operation): Files {
  switch (operation) {
    case "map":
      return { "src/mapper.py": MAPPER };
    case "reduce":
      return { "src/reducer.py": REDUCER };
    case "map-reduce":
      return { "src/mapper.py": MAPPER, "src/reducer.py": REDUCER };
    case "vanilla":
      return { "src/vanilla.py": VANILLA };
  }
}

/** Rows to try a stage with; undefined for one that takes none. */
export function sampleRows(operation: Operation): string | undefined {
  switch (operation) {
    case "map":
    case "map-reduce":
      return TEXTS;
    case "reduce":
      return WORDS;
    case "vanilla":
      return undefined;
  }
}

/** How a stage is tried on this machine: the words after `ytcode run`. */
export function trial(directory: string, stage: string, operation: Operation): readonly string[] {
  const rows = sampleRows(operation) === undefined ? [] : ["--input", `${directory}/rows.jsonl`];
  const groups =
    operation === "reduce" || operation === "map-reduce" ? ["--reduce-by", "word"] : [];
  return [directory, stage, ...rows, ...groups, ...(rows.length > 0 ? ["--output", "-"] : [])];
}
