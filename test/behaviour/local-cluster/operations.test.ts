/** Operations and tables, which are not emulated: what is listed, checked, kept and answered. */
import assert from "node:assert/strict";
import test from "node:test";
import { startTestCluster } from "../../tools/local-cluster.ts";
import type { ErrorBody, TestCluster } from "../../tools/local-cluster.ts";
import { runPython } from "./python-client.ts";

interface ListedCommand {
  readonly name: string;
  readonly input_type: string;
  readonly output_type: string;
  readonly is_volatile: boolean;
  readonly is_heavy: boolean;
}

async function listCommands(
  cluster: TestCluster,
  version: string,
): Promise<ReadonlyMap<string, string>> {
  const listed: readonly ListedCommand[] = JSON.parse(
    (await cluster.raw(`/api/${version}`)).body.toString(),
  );
  const names = listed.map(({ name }) => name);
  assert.deepEqual(names.toSorted(), [...new Set(names)].toSorted());
  return new Map(
    listed.map((command) => [
      command.name,
      [
        command.input_type,
        command.output_type,
        command.is_volatile ? "volatile" : "",
        command.is_heavy ? "heavy" : "",
      ]
        .join(" ")
        .trimEnd(),
    ]),
  );
}

// The rows are those of yt/yt/client/driver/driver.cpp.
test("the commands of a cluster are listed, each with its types, in both versions of the API", async (t) => {
  const cluster = await startTestCluster(t);
  const v4 = await listCommands(cluster, "v4");
  for (const [name, kind] of [
    ["write_table", "tabular structured volatile heavy"],
    ["read_table", "null tabular  heavy"],
    ["read_blob_table", "null binary  heavy"],
    ["lookup_rows", "tabular tabular  heavy"],
    ["alter_table", "null structured volatile"],
    ["start_operation", "null structured volatile"],
    ["list_operations", "null structured"],
    ["get_job_spec", "null structured  heavy"],
    ["externalize", "null null volatile"],
    ["start_query", "null structured"],
    ["advance_consumer", "null structured volatile heavy"],
    ["remove", "null structured volatile"],
    ["set", "structured structured volatile"],
  ] as const) {
    assert.equal(v4.get(name), kind, name);
  }
  const v3 = await listCommands(cluster, "v3");
  for (const [name, kind] of [
    ["write_table", "tabular null volatile heavy"],
    ["start_op", "null structured volatile"],
    ["map_reduce", "null structured volatile"],
    ["abort_op", "null null volatile"],
    ["start_tx", "null structured volatile"],
    ["commit_tx", "null null volatile"],
    ["remove", "null null volatile"],
    ["set", "structured null volatile"],
    ["write_file", "binary null volatile heavy"],
  ] as const) {
    assert.equal(v3.get(name), kind, name);
  }
  const older =
    "abort_op abort_tx commit_tx complete_op erase join_reduce map map_reduce merge ping_tx reduce remote_copy " +
    "resume_op sort start_op start_tx suspend_op update_op_parameters";
  const onlyInV3 = [...v3.keys()].filter((name) => !v4.has(name));
  assert.deepEqual(onlyInV3.toSorted(), older.split(" "));
});

test("a command that is not emulated says so, in YT's form, and in a batch for its part alone", async (t) => {
  const cluster = await startTestCluster(t);
  for (const command of ["read_table", "list_operations", "mount_table", "start_query"]) {
    const { code, message } = await cluster.fail(command, {});
    assert.deepEqual(
      [code, message],
      [1, `Command "${command}" is not emulated by the local cluster`],
    );
  }
  const answer = await cluster.raw("/api/v4/write_table?path=//tmp/t", {
    method: "PUT",
    body: "{a=1};",
  });
  assert.deepEqual([answer.status, answer.headers["x-yt-response-code"]], [400, "1"]);

  const batch = await cluster.run("execute_batch", {
    requests: [
      { command: "exists", parameters: { path: "//tmp" } },
      { command: "mount_table", parameters: { path: "//tmp" } },
    ],
  });
  assert.partialDeepStrictEqual(batch, {
    results: [
      { output: { value: true } },
      { error: { code: 1, message: 'Command "mount_table" is not emulated by the local cluster' } },
    ],
  });
});

