/** A client of the API in a few lines, so that tests see what is on a cluster without the client under test. */
import type { ListedNode } from "../../provider/yt/index.ts";

/**
 * A client of the tests' own, on plain `fetch`: what a cluster holds is asked for without any of
 * the code under test.
 */
export interface RawCluster {
  get(path: string): Promise<unknown>;
  exists(path: string): Promise<boolean>;
  /** Names of the children, sorted. */
  list(path: string): Promise<readonly string[]>;
  listWithAttributes(path: string, names: readonly string[]): Promise<readonly ListedNode[]>;
  set(path: string, value: unknown): Promise<void>;
  create(type: string, path: string, more?: Record<string, unknown>): Promise<void>;
  remove(path: string): Promise<void>;
  write(path: string, content: string | Uint8Array): Promise<void>;
  read(path: string): Promise<Buffer>;
  command(name: string, parameters: Record<string, unknown>): Promise<unknown>;
}

const FORMAT = '{"$value":"json","$attributes":{"encode_utf8":false}}';

export function rawCluster(url: string, token?: string): RawCluster {
  const send = async (
    method: string,
    name: string,
    parameters: Record<string, unknown>,
    body?: string | Uint8Array,
  ): Promise<Response> => {
    const response = await fetch(`${url}/api/v4/${name}`, {
      method,
      headers: {
        "X-YT-Header-Format": "<encode_utf8=%false>json",
        "X-YT-Input-Format": FORMAT,
        "X-YT-Output-Format": FORMAT,
        "X-YT-Parameters": JSON.stringify(parameters),
        // Small answers are not worth compressing.
        "Accept-Encoding": "identity",
        ...(token === undefined ? {} : { Authorization: `OAuth ${token}` }),
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === "string" ? body : new Uint8Array(body) }),
    });
    if (!response.ok) {
      throw new Error(`${name} ${JSON.stringify(parameters)}: ${await response.text()}`);
    }
    return response;
  };
  const ask = async (name: string, parameters: Record<string, unknown>): Promise<unknown> => {
    const answer: unknown = await (await send("GET", name, parameters)).json();
    if (typeof answer !== "object" || answer === null || !("value" in answer)) {
      throw new TypeError(`${name} must answer a value`);
    }
    return answer.value;
  };
  const command = async (name: string, parameters: Record<string, unknown>): Promise<unknown> =>
    (await send("POST", name, parameters)).json();
  const listWithAttributes = async (
    path: string,
    names: readonly string[],
  ): Promise<readonly ListedNode[]> => {
    const children = await ask("list", { path, attributes: names });
    if (!Array.isArray(children)) {
      throw new TypeError("list must answer a list");
    }
    return children
      .map((child) =>
        typeof child === "string"
          ? { name: child, attributes: {} }
          : { name: String(child.$value), attributes: child.$attributes },
      )
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  };
  return {
    get: async (path) => ask("get", { path }),
    exists: async (path) => (await ask("exists", { path })) === true,
    list: async (path) => (await listWithAttributes(path, [])).map(({ name }) => name),
    listWithAttributes,
    set: async (path, value) => {
      await send("PUT", "set", { path }, JSON.stringify(value));
    },
    create: async (type, path, more = {}) => {
      await command("create", { type, path, recursive: true, ...more });
    },
    remove: async (path) => {
      await command("remove", { path, recursive: true });
    },
    write: async (path, content) => {
      await send("PUT", "write_file", { path, compute_md5: true }, content);
    },
    read: async (path) =>
      Buffer.from(await (await send("GET", "read_file", { path })).arrayBuffer()),
    command,
  };
}
