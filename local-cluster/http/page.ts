/**
 * The page at `/`, on which people look at what the cluster holds. It asks the cluster's own API, with
 * a token that its user types in, so it can do no more than they: its files are served to anybody.
 */
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { packageFile } from "../../common/package-file.ts";
import type { Exchange } from "./exchange.ts";

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
};

/**
 * Where what is asked for below a path is from. An import of `../../common/page/x.js` in a module of the
 * page is a request for `/common/page/x.js`.
 */
const SOURCES: Readonly<Record<string, string>> = {
  "/page/": "local-cluster/page",
  "/common/page/": "common/page",
};

const FILE = /^(\/(?:common\/)?page\/)([a-z-]+\.(?:css|js))$/;

/** It runs its own scripts, asks this server, and nothing of what it shows becomes markup. */
const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

/**
 * Answers a request for the page or one of its files.
 *
 * @param url path of the URL, in lower case, without slashes at its end
 * @returns false when it is for something else
 */
export async function answerPage(exchange: Exchange, url: string): Promise<boolean> {
  const [, place = "", name = ""] =
    url === "" ? ["", "/page/", "page.html"] : (FILE.exec(url) ?? []);
  const source = SOURCES[place];
  const { method } = exchange.request;
  if (source === undefined || (method !== "GET" && method !== "HEAD")) {
    return false;
  }
  const folder = packageFile(source);
  // Only what is there by this very name: a path of the file system is never made of a request.
  if (!(await readdir(folder)).includes(name)) {
    return false;
  }
  const text = await readFile(path.join(folder, name), "utf8");
  await exchange.sendText(200, text, CONTENT_TYPES[path.extname(name)], HEADERS);
  return true;
}
