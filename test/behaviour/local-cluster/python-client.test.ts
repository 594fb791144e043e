/** YTsaurus's own Python client, unmodified, with JSON and with YSON, against the local cluster. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import * as path from "node:path";
import { startTestCluster, temporaryDirectory } from "../../tools/local-cluster.ts";
import { testWithPython } from "./python-client.ts";

testWithPython("makes, lists, copies, moves and removes nodes", async (t, runPython) => {
  const cluster = await startTestCluster(t);
  const result = await runPython(
    cluster.url,
    `
client.create("map_node", "//home/проект/данные", recursive=True, attributes={"заметка": "привет"})
client.create("file", "//home/проект/файл")
names = sorted(client.list("//home/проект"))
client.copy("//home/проект", "//home/copy")
client.move("//home/copy", "//home/moved")
client.remove("//home/нет", force=True)
client.link("//home/moved", "//home/link")
result({
    "names": names,
    "note": client.get("//home/moved/данные/@заметка"),
    "tree": client.get("//home/link", attributes=["type"]),
    "exists": [bool(client.exists(path)) for path in ["//home/copy", "//home/moved", "//home/link&"]],
    "search": [str(path) for path in client.search("//home/проект", node_type="file")],
    "type": client.get_type("//home/проект/файл"),
})
`,
  );
  assert.deepEqual(result, {
    names: ["данные", "файл"],
    note: "привет",
    tree: { данные: {}, файл: null },
    exists: [false, true, true],
    search: [String.raw`//home/проект/\xd1\x84\xd0\xb0\xd0\xb9\xd0\xbb`],
    type: "file",
  });
  assert.deepEqual(Object.keys(Object(await cluster.get("//home"))), ["проект", "moved", "link"]);
});

testWithPython("writes and reads files, and finds the md5", async (t, runPython) => {
  const cluster = await startTestCluster(t);
  const result = await runPython(
    cluster.url,
    `
data = bytes(range(256)) * 1000
client.write_file("//tmp/файл", data, compute_md5=True)
client.write_file("//tmp/parts", [b"one ", b"two ", b"three"])
client.write_file("<append=%true>//tmp/parts", b" four")
client.write_file("//tmp/empty", b"")
result({
    "same": client.read_file("//tmp/файл").read() == data,
    "md5": client.get("//tmp/файл/@md5") == hashlib.md5(data).hexdigest(),
    "parts": client.read_file("//tmp/parts").read().decode(),
    "stretch": client.read_file("//tmp/parts", offset=4, length=3).read().decode(),
    "empty": client.read_file("//tmp/empty").read().decode(),
})
`,
  );
  const wanted = { same: true, md5: true, parts: "one two three four", stretch: "two", empty: "" };
  assert.deepEqual(result, wanted);
  const unanswered = cluster.requests.filter(({ status }) => status === undefined);
  assert.deepEqual(unanswered, []);
});

testWithPython("uploads a large file in chunks, in parallel", async (t, runPython) => {
  const cluster = await startTestCluster(t);
  const result = await runPython(
    cluster.url,
    `
client.config["write_parallel"]["enable"] = True
client.config["write_retries"]["chunk_size"] = 300000
data = bytes(i * 7 % 251 for i in range(1000000))
client.write_file("//tmp/f", data)
result(client.read_file("//tmp/f").read() == data)
`,
  );
  assert.equal(result, true);
  const count = (name: string) => cluster.requests.filter(({ command }) => command === name).length;
  assert.ok(count("write_file") > 1);
  assert.ok(count("concatenate") > 0);
});

testWithPython("caches files by content, and asks before it sends", async (t, runPython) => {
  const cluster = await startTestCluster(t);
  const file = path.join(await temporaryDirectory(t), "данные.txt");
  await writeFile(file, "content");
  const code = `result(client.smart_upload_file(${JSON.stringify(file)}))`;
  const first = String(await runPython(cluster.url, code));
  const md5 = createHash("md5").update("content").digest("hex");
  const cached = `//tmp/yt_wrapper/file_storage/new_cache/${md5.slice(-2)}/${md5}`;
  assert.ok(first.endsWith(cached), first);
  assert.equal(await cluster.read(cached), "content");
  cluster.clearRequests();
  assert.equal(await runPython(cluster.url, code), first);
  const commands = cluster.requests.map(({ command }) => command);
  assert.ok(commands.includes("get_file_from_cache"));
  assert.ok(!commands.includes("write_file"));
});

testWithPython("works in transactions", async (t, runPython) => {
  const cluster = await startTestCluster(t);
  const result = await runPython(
    cluster.url,
    `
other = yt.YtClient(proxy=sys.argv[1], token="x", config=config)
seen = []
with client.Transaction(attributes={"title": "Работа"}) as outer:
    client.create("map_node", "//tmp/a")
    with client.Transaction():
        client.write_file("//tmp/a/f", b"x")
    seen.append(bool(other.exists("//tmp/a")))
    seen.append(other.get("#" + outer.transaction_id + "/@title"))
seen.append(other.read_file("//tmp/a/f").read().decode())
try:
    with client.Transaction():
        client.create("map_node", "//tmp/b")
        raise RuntimeError("stop")
except RuntimeError:
    pass
seen.append(bool(other.exists("//tmp/b")))
gone = client.start_transaction()
client.abort_transaction(gone)
client.abort_transaction(gone)
try:
    with client.Transaction(transaction_id=gone):
        client.list("/")
except yt.YtResponseError as error:
    seen.append(error.is_no_such_transaction())
result(seen)
`,
  );
  assert.deepEqual(result, [false, "Работа", "x", false, true]);
});

testWithPython("takes locks, waits for them, and understands conflicts", async (t, runPython) => {
  const cluster = await startTestCluster(t);
  const result = await runPython(
    cluster.url,
    `
client.create("file", "//tmp/f")
seen = []
first = client.start_transaction(attributes={"title": "first"}, timeout=60000)
with client.Transaction(transaction_id=first, ping=False, acquire=False):
    client.lock("//tmp/f", mode="exclusive")
with client.Transaction() as second:
    try:
        client.lock("//tmp/f")
    except yt.YtResponseError as error:
        seen.append(error.is_concurrent_transaction_lock_conflict())
        seen.append(error.error["attributes"]["winner_transaction"]["title"])
    waiting = client.lock("//tmp/f", waitable=True)
    seen.append(client.get("#" + waiting["lock_id"] + "/@state"))
    client.abort_transaction(first)
    seen.append(client.get("#" + waiting["lock_id"] + "/@state"))
    client.lock("//tmp", mode="shared", child_key="x")
    client.unlock("//tmp/f")
    seen.append(len(client.get("//tmp/f/@locks")))
result(seen)
`,
  );
  assert.deepEqual(result, [true, "first", "pending", "acquired", 0]);
});

testWithPython("reads and sets attributes of every type", async (t, runPython) => {
  const cluster = await startTestCluster(t);
  const result = await runPython(
    cluster.url,
    `
value = {"список": [1, -2**63, 0.5, True, None, "й", {}], "": "empty key", "$a": 1}
client.set("//tmp/@v", value)
client.set_attribute("//tmp", "n", 5)
client.set("//tmp/@v/список/0", "first")
attributes = client.get("//tmp/@")
result({
    "v": client.get("//tmp/@v"),
    "n": client.get_attribute("//tmp", "n"),
    "default": client.get_attribute("//tmp", "no", default=7),
    "listed": client.list("/", attributes=["n"]),
    "has": [client.has_attribute("//tmp", "n"), client.has_attribute("//tmp", "no")],
    "type": attributes["type"],
})
`,
  );
  assert.deepEqual(result, {
    v: { список: ["first", -(2 ** 63), 0.5, true, null, "й", {}], "": "empty key", $a: 1 },
    n: 5,
    default: 7,
    listed: ["home", "sys", "tmp"],
    has: [true, false],
    type: "map_node",
  });
});

testWithPython("gets the cluster's error codes", async (t, runPython) => {
  const cluster = await startTestCluster(t, { token: "secret" });
  await assert.rejects(
    runPython(cluster.url, `result(client.list("/"))`, "wrong"),
    /Invalid token/,
  );
  const result = await runPython(
    cluster.url,
    `
client.create("file", "//tmp/d/f", recursive=True)
client.set("//tmp/d/@acl", [{"action": "deny", "subjects": ["everyone"], "permissions": ["write"]}])
def kind(action):
    try:
        action()
        return "none"
    except yt.YtResponseError as error:
        checks = ["is_resolve_error", "is_access_denied", "is_already_exists"]
        found = [check for check in checks if hasattr(error, check) and getattr(error, check)()]
        return [error.error["code"]] + found
result([
    kind(lambda: client.get("//nothing")),
    kind(lambda: client.create("file", "//tmp/d/g")),
    kind(lambda: client.create("file", "//tmp/d/f")),
    kind(lambda: client.set("//tmp/d/f/@x", 1)),
])
`,
    "secret",
  );
  assert.deepEqual(result, [
    [500, "is_resolve_error"],
    [901, "is_access_denied"],
    [501, "is_already_exists"],
    [901, "is_access_denied"],
  ]);
});

testWithPython("joins files and sends batches", async (t, runPython) => {
  const cluster = await startTestCluster(t);
  const result = await runPython(
    cluster.url,
    `
for name in ["a", "b"]:
    client.write_file("//tmp/" + name, name.encode())
client.concatenate(["//tmp/a", "//tmp/b"], "//tmp/ab")
batch = client.create_batch_client()
good = batch.list("//tmp")
bad = batch.get("//nothing")
batch.set("//tmp/@x", {"y": "й"})
batch.commit_batch()
result({
    "joined": client.read_file("//tmp/ab").read().decode(),
    "good": sorted(good.get_result()),
    "bad": bad.get_error()["code"],
    "set": client.get("//tmp/@x/y"),
})
`,
  );
  assert.deepEqual(result, { joined: "ab", good: ["a", "ab", "b"], bad: 500, set: "й" });
});