test("the Python client shows that tables and operations are not emulated", async (t) => {
  const cluster = await startTestCluster(t);
  const result = await runPython(
    cluster.url,
    `
client.create("table", "//tmp/in")
def message(action):
    try:
        action()
    except yt.YtResponseError as error:
        return error.error["message"]
result([message(action) for action in [
    lambda: client.write_table("//tmp/in", [{"a": 1}], format="json"),
    lambda: list(client.read_table("//tmp/in", format="json")),
    lambda: client.alter_table("//tmp/in", schema=[{"name": "a", "type": "int64"}]),
    lambda: client.get_operation("1-2-3-4"),
    lambda: client.list_operations(),
    lambda: client.list_jobs("1-2-3-4"),
    lambda: list(client.select_rows("* from [//tmp/in]")),
    lambda: client.run_query("yql", "select 1"),
]])
`,
  );
  const commands =
    "write_table read_table alter_table get_operation list_operations list_jobs select_rows start_query";
  assert.deepEqual(
    result,
    commands.split(" ").map((name) => `Command "${name}" is not emulated by the local cluster`),
  );
});

test("the Python client finds its user by the command that it prefers", async (t) => {
  const cluster = await startTestCluster(t);
  const result = await runPython(
    cluster.url,
    "result([client.get_current_user(), 'get_current_user' in yt.driver.get_commands_description(client)])",
  );
  assert.deepEqual(result, [{ user: "root" }, true]);
});

test("an empty table has what clients ask of it", async (t) => {
  const cluster = await startTestCluster(t);
  await cluster.run("create", { type: "table", path: "//tmp/t" });
  const schema = [
    { name: "word", type: "string", sort_order: "ascending" },
    { name: "count", type: "int64" },
  ];
  await cluster.run("create", { type: "table", path: "//tmp/s", attributes: { schema } });
  const names = ["row_count", "sorted", "sorted_by", "schema", "schema_mode", "dynamic"];
  const attributes = (node: string) => cluster.get(`${node}/@`, { attributes: names });
  assert.deepEqual(await attributes("//tmp/t"), {
    row_count: 0,
    sorted: false,
    schema: { $attributes: { strict: false, unique_keys: false }, $value: [] },
    schema_mode: "weak",
    dynamic: false,
  });
  assert.deepEqual(await attributes("//tmp/s"), {
    row_count: 0,
    sorted: true,
    sorted_by: ["word"],
    schema: {
      $attributes: { strict: true, unique_keys: false },
      $value: schema.map((column) => ({ required: false, ...column })),
    },
    schema_mode: "strong",
    dynamic: false,
  });
  const dynamic = { type: "table", path: "//tmp/d", attributes: { dynamic: true, schema } };
  assert.equal(
    (await cluster.fail("create", dynamic)).message,
    "Not emulated by the local cluster: dynamic tables",
  );
  const file = { type: "file", path: "//tmp/f", attributes: { schema: "of my own" } };
  await cluster.run("create", { ...file, attributes: {} });
  assert.deepEqual(await cluster.get("//tmp/f/@", { attributes: names }), {});
});

/** Messages of an error and its first causes, the outermost first. */
function messages(error: ErrorBody): readonly string[] {
  const [inner] = error.inner_errors;
  return [error.message, ...(inner === undefined ? [] : messages(inner))];
}

async function addTables(cluster: TestCluster): Promise<void> {
  await cluster.run("create", { type: "table", path: "//tmp/in" });
  await cluster.run("create", { type: "table", path: "//tmp/out" });
  await cluster.run("create", { type: "map_node", path: "//tmp/folder" });
  await cluster.run("create", { type: "file", path: "//tmp/folder/a" });
}

const MAP = { input_table_paths: ["//tmp/in"], output_table_paths: ["//tmp/out"] };

test("start_operation fails for a path that is not there, as an operation on a cluster does", async (t) => {
  const cluster = await startTestCluster(t);
  await addTables(cluster);
  const fail = (spec: object, type = "map") =>
    cluster.fail("start_operation", { operation_type: type, spec });
  const missing = [
    "Error communicating with master",
    "Error resolving path //tmp/none",
    'Node //tmp has no child with key "none"',
  ];

  const input = await fail({ ...MAP, input_table_paths: ["//tmp/none"] });
  assert.deepEqual(messages(input), [
    "Operation has failed to initialize",
    "Error locking input tables",
    ...missing,
  ]);
  const resolving = input.inner_errors[0]?.inner_errors[0]?.inner_errors[0];
  assert.equal(resolving?.code, 500);

  const filePaths = [
    '<file_name="a">//tmp/none',
    { $value: "//tmp/gone", $attributes: { file_name: "b" } },
  ];
  const files = await fail({ ...MAP, mapper: { command: "true", file_paths: filePaths } });
  assert.deepEqual(messages(files), [
    "Operation has failed to initialize",
    "Error locking user files",
    ...missing,
  ]);
  const both = files.inner_errors[0]?.inner_errors[0]?.inner_errors.map(({ message }) => message);
  assert.deepEqual(both, ["Error resolving path //tmp/none", "Error resolving path //tmp/gone"]);

  const tasks = { work: { command: "true", job_count: 1, layer_paths: ["//tmp/none"] } };
  assert.equal(messages(await fail({ tasks }, "vanilla"))[1], "Error locking user files");

  const toTables = { work: { command: "true", job_count: 1, output_table_paths: ["//tmp/none"] } };
  assert.equal((await fail({ tasks: toTables }, "vanilla")).code, 216);

  const output = await fail({ ...MAP, output_table_paths: ["//tmp/none"] });
  assert.equal(output.code, 216);
  assert.deepEqual(messages(output), [
    "Operation has failed to prepare",
    "Error getting basic attributes of user objects",
    ...missing,
  ]);
  assert.deepEqual(await cluster.run("list", { path: "//sys/operations" }).then(value), []);
});

