/**
 * The cluster's own HTTP API, as far as the page asks it. Names are byte strings, one character for
 * each byte, as the API's default JSON has them: any name can be shown and followed.
 */

/** What the API answers instead of a value. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Kept while the page is open, and nowhere else. */
let token = "";

/**
 * Sends a token from now on.
 *
 * @param {string} given
 */
export function useToken(given) {
  token = given;
}

/**
 * The value of a node or an attribute; of a map all that is below.
 *
 * @param {string} path
 * @param {AbortSignal} signal
 * @param {readonly string[]} [attributes] of each node, to come with it as `$attributes`
 * @returns {Promise<unknown>}
 */
export async function getValue(path, signal, attributes = []) {
  return valueOf(await (await ask("get", { path, attributes }, signal)).json());
}

/**
 * A child of a map.
 *
 * @typedef {{ readonly name: string, readonly attributes: Readonly<Record<string, unknown>> }} Child
 */

/**
 * The children of a map, by name.
 *
 * @param {string} path
 * @param {readonly string[]} attributes
 * @param {AbortSignal} signal
 * @returns {Promise<readonly Child[]>}
 */
export async function listChildren(path, attributes, signal) {
  const value = valueOf(await (await ask("list", { path, attributes }, signal)).json());
  if (!Array.isArray(value)) {
    throw new TypeError("The cluster did not answer a list");
  }
  return value
    .map((child) => {
      const record = recordOf(child);
      return typeof child === "string"
        ? { name: child, attributes: {} }
        : { name: String(record["$value"]), attributes: recordOf(record["$attributes"]) };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * The bytes of a file, as they come.
 *
 * @param {string} path
 * @param {AbortSignal} signal
 * @param {number} [length] bytes at most
 * @returns {Promise<ReadableStream<Uint8Array<ArrayBuffer>>>}
 */
export async function readFile(path, signal, length) {
  const parameters = length === undefined ? { path } : { path, length };
  const { body } = await ask("read_file", parameters, signal);
  if (body === null) {
    throw new TypeError("The cluster answered without a body");
  }
  return body;
}

/**
 * @param {string} command
 * @param {object} parameters
 * @param {AbortSignal} signal
 */
async function ask(command, parameters, signal) {
  const response = await fetch(`/api/v4/${command}`, {
    signal,
    // A redirect or a cookie has nothing to do here.
    redirect: "error",
    credentials: "omit",
    headers: {
      "X-YT-Parameters": asciiJson(parameters),
      ...(token === "" ? {} : { Authorization: `OAuth ${token}` }),
    },
  });
  if (!response.ok) {
    throw new ApiError(response.status, await errorText(response));
  }
  return response;
}

/** @param {Response} response */
async function errorText(response) {
  try {
    return messagesOf(await response.json()).join(": ");
  } catch {
    return `The cluster answered with status ${response.status}`;
  }
}

/**
 * The messages of an error and of the first cause of each.
 *
 * @param {unknown} error
 * @returns {string[]}
 */
function messagesOf(error) {
  const { message, inner_errors: inner } = recordOf(error);
  const [first] = Array.isArray(inner) ? inner : [];
  return [textOf(String(message)), ...(first === undefined ? [] : messagesOf(first))];
}

/** @param {unknown} answer */
function valueOf(answer) {
  return recordOf(answer)["value"];
}

/**
 * A map of the API's; an empty one for what is none.
 *
 * @param {unknown} value
 * @returns {Readonly<Record<string, unknown>>}
 */
export function recordOf(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

/**
 * A byte string as the text that it is in UTF-8.
 *
 * @param {string} bytes
 * @returns {string}
 */
export function textOf(bytes) {
  return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
}

/** @param {object} value */
function asciiJson(value) {
  return JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
