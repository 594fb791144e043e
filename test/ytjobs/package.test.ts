/** The package `ytjobs` as a whole: its names, and the Python that it needs. */
import assert from "node:assert/strict";
import { glob } from "node:fs/promises";
import { test } from "node:test";
import { REPOSITORY, runPython } from "./run-python.ts";

const CHECK_SYNTAX = `
import ast, sys
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        ast.parse(file.read(), path, feature_version=(3, 8))
    print(path)
`;

async function pythonFiles(pattern: string): Promise<string[]> {
  const files = [];
  for await (const file of glob(pattern, { cwd: REPOSITORY })) {
    files.push(file);
  }
  return files.toSorted();
}

test("ytjobs holds no modules but those that jobs import", async () => {
  assert.deepEqual(await pythonFiles("ytjobs/**/*.py"), [
    "ytjobs/__init__.py",
    "ytjobs/config/__init__.py",
    "ytjobs/logging/__init__.py",
    "ytjobs/logging/logger.py",
    "ytjobs/logging/silencer.py",
    "ytjobs/mapper/__init__.py",
    "ytjobs/mapper/mappers.py",
    "ytjobs/mapper/utils.py",
  ]);
});

test("ytjobs and the examples use no syntax newer than Python 3.8", async () => {
  const files = [
    ...(await pythonFiles("ytjobs/**/*.py")),
    ...(await pythonFiles("examples/*/stages/**/*.py")),
  ];
  assert.ok(files.length > 10, `only ${files.length} files found`);
  assert.deepEqual(await runPython(["-c", CHECK_SYNTAX, ...files]), {
    status: 0,
    stdout: files.map((file) => `${file}\n`).join(""),
    stderr: "",
  });
});

test("ytjobs needs nothing outside the standard library", async () => {
  // -I and -S: no PYTHONPATH, no site-packages, no folder of the user; -B: no __pycache__.
  const code = `
import sys
sys.path.insert(0, sys.argv[1])
import ytjobs.config, ytjobs.logging.logger, ytjobs.logging.silencer, ytjobs.mapper.mappers
print(ytjobs.__file__)
`;
  assert.deepEqual(await runPython(["-I", "-S", "-B", "-c", code, REPOSITORY]), {
    status: 0,
    stdout: `${REPOSITORY}ytjobs/__init__.py\n`,
    stderr: "",
  });
});

test("ytjobs has the names that jobs import, at the top and in its modules", async () => {
  const code = `
from ytjobs import *
from ytjobs import BatchMapper, StreamMapper, get_config_path, get_logger, log_with_extra
from ytjobs import read_input_rows, redirect_stdout_to_stderr
from ytjobs.logging import get_logger, log_with_extra, manage_output
from ytjobs.logging import redirect_stdout_to_stderr, suppress_all_output
from ytjobs.logging.logger import TextFormatter, get_logger, log_with_extra
from ytjobs.logging.silencer import manage_output, redirect_stdout_to_stderr, suppress_all_output
from ytjobs.mapper import BatchMapper, StreamMapper, read_input_rows
from ytjobs.mapper.mappers import BatchMapper, StreamMapper, iter_nonempty_json_rows_stdin
from ytjobs.mapper.utils import log_error, parse_json_line, process_and_write_results, read_input_rows
`;
  assert.deepEqual(await runPython(["-c", code]), { status: 0, stdout: "", stderr: "" });
});

test("ytjobs.logging does not stand in the way of Python's own logging", async () => {
  const code = `
import ytjobs.logging.logger, logging, logging.handlers
print(ytjobs.logging.logger.logging is logging, ytjobs.logging is logging)
`;
  const { stdout } = await runPython(["-c", code]);
  assert.equal(stdout, "True False\n");
});
