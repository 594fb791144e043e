/**
 * Five pipelines that together use all that the framework's documentation says of code upload. Packed
 * by both, they show where the archives differ: see `compare.ts`.
 */
import type { Tree } from "../temporary-tree.ts";

/** A pipeline to be packed. */
export interface ComparedPipeline {
  readonly name: string;
  /** `pipeline/` is the pipeline directory, `python/` what is installed in the user's environment. */
  readonly tree: Tree;
  /** The configuration files to pack it with, relative to the pipeline directory. */
  readonly configurations: readonly string[];
}

const DEFAULT = "configs/config.yaml";

const COPY = "import sys\n\nfor line in sys.stdin:\n    sys.stdout.write(line)\n";
const JOB = "job:\n  limit: 10\n";

/** Map and vanilla stages with requirements, an installed package, and paths to upload. */
const libraries: ComparedPipeline = {
  name: "libraries",
  configurations: [DEFAULT],
  tree: {
    "pipeline/configs/config.yaml": `stages:
  enabled_stages: [words, report]
pipeline:
  mode: prod
  build_folder: //home/me/libraries/build
  upload_modules: [acme_text]
  upload_paths:
    - { source: ./lib/ad_hoc, target: ad_hoc }
    - { source: ./shared_utils }
`,
    "pipeline/configs/secrets.env": "YT_TOKEN=none\n",
    "pipeline/stages/words/config.yaml": JOB,
    "pipeline/stages/words/requirements.txt": "acme-numbers==1.0\n",
    "pipeline/stages/words/src/mapper.py": COPY,
    "pipeline/stages/words/src/rules.py": "WORDS = ()\n",
    "pipeline/stages/report/config.yaml": "client:\n  operations:\n    vanilla: {}\n",
    "pipeline/stages/report/src/vanilla.py": "print()\n",
    "pipeline/lib/ad_hoc/__init__.py": "",
    "pipeline/lib/ad_hoc/data.txt": "a\n",
    "pipeline/shared_utils/__init__.py": "",
    "pipeline/shared_utils/run": { text: "#!/bin/sh\n", mode: 0o755 },
    "python/acme_text/__init__.py": "",
    "python/acme_text/words.py": "",
    "python/acme_text-1.2.dist-info/METADATA":
      "Metadata-Version: 2.1\nName: acme-text\nVersion: 1.2\n",
    "python/acme_text-1.2.dist-info/RECORD":
      "acme_text/__init__.py,,\nacme_text/words.py,,\nacme_text-1.2.dist-info/METADATA,,\nacme_text-1.2.dist-info/RECORD,,\n",
    "python/acme_text-1.2.dist-info/top_level.txt": "acme_text\n",
  },
};

/** Map-reduce and reduce stages, with scripts that their configuration names, and with a reducer alone. */
const totals: ComparedPipeline = {
  name: "totals",
  configurations: [DEFAULT],
  tree: {
    "pipeline/configs/config.yaml": `stages:
  enabled_stages: [totals, ranks, last]
pipeline:
  mode: prod
  build_folder: //home/me/totals/build
`,
    "pipeline/stages/totals/config.yaml": JOB,
    "pipeline/stages/totals/src/mapper.py": COPY,
    "pipeline/stages/totals/src/reducer.py": COPY,
    "pipeline/stages/ranks/config.yaml": `job:
  map_reduce_command:
    mapper_script: by_day.py
    reducer_script: sum_days.py
  reduce_command:
    reducer_script: rank.py
`,
    "pipeline/stages/ranks/src/mapper.py": COPY,
    "pipeline/stages/ranks/src/by_day.py": COPY,
    "pipeline/stages/ranks/src/sum_days.py": COPY,
    "pipeline/stages/ranks/src/rank.py": COPY,
    "pipeline/stages/last/config.yaml": JOB,
    "pipeline/stages/last/src/reducer.py": COPY,
  },
};