function value(answer: unknown): unknown {
  return typeof answer === "object" && answer !== null && "value" in answer
    ? answer.value
    : undefined;
}

test("start_operation fails for what cannot be a table or a file of a sandbox", async (t) => {
  const cluster = await startTestCluster(t);
  await addTables(cluster);
  await cluster.run("link", { target_path: "//tmp/folder/a", link_path: "//tmp/link" });
  const fail = async (files: readonly string[], spec: object = MAP) =>
    messages(
      await cluster.fail("start_operation", {
        operation_type: "map",
        spec: { ...spec, mapper: { command: "true", file_paths: files } },
      }),
    ).slice(1);
  assert.deepEqual(await fail([], { ...MAP, input_table_paths: ["//tmp/folder"] }), [
    'Object //tmp/folder has invalid type: expected "table", actual "map_node"',
  ]);
  assert.deepEqual(await fail(["//tmp/folder"]), [
    'User file //tmp/folder has invalid type: expected "table" or "file", actual "map_node"',
  ]);
  const names = "Error getting user file attributes";
  assert.deepEqual(await fail(["//tmp/folder/a", "<file_name=a>//tmp/link"]), [
    names,
    'Duplicate user file name "a" for //tmp/link',
  ]);
  assert.deepEqual(await fail(["<file_name=link>//tmp/folder/a", "//tmp/link"]), [
    names,
    'Duplicate user file name "link" for //tmp/link',
  ]);
  assert.deepEqual(await fail(['<file_name="b/../../a">//tmp/folder/a']), [
    names,
    'User file name "b/../../a" for //tmp/folder/a does not point inside the sandbox directory',
  ]);
  assert.deepEqual(
    (await cluster.fail("start_operation", { operation_type: "mop", spec: {} })).message,
    'Error parsing EOperationType value "mop"',
  );
});

test("start_operation keeps the specification, without its secrets, and says where", async (t) => {
  const cluster = await startTestCluster(t);
  await addTables(cluster);
  const spec = {
    ...MAP,
    output_table_paths: ["<create=%true>//tmp/new"],
    mapper: { command: "cat", file_paths: ["<executable=%true;file_name=b>//tmp/folder/a"] },
  };
  const transaction = await cluster.begin();
  const error = await cluster.fail("start_operation", {
    operation_type: "map",
    transaction_id: transaction,
    spec: { ...spec, secure_vault: { TOKEN: "of the user" } },
  });
  assert.equal(error.code, 1);
  const { operation_id: id, path } = error.attributes;
  assert.match(String(path), new RegExp(`^//sys/operations/[0-9a-f]{2}/${String(id)}$`));
  assert.equal(
    error.message,
    "Operations are not emulated by the local cluster: this one does not run; " +
      `its specification is kept in ${String(path)}/@spec`,
  );
  await cluster.run("abort_transaction", { transaction_id: transaction });
  const names = ["spec", "operation_type", "authenticated_user", "state"];
  assert.deepEqual(await cluster.get(`${String(path)}/@`, { attributes: names }), {
    spec,
    operation_type: "map",
    authenticated_user: "root",
    state: "failed",
  });
  assert.ok(Date.parse(String(await cluster.get(`${String(path)}/@expiration_time`))) > Date.now());
});

test("a repeated start_operation keeps one specification", async (t) => {
  const cluster = await startTestCluster(t);
  const tasks = { work: { command: "true", job_count: 1 } };
  const request = { operation_type: "vanilla", spec: { tasks }, mutation_id: "1-2-3-4" };
  const first = await cluster.fail("start_operation", request);
  assert.deepEqual(await cluster.fail("start_operation", { ...request, retry: true }), first);
});

test("version 3 of the API has a command for each type of operation", async (t) => {
  const cluster = await startTestCluster(t);
  await addTables(cluster);
  const answer = await cluster.raw("/api/v3/map", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ spec: { ...MAP, mapper: { command: "cat" } } }),
  });
  const error: ErrorBody = JSON.parse(answer.body.toString());
  assert.match(error.message, /^Operations are not emulated by the local cluster/);
  assert.equal(await cluster.get(`${String(error.attributes["path"])}/@operation_type`), "map");
});
