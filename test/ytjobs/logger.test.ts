/** `ytjobs.logging`, run by Python. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runPython } from "./run-python.ts";
import type { Finished } from "./run-python.ts";

const UTC_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /gm;

/** Runs code that logs; the times of its lines, which differ from run to run, become "TIME". */
async function log(code: string, env: Record<string, string> = {}): Promise<Finished> {
  const program = `from ytjobs.logging.logger import get_logger\n${code}`;
  const finished = await runPython(["-c", program], { env });
  return { ...finished, stderr: finished.stderr.replaceAll(UTC_TIME, "TIME ") };
}

test("get_logger() writes to stderr and leaves stdout to the table", async () => {
  assert.deepEqual(
    await log(`
logger = get_logger("mapper")
logger.info("%d rows", 3)
logger.error("one is broken")
print("row")
`),
    {
      status: 0,
      stdout: "row\n",
      stderr: "TIME INFO mapper: 3 rows\nTIME ERROR mapper: one is broken\n",
    },
  );
});

const LOG_ALL = `
logger = get_logger("a")
for level in ("debug", "info", "warning", "error", "critical"):
    getattr(logger, level)("x")
`;

for (const [env, written] of [
  [{}, ["INFO", "WARNING", "ERROR", "CRITICAL"]],
  [{ JOB_LOG_LEVEL: "" }, ["INFO", "WARNING", "ERROR", "CRITICAL"]],
  [{ JOB_LOG_LEVEL: "DEBUG" }, ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]],
  [{ JOB_LOG_LEVEL: "error" }, ["ERROR", "CRITICAL"]],
] as const) {
  test(`get_logger() writes ${written.join(", ")} with ${JSON.stringify(env)}`, async () => {
    const { stderr } = await log(LOG_ALL, env);
    assert.equal(stderr, written.map((level) => `TIME ${level} a: x\n`).join(""));
  });
}

test("get_logger() says which levels there are when JOB_LOG_LEVEL is another word", async () => {
  const { stdout } = await log(
    `
try:
    get_logger("a")
except ValueError as error:
    print(error)
`,
    { JOB_LOG_LEVEL: "verbose" },
  );
  assert.equal(
    stdout,
    'Cannot set up logging: JOB_LOG_LEVEL is "verbose"; use one of DEBUG, INFO, WARNING, ERROR, CRITICAL\n',
  );
});

for (const [level, env] of [
  ["logging.WARNING", {}],
  ['"WARNING"', {}],
  ["logging.WARNING", { JOB_LOG_LEVEL: "DEBUG" }],
] as const) {
  test(`get_logger() takes the level ${level} with ${JSON.stringify(env)}`, async () => {
    const { stderr } = await log(
      `
import logging
logger = get_logger("a", level=${level})
logger.info("x")
logger.warning("y")
get_logger("a", logging.ERROR).warning("z")
`,
      env,
    );
    assert.equal(stderr, "TIME WARNING a: y\n");
  });
}

test("get_logger() sets up the root logger when it gets no name", async () => {
  const { stderr } = await log(`
import logging
get_logger()
logging.getLogger("library").info("x")
`);
  assert.equal(stderr, "TIME INFO library: x\n");
});

test("log_with_extra() writes its fields behind the message and before a traceback", async () => {
  const { status, stderr } = await log(`
import logging
from ytjobs.logging import log_with_extra
logger = get_logger("a")
log_with_extra(logger, logging.INFO, "read 100%", rows=3, tables=["x", "y"], text="z" * 101)
log_with_extra(logger, logging.DEBUG, "not written", rows=3)
try:
    1 / 0
except ZeroDivisionError:
    logger.exception("broken", extra={"row": 4})
`);
  assert.equal(status, 0);
  const lines = stderr.split("\n");
  assert.deepEqual(lines.slice(0, 3), [
    `TIME INFO a: read 100% | rows=3 tables=['x', 'y'] text=${"z".repeat(97)}...`,
    "TIME ERROR a: broken | row=4",
    "Traceback (most recent call last):",
  ]);
});

test("get_logger() writes a line once, however often it is called", async () => {
  const { stdout, stderr } = await log(`
first, second = get_logger("a"), get_logger("a")
print(first is second)
second.info("x")
`);
  assert.equal(stdout, "True\n");
  assert.equal(stderr, "TIME INFO a: x\n");
});

test("get_logger() keeps a level that the job has set itself", async () => {
  const { stderr } = await log(`
get_logger("a").setLevel("ERROR")
get_logger("a").info("x")
get_logger("a").error("y")
`);
  assert.equal(stderr, "TIME ERROR a: y\n");
});

test("get_logger() writes a line once when loggers above it write too", async () => {
  const { stderr } = await log(`
import logging
logging.basicConfig(format="root %(message)s")
get_logger("a")
get_logger("a.b").info("x")
logging.warning("y")
`);
  assert.equal(stderr, "TIME INFO a.b: x\nroot y\n");
});

test("get_logger() leaves a handler of the job's own in place", async () => {
  const { stdout, stderr } = await log(`
import logging, sys
logging.getLogger("a").addHandler(logging.StreamHandler(sys.stdout))
get_logger("a").info("x")
`);
  assert.equal(stdout, "x\n");
  assert.equal(stderr, "TIME INFO a: x\n");
});

test("get_logger() writes times in UTC whatever the machine's time zone", async () => {
  const { stderr } = await runPython(
    [
      "-c",
      `
import logging
from ytjobs.logging.logger import get_logger
record = {"name": "a", "levelno": 20, "levelname": "INFO", "msg": "x", "created": 86399.25, "msecs": 250}
get_logger("a").handle(logging.makeLogRecord(record))
`,
    ],
    { env: { TZ: "Asia/Tokyo" } },
  );
  assert.equal(stderr, "1970-01-01T23:59:59.250Z INFO a: x\n");
});

test("get_logger() writes letters that stderr cannot encode as escapes", async () => {
  const { status, stderr } = await log(`get_logger("a").info("\\u0436")`, {
    PYTHONIOENCODING: "ascii",
  });
  assert.equal(status, 0);
  assert.equal(stderr, "TIME INFO a: \\u0436\n");
});
