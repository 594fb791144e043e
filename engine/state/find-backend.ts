/**
 * Which backend holds a stack's state, in the Pulumi CLI's order (`GetCurrentCloudURLWithSource` in
 * pkg/workspace/creds.go of pulumi/pulumi): `PULUMI_BACKEND_URL`, the project file's `backend.url`, what `pulumi login`
 * has chosen. Without any of these it is the project's own folder.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../../common/errors/user-error.ts";
import { isMissing } from "../../common/files/file-errors.ts";
import { listNames } from "../../common/files/list-names.ts";
import { findHomeDirectory } from "../../common/user.ts";
import { isRecord } from "../../common/values/is-record.ts";
import { backendFolder, isFolderUrl } from "./backend.ts";
import { compressionOf } from "./compression.ts";
import { StackStore } from "./stack-store.ts";
import type { StackIdentity } from "./urn.ts";

/** Where to look for a stack's state. */
export interface BackendOptions {
  readonly identity: StackIdentity;
  /** The project's folder, absolute. */
  readonly root: string;
  /** `backend.url` of the project file. */
  readonly projectUrl: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
}

/** The backend of a stack. */
export interface FoundBackend {
  /** The folder that holds `.pulumi`. */
  readonly folder: string;
  readonly store: StackStore;
  /** Which state is used and why, where that is not plain. */
  readonly notice: string | undefined;
}

/**
 * Finds the backend of a stack.
 *
 * @throws {UserError} when it is none that this engine can use, its folder is gone, or it has the older layout
 */
export async function findBackend(options: BackendOptions): Promise<FoundBackend> {
  const { identity, root, projectUrl, environment } = options;
  const found = async (folder: string, notice?: string): Promise<FoundBackend> => {
    const store = new StackStore(folder, identity, compressionOf(environment));
    await assertLayout(store);
    return { folder, store, notice };
  };
  const named = [environment["PULUMI_BACKEND_URL"], projectUrl].find(Boolean);
  if (named !== undefined) {
    return found(backendFolder(named, root));
  }
  const own = await found(root);
  const login = await readLogin(environment);
  if (login === undefined) {
    return own;
  }
  const { stack } = identity;
  if (isFolderUrl(login)) {
    const folder = backendFolder(login, root);
    const chosen = await found(folder);
    // A stack stays where it is, so that nothing is created a second time.
    return (await own.store.exists()) && !(await chosen.store.exists())
      ? { ...own, notice: noticeOf(own.store, login) }
      : chosen;
  }
  if (await own.store.exists()) {
    return { ...own, notice: noticeOf(own.store, login) };
  }
  throw new UserError(
    `Cannot find the state of stack "${stack}": pulumi login has chosen "${login}", which the embedded engine cannot reach, ` +
      `and there is none in "${own.store.paths.directory}": install the Pulumi CLI, or set PULUMI_BACKEND_URL=file://${root} to keep it here`,
  );
}

function noticeOf(store: StackStore, login: string): string {
  return (
    `Using the state in "${store.paths.directory}", where stack "${store.identity.stack}" is; ` +
    `pulumi login has chosen "${login}", set PULUMI_BACKEND_URL to say which one it is to be`
  );
}

/** What `pulumi login` has chosen; undefined when nobody is logged in. */
async function readLogin(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const home = findHomeDirectory();
  const folder =
    environment["PULUMI_CREDENTIALS_PATH"] ||
    environment["PULUMI_HOME"] ||
    (home === undefined ? undefined : path.join(home, ".pulumi"));
  if (folder === undefined) {
    return undefined;
  }
  const file = path.join(folder, "credentials.json");
  // What may not be read is not this user's login.
  const text = await readFile(file, "utf8").catch(() => "");
  if (text === "") {
    return undefined;
  }
  const content = parse(text);
  if (!isRecord(content)) {
    throw new UserError(
      `Cannot read "${file}", where pulumi login notes which state is used: correct or remove it, or set PULUMI_BACKEND_URL`,
    );
  }
  const { current } = content;
  return typeof current === "string" && current !== "" ? current : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The older layout keeps `.pulumi/stacks/<stack>.json`, without the project. A stack that is there only would
 * look like one that was never brought up.
 */
async function assertLayout(store: StackStore): Promise<void> {
  const { directory, meta, stacks } = store.paths;
  const version = await readLayoutVersion(meta);
  if (version !== undefined && version > 1) {
    throw new UserError(
      `Cannot use the state in "${directory}": its layout is of version ${version} (meta.yaml), and the embedded engine knows only 1, ` +
        "install the Pulumi CLI for it",
    );
  }
  const names = await listNames(path.dirname(stacks));
  const older = names.filter((name) => /\.json(\.gz|\.zst)?$/.test(name));
  const own = older.find((name) => name.startsWith(`${store.identity.stack}.json`));
  const refused = version === 1 ? own : (own ?? older[0]);
  if (refused === undefined || (await store.exists())) {
    return;
  }
  throw new UserError(
    `Cannot use the state in "${directory}": "stacks/${refused}" is of the older layout, without projects, ` +
      'run "pulumi state upgrade" with the Pulumi CLI',
  );
}

/** Undefined without a `meta.yaml`, as the older layout has none. */
async function readLayoutVersion(meta: string): Promise<number | undefined> {
  let text: string;
  try {
    text = await readFile(meta, "utf8");
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
  const version = /^\s*version:\s*(\d+)\s*$/m.exec(text)?.[1];
  if (version === undefined) {
    throw new UserError(`Cannot read "${meta}": wanted a line "version: 1"`);
  }
  return Number(version);
}
