/** Kills a provider's process at a chosen request, and reads what that leaves on the cluster. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { text } from "node:stream/consumers";
import type { Fault, FaultRequest, LocalCluster } from "../../../local-cluster/index.ts";
import type { RawCluster } from "../../tools/raw-cluster.ts";
import { BUILD_FOLDER, sha256 } from "./lifecycle.ts";
import type { TestCluster, TestResource } from "./lifecycle.ts";
import type { ProviderStep } from "./provider-process.ts";

const SCRIPT = fileURLToPath(new URL("provider-process.ts", import.meta.url));

/** How a process ended. */
export interface ProcessResult {
  readonly killed: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Starts a step of a resource in a process of its own.
 *
 * @param cacheDirectory where Node keeps compiled code, so that the next process starts sooner
 */
export function startStep(
  step: ProviderStep["step"],
  { settings, id, args, outputs = {} }: TestResource,
  cacheDirectory?: string,
): ChildProcess {
  const { proxy, token, projectDirectory } = settings;
  const config = {
    ...(proxy === undefined ? {} : { "yt:proxy": proxy }),
    ...(token === undefined ? {} : { "yt:token": token }),
  };
  const task: ProviderStep = { step, config, id, args, outputs };
  const { YT_PROXY: _, YT_TOKEN: __, ...environment } = process.env;
  return spawn(process.execPath, [SCRIPT, JSON.stringify(task)], {
    cwd: projectDirectory,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...environment,
      ...(cacheDirectory === undefined ? {} : { NODE_COMPILE_CACHE: cacheDirectory }),
    },
  });
}

/** Waits for a process. @throws {AssertionError} when it failed without being killed */
export async function waitForEnd(child: ChildProcess): Promise<ProcessResult> {
  assert.ok(child.stdout !== null && child.stderr !== null);
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  await once(child, "close");
  const [stdout, stderr] = await output;
  const killed = child.signalCode === "SIGKILL";
  assert.ok(killed || child.exitCode === 0, `The process failed:\n${stdout}\n${stderr}`);
  return { killed, stdout, stderr };
}

/** At which request a process is killed, and whether the cluster still does what that request asks. */
export interface KillPoint {
  /** From 1, among the requests that match. */
  readonly at: number;
  readonly matches?: (request: FaultRequest) => boolean;
  readonly when: NonNullable<Fault["when"]>;
}

/** Runs a step in a process that is killed, by SIGKILL, at a request; nothing later is answered. */
export async function runAndKill(
  step: ProviderStep["step"],
  resource: TestResource,
  { cluster }: TestCluster,
  cacheDirectory: string,
  { at, matches = () => true, when }: KillPoint,
): Promise<ProcessResult> {
  cluster.clearRequests();
  const child = startStep(step, resource, cacheDirectory);
  let seen = 0;
  cluster.inject({
    times: Infinity,
    when,
    action: { type: "hang" },
    matches: (request) => {
      if (matches(request)) {
        seen += 1;
      }
      if (seen < at) {
        return false;
      }
      child.kill("SIGKILL");
      return true;
    },
  });
  const ended = await waitForEnd(child);
  cluster.clearFaults();
  return ended;
}

/** The transaction that the process has begun first, as far as it is used in the request log. */
export function mainTransaction(cluster: LocalCluster): string | undefined {
  return cluster.requests.find((request) => request.transactionId !== undefined)?.transactionId;
}

/** What the cluster does by itself after the timeout of the killed process's transaction. */
export async function abortOrphanedTransaction({ cluster, raw }: TestCluster): Promise<void> {
  const id = mainTransaction(cluster);
  if (id !== undefined) {
    await raw.command("abort_transaction", { transaction_id: id });
  }
}

/** What readers see: the digests of the files under the stable names, and the versions' names. */
export interface VisibleSet {
  readonly files: Readonly<Record<string, string>>;
  readonly versions: readonly string[];
}

/** Reads what readers see; also checks that every version there is whole. */
export async function readVisibleSet(raw: RawCluster): Promise<VisibleSet> {
  const names = (await raw.list(BUILD_FOLDER)).filter((name) => name !== "versions");
  const versions = await raw.list(`${BUILD_FOLDER}/versions`);
  for (const version of versions) {
    const folder = `${BUILD_FOLDER}/versions/${version}`;
    const wrappers = await raw.get(`${folder}/source.tar.gz/@ytcode_wrappers`);
    assert.ok(typeof wrappers === "object" && wrappers !== null);
    const expected = [...Object.keys(wrappers), "source.tar.gz"];
    assert.deepEqual(await raw.list(folder), expected.toSorted());
  }
  return { files: await digestsOf(raw, BUILD_FOLDER, names), versions };
}

async function digestsOf(
  raw: RawCluster,
  folder: string,
  names: readonly string[],
): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const name of names) {
    digests[name] = sha256(await raw.read(`${folder}/${name}`));
  }
  return digests;
}
