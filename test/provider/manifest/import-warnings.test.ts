/** Warnings of imports that cannot work in a job, and of names that hide Python's own modules. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { ManifestWarning } from "../../../provider/manifest/manifest.ts";
import { readManifest } from "../../../provider/manifest/read-manifest.ts";
import { makePythonEnvironment } from "../../tools/python-environment.ts";
import { configurationWith, makePipeline } from "../../tools/small-pipeline.ts";
import type { Tree } from "../../tools/temporary-tree.ts";

const YTJOBS_ADVICE =
  "correct the import, or have a ytjobs that brings it (such as that of yt-framework) in the Python that packs";

const SOURCE_ADVICE =
  "move that code into the stage's src/, the only code of a stage that jobs have";

async function warningsOf(
  t: TestContext,
  changes: Tree,
  python?: string,
): Promise<readonly ManifestWarning[]> {
  const pipelineDirectory = await makePipeline(t, changes);
  return (await readManifest({ pipelineDirectory, python })).warnings;
}

async function messagesOf(
  t: TestContext,
  changes: Tree,
  python?: string,
): Promise<readonly string[]> {
  return (await warningsOf(t, changes, python)).map(({ message }) => message);
}

test("an import from ytjobs that the shipped one has not is warned of, each thing once", async (t) => {
  const warnings = await warningsOf(t, {
    "configs/config.yaml": configurationWith("upload_paths: [{ source: lib }]"),
    "stages/run/src/mapper.py":
      "import sys, ytjobs.s3.client as s3\nfrom ytjobs import (get_logger,\n  S3Client)\n",
    "stages/run/src/helper.py": "def load():\n    from ytjobs.s3 import S3Client\n",
    "lib/__init__.py": "from ytjobs.checkpoint import save_checkpoint\n",
  });
  assert.deepEqual(warnings, [
    {
      type: "missing-import",
      part: "stages/run",
      message: `"ytjobs.s3" is not in the archive, but stages/run/src/helper.py line 2, stages/run/src/mapper.py line 1 import it: ${YTJOBS_ADVICE}`,
    },
    {
      type: "missing-import",
      part: "stages/run",
      message: `"S3Client" of "ytjobs" is not in the archive, but stages/run/src/mapper.py line 2 imports it: ${YTJOBS_ADVICE}`,
    },
    {
      type: "missing-import",
      part: "lib/",
      message: `"ytjobs.checkpoint" is not in the archive, but lib/__init__.py line 1 imports it: ${YTJOBS_ADVICE}`,
    },
  ]);
});

test("an import from ytjobs that the environment's own has is not warned of", async (t) => {
  const { python } = await makePythonEnvironment(t, {
    "ytjobs/__init__.py": "def __getattr__(name): return name\n",
    "ytjobs/s3.py": "S3Client = 1\n",
  });
  const changes = {
    "stages/run/src/mapper.py":
      "import ytjobs.s3\nfrom ytjobs import Anything\nfrom ytjobs.s3 import S3Client, Other\n",
  };
  assert.deepEqual(await messagesOf(t, changes, python), [
    `"Other" of "ytjobs.s3" is not in the archive, but stages/run/src/mapper.py line 3 imports it: ${YTJOBS_ADVICE}`,
  ]);
});

test("an import from a stage that is not packed, or has no such module, is warned of", async (t) => {
  const lines = [
    "from stages.other.src.model import Model",
    "from stages.run.src import helper, missing",
    "import stages.run.src.package.part, stages.run.src.package.none",
    "from stages.run.src.helper import thing, nothing",
    "from stages.run.src.package import *",
    "import stages",
  ];
  const changes = {
    "stages/run/src/mapper.py": lines.join("\n"),
    "stages/run/src/helper.py": "thing = 1\n",
    "stages/run/src/package/__init__.py": "",
    "stages/run/src/package/part.abi3.so": "",
    "stages/other/src/mapper.py": "",
    "stages/other/config.yaml": "",
    "stages/other/src/model.py": "Model = 1\n",
  };
  assert.deepEqual(await messagesOf(t, changes), [
    '"stages.other" is not in the archive, but stages/run/src/mapper.py line 1 imports it: enable the stage "other", or set pipeline.pack_stages to all',
    '"stages.run.src.missing" is not in the archive, but stages/run/src/mapper.py line 2 imports it: correct the import, or pack the file',
    '"stages.run.src.package.none" is not in the archive, but stages/run/src/mapper.py line 3 imports it: correct the import, or pack the file',
    '"nothing" of "stages.run.src.helper" is not in the archive, but stages/run/src/mapper.py line 4 imports it: correct the import, or pack the file',
  ]);
});

test("the advice on a missing stage fits what there is of it", async (t) => {
  const lines = [
    "import stages.driver.helper",
    "import stages.none",
    "import stages.run.stage",
    "import stages.other.src",
  ];
  const changes = {
    "configs/config.yaml": configurationWith().replace("[run]", "[run, driver]"),
    "stages/run/src/mapper.py": lines.join("\n"),
    "stages/run/stage.py": "",
    "stages/driver/helper.py": "",
    "stages/other/src/vanilla.py": "",
  };
  assert.deepEqual(await messagesOf(t, changes), [
    `"stages.driver" is not in the archive, but stages/run/src/mapper.py line 1 imports it: ${SOURCE_ADVICE}`,
    '"stages.none" is not in the archive, but stages/run/src/mapper.py line 2 imports it: correct the import, as there is no stage "none"',
    `"stages.run.stage" is not in the archive, but stages/run/src/mapper.py line 3 imports it: ${SOURCE_ADVICE}`,
    '"stages.other" is not in the archive, but stages/run/src/mapper.py line 4 imports it: enable the stage "other", or set pipeline.pack_stages to all',
  ]);
});

test("what cannot be looked into is taken to have what is imported from it", async (t) => {
  const changes = {
    "stages/run/src/mapper.py":
      "from stages.run.src.fast import run\nfrom stages.run.src.built import run\nfrom stages.run.src.plain import run",
    "stages/run/src/fast.cpython-312-x86_64-linux-gnu.so": "",
    "stages/run/src/built/__init__.abi3.so": "",
    "stages/run/src/plain/other.py": "",
  };
  assert.deepEqual(await messagesOf(t, changes), [
    '"stages.run.src.plain.run" is not in the archive, but stages/run/src/mapper.py line 3 imports it: correct the import, or pack the file',
  ]);
});

test("the stage may be called as folders of tests are", async (t) => {
  const changes = {
    "configs/config.yaml": configurationWith().replace("[run]", "[test]"),
    "stages/test/config.yaml": "",
    "stages/test/src/mapper.py": "import stages.gone",
    "stages/test/src/test/all.py": "import stages.gone2",
  };
  assert.equal((await messagesOf(t, changes)).length, 1);
});

test("an import that may be meant to fail, or is none, is not warned of", async (t) => {
  const code = `
"""
import ytjobs.s3
"""
# import ytjobs.s3
import typing
from typing import TYPE_CHECKING
try:
    from ytjobs.s3 import S3Client
except ImportError:
    import ytjobs.checkpoint
if TYPE_CHECKING:
    import ytjobs.s3
if typing.TYPE_CHECKING: import ytjobs.s3
with suppress(ImportError):
    import ytjobs.s3
text = "import ytjobs.s3"
print("""
import ytjobs.s3""", [
"""
import ytjobs.s3
"""])
from .ytjobs.s3 import S3Client
import my_ytjobs.s3, ytjobs_more
`;
  assert.deepEqual(await messagesOf(t, { "stages/run/src/mapper.py": code }), []);
});

test("only what jobs run is looked at: no tests, no drivers, no changed search, nothing installed", async (t) => {
  const { python } = await makePythonEnvironment(t, { "installed.py": "import ytjobs.s3\n" });
  const changes = {
    "configs/config.yaml": configurationWith(
      "upload_modules: [installed]",
      "upload_paths: [{ source: lib }]",
    ),
    "stages/run/src/mapper.py": "import stages.run.src.mapper\n",
    "stages/run/src/test_mapper.py": "import ytjobs.s3\n",
    "stages/run/src/tests/helper.py": "import ytjobs.s3\n",
    "stages/run/src/own.py": "import sys\nsys.path.insert(0, 'x')\nimport ytjobs.s3\n",
    "lib/driver.py": "from stages.run.stage import RunStage\n",
  };
  assert.deepEqual(await messagesOf(t, changes, python), []);
});

test("a stage's own module of the name is what it imports", async (t) => {
  const changes = {
    "stages/run/src/mapper.py": "from stages.first import run\nimport ytjobs.s3\n",
    "stages/run/src/stages/first.py": "",
    "stages/run/src/ytjobs.py": "",
  };
  assert.deepEqual(await messagesOf(t, changes), []);
});

test("a name of Python's own modules is warned of in src/ and in the archive's root", async (t) => {
  const warnings = await warningsOf(t, {
    "configs/config.yaml": configurationWith(
      "upload_paths: [{ source: lib/json, target: json }, { source: lib/q.py, target: queue.py }]",
    ),
    "lib/json/__init__.py": "",
    "lib/q.py": "",
    "stages/run/src/logging.py": "",
    "stages/run/src/email/__init__.py": "",
  });
  assert.deepEqual(warnings, [
    {
      type: "standard-module-name",
      part: "stages/run",
      message:
        '"stages/run/src/email/__init__.py" takes the place of Python\'s own module "email" in jobs of stage "run": rename it',
    },
    {
      type: "standard-module-name",
      part: "stages/run",
      message:
        '"stages/run/src/logging.py" takes the place of Python\'s own module "logging" in jobs of stage "run": rename it',
    },
    {
      type: "standard-module-name",
      part: "json/",
      message:
        '"json/__init__.py" takes the place of Python\'s own module "json" in jobs: give it another target',
    },
    {
      type: "standard-module-name",
      part: "./queue.py",
      message:
        '"queue.py" takes the place of Python\'s own module "queue" in jobs: give it another target',
    },
  ]);
});

test("a name of Python's own modules is warned of beside the script that a stage names", async (t) => {
  const changes = {
    "stages/run/config.yaml": "job: { reduce_command: { reducer_script: deeper/sum.py } }",
    "stages/run/src/deeper/sum.py": "",
    "stages/run/src/deeper/json.py": "",
    "stages/run/src/deeper/more/json.py": "",
    "stages/run/src/deeper/py_compile.py": "",
  };
  assert.deepEqual(await messagesOf(t, changes), [
    '"stages/run/src/deeper/json.py" takes the place of Python\'s own module "json" in jobs of stage "run": rename it',
    '"stages/run/src/deeper/py_compile.py" takes the place of Python\'s own module "py_compile" in jobs of stage "run": rename it',
  ]);
});

test("what does not hide Python's own modules is not warned of", async (t) => {
  const changes = {
    "configs/config.yaml": configurationWith(
      "upload_modules: [html]",
      "upload_paths: [{ source: lib, target: json }, { source: lib, target: my/email }]",
    ),
    // Without __init__.py Python's own comes first.
    "lib/data.py": "",
    "lib/logging.txt": "",
    "stages/run/src/deeper/logging.py": "",
    "stages/run/src/string/words.txt": "",
  };
  assert.deepEqual(await messagesOf(t, changes), []);
});