/** `.ytignore` files at several levels, with every kind of pattern. */
const ignored: ComparedPipeline = {
  name: "ignored",
  configurations: [DEFAULT],
  tree: {
    ".ytignore": "*.log\n",
    "pipeline/.ytignore": "*.tmp\nnotes/\n",
    "pipeline/configs/config.yaml": `stages:
  enabled_stages: [clean]
pipeline:
  mode: prod
  build_folder: //home/me/ignored/build
  upload_paths:
    - { source: ./lib }
`,
    "pipeline/stages/clean/config.yaml": JOB,
    "pipeline/stages/clean/src/mapper.py": COPY,
    "pipeline/stages/clean/src/clean.log": "above\n",
    "pipeline/stages/clean/src/clean.tmp": "",
    "pipeline/stages/clean/src/notes/todo.txt": "",
    "pipeline/lib/.ytignore":
      "**/test_*.py\n/data/\ndraft*.txt\n*.csv\n!keep.csv\nold/\n!old/keep.py\n",
    "pipeline/lib/__init__.py": "",
    "pipeline/lib/test_lib.py": "",
    "pipeline/lib/text/test_text.py": "",
    "pipeline/lib/data/a.bin": "a",
    "pipeline/lib/drafts/final.txt": "",
    "pipeline/lib/keep.csv": "",
    "pipeline/lib/rows.csv": "",
    "pipeline/lib/old/keep.py": "",
    "pipeline/lib/text/.ytignore": "*.md\n",
    "pipeline/lib/text/__init__.py": "",
    "pipeline/lib/text/README.md": "",
    "pipeline/lib/text/__pycache__/__init__.cpython-311.pyc": "",
  },
};

/** Links, a module in the pipeline directory, certificates, and a submodule of git. */
const linked: ComparedPipeline = {
  name: "linked",
  configurations: [DEFAULT],
  tree: {
    "pipeline/configs/config.yaml": `stages:
  enabled_stages: [join]
pipeline:
  mode: prod
  build_folder: //home/me/linked/build
  upload_modules: [common]
  upload_paths:
    - { source: ./vendor }
`,
    "pipeline/common/__init__.py": "",
    "pipeline/shared/rows.py": "",
    "pipeline/shared/tables/names.py": "",
    "pipeline/stages/join/config.yaml": JOB,
    "pipeline/stages/join/src/mapper.py": COPY,
    "pipeline/stages/join/src/rows.py": { link: "../../../shared/rows.py" },
    "pipeline/stages/join/src/tables": { link: "../../../shared/tables" },
    "pipeline/vendor/.git": "gitdir: ../.git/modules/vendor\n",
    "pipeline/vendor/__init__.py": "",
    "pipeline/vendor/cacert.pem": "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n",
  },
};

/** One directory with two configurations: stages that are not enabled, drive only, or start typed jobs. */
const nightly: ComparedPipeline = {
  name: "nightly",
  configurations: [DEFAULT, "configs/all.yaml"],
  tree: {
    "pipeline/configs/config.yaml": `defaults: &defaults
  mode: prod
  build_folder: //home/me/\${project}/build
project: nightly
stages:
  enabled_stages: [load, merge]
pipeline:
  <<: *defaults
  upload_paths:
    - { source: "./lib/\${project}", target: nightly_lib }
`,
    "pipeline/configs/all.yaml": `stages:
  enabled_stages: [load, merge]
pipeline:
  mode: prod
  build_folder: //home/me/nightly/all
  pack_stages: all
`,
    "pipeline/lib/nightly/__init__.py": "",
    "pipeline/stages/load/config.yaml": "client:\n  input_table: //home/me/raw\n",
    "pipeline/stages/load/stage.py": "",
    "pipeline/stages/merge/config.yaml": JOB,
    "pipeline/stages/merge/stage.py": "",
    "pipeline/stages/merge/src/mapper.py": COPY,
    "pipeline/stages/typed/config.yaml": JOB,
    "pipeline/stages/typed/src/jobs.py": "class Job:\n    pass\n",
  },
};

/** All of them, in the order of the table. */
export const COMPARED_PIPELINES: readonly ComparedPipeline[] = [
  libraries,
  totals,
  ignored,
  linked,
  nightly,
];
