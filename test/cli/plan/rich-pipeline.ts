/** A pipeline with something of everything that `ytcode plan` reports. */
import type { Tree } from "../../tools/temporary-tree.ts";

/** Stages `train` and `notes`; a folder of more than a MiB; a single file; a variable; warnings. */
export const RICH_PIPELINE: Tree = {
  "configs/config.yaml": `
stages: {enabled_stages: [train, notes]}
pipeline:
  mode: prod
  build_folder: //home/me/\${oc.env:YTCODE_TEST_NOT_SET,daily}/build
  upload_paths: [{source: lib/features, target: features}, {source: words.txt}]
`,
  "stages/train/config.yaml": "",
  "stages/train/requirements.txt": "numpy\n",
  "stages/train/src/mapper.py": "print(1)\n",
  "stages/train/src/reducer.py": "print(2)\n",
  "stages/notes/src/notes.py": "",
  "lib/features/data/cities.csv": Buffer.alloc(1_200_000),
  "lib/features/data/old/cities.csv": Buffer.alloc(300_000),
  "lib/features/tool": { text: "#!/bin/sh\n", mode: 0o755 },
  "words.txt": "and\n",
};
