/** A job as a node of a cluster starts it: an empty folder with the files that the specification lists, and the command. */
import { chmod, mkdir, mkdtemp, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { isProperties } from "../../provider/resource/arguments.ts";
import { runProgram } from "../ytjobs/run-python.ts";
import { pathWithPip, wheelsDirectory } from "./paths.ts";
import type { RawCluster } from "./raw-cluster.ts";

/** A file of a job. */
interface JobFile {
  readonly node: string;
  readonly name: string;
  readonly isExecutable: boolean;
}

/**
 * Runs a job in a sandbox of its own.
 *
 * @param folder where the sandbox is made
 * @param job the user job of a specification, as it arrived on the cluster
 * @param input the file with the job's rows; none for a vanilla job
 * @returns what it has written to stdout
 * @throws {Error} with its stderr when it fails
 */
export async function runJobOf(
  cluster: RawCluster,
  folder: string,
  job: unknown,
  input: string | undefined,
): Promise<string> {
  if (!isProperties(job) || typeof job["command"] !== "string") {
    throw new TypeError(`No user job: ${JSON.stringify(job)}`);
  }
  const files: readonly unknown[] = Array.isArray(job["file_paths"]) ? job["file_paths"] : [];
  const sandbox = await mkdtemp(path.join(folder, "sandbox-"));
  const cache = await mkdtemp(path.join(folder, "cache-"));
  for (const file of files) {
    await addFile(cluster, { sandbox, cache }, readFilePath(file));
  }
  const { status, stdout, stderr } = await runProgram("bash", ["-c", job["command"]], {
    cwd: sandbox,
    env: {
      PATH: pathWithPip,
      HOME: undefined,
      PYTHONPATH: undefined,
      PIP_NO_INDEX: "1",
      PIP_FIND_LINKS: pathToFileURL(wheelsDirectory).href,
    },
    ...(input !== undefined && { stdin: input }),
  });
  if (status !== 0) {
    throw new Error(`The job ended with status ${status}: ${stderr}`);
  }
  return stdout;
}

/** The node keeps what is fetched in a cache; the sandbox has links to it (docs/yt-http-api.md, section 12). */
async function addFile(
  cluster: RawCluster,
  { sandbox, cache }: { readonly sandbox: string; readonly cache: string },
  { node, name, isExecutable }: JobFile,
): Promise<void> {
  const cached = path.join(cache, name);
  await mkdir(path.dirname(cached), { recursive: true });
  await writeFile(cached, await cluster.read(node));
  await chmod(cached, isExecutable ? 0o555 : 0o444);
  await symlink(cached, path.join(sandbox, name));
}

/** Clients send a path with attributes, or a text that has them in front. */
function readFilePath(file: unknown): JobFile {
  const text = /^<(?<attributes>[^>]*)>(?<node>.*)$/.exec(typeof file === "string" ? file : "");
  if (text !== null) {
    const { attributes = "", node = "" } = text.groups ?? {};
    const pairs = attributes.split(";").map((pair) => pair.split("="));
    return jobFile(node, Object.fromEntries(pairs));
  }
  if (isProperties(file) && isProperties(file["$attributes"])) {
    return jobFile(file["$value"], file["$attributes"]);
  }
  throw new TypeError(`No file with a name: ${JSON.stringify(file)}`);
}

function jobFile(node: unknown, attributes: Readonly<Record<string, unknown>>): JobFile {
  const { file_name: name, executable } = attributes;
  const isExecutable = executable === true || executable === "%true";
  return { node: String(node), name: String(name), isExecutable };
}
