/** The files in an archive: read here, in the browser, as it comes, and only so far. */
import { readFile, textOf } from "./api.js";
import { element, shownName } from "../../common/page/dom.js";
import { note, PREVIEW_BYTES, previewOf } from "./file.js";
import { formatSize } from "../../common/page/format-size.js";
import { readTar } from "./tar.js";
/** @import { TarEntry } from "./tar.js" */

/** Entries that are listed, and bytes of the tar that are read, before the page gives up. */
const MAX_ENTRIES = 5000;
const MAX_BYTES = 256 * 1024 * 1024;
/** After how many entries the list is drawn again while it grows. */
const DRAW_EVERY = 200;

const COLUMNS = ["Name", "Mode", "Size"];

/**
 * The section of an archive, which fills itself; undefined for a file that is none by its name.
 *
 * @param {string} path
 * @param {readonly string[]} keys
 * @param {AbortSignal} signal
 * @returns {HTMLElement | undefined}
 */
export function archiveSection(path, keys, signal) {
  const name = textOf(keys.at(-1) ?? "");
  if (!/\.(tar|tgz|tar\.gz)$/i.test(name)) {
    return undefined;
  }
  const open = async () => {
    const stream = await readFile(path, signal);
    return name.toLowerCase().endsWith(".tar")
      ? stream
      : stream.pipeThrough(new DecompressionStream("gzip"));
  };
  const summary = element("p", { class: "note", role: "status" });
  const body = element("tbody");
  const heads = COLUMNS.map((column, index) =>
    element("th", { scope: "col", class: index === 2 ? "number" : "" }, [column]),
  );
  const table = element(
    "div",
    { class: "scroll", tabindex: "0", role: "group", "aria-label": "Files" },
    [element("table", {}, [element("thead", {}, [element("tr", {}, heads)]), body])],
  );
  const content = element("div", { class: "entry" });
  const section = element("section", {}, [
    element("h2", {}, ["Files in the archive"]),
    summary,
    content,
    table,
  ]);
  void list({ open, signal, summary, body, content });
  return section;
}

/**
 * @typedef {{
 *   readonly open: () => Promise<ReadableStream<Uint8Array<ArrayBuffer>>>,
 *   readonly signal: AbortSignal,
 *   readonly summary: HTMLElement,
 *   readonly body: HTMLElement,
 *   readonly content: HTMLElement,
 * }} Listing
 */

/** @param {Listing} listing */
async function list(listing) {
  const { open, signal, summary, body } = listing;
  let count = 0;
  let sizeBytes = 0;
  /** @type {HTMLElement[]} */
  let waiting = [];
  const draw = (/** @type {string} */ ending) => {
    body.append(...waiting);
    waiting = [];
    const things = `${count.toLocaleString("en")} ${count === 1 ? "entry" : "entries"}`;
    summary.textContent = `${things}, ${formatSize(sizeBytes)}${ending}`;
  };
  try {
    for await (const { entry, position } of readTar(await open())) {
      if (count === MAX_ENTRIES || position > MAX_BYTES) {
        draw(": the rest is not listed, as the archive is large");
        return;
      }
      count += 1;
      sizeBytes += entry.sizeBytes;
      waiting.push(rowOf(listing, entry, count));
      if (waiting.length === DRAW_EVERY) {
        draw("…");
      }
    }
    draw("");
  } catch (error) {
    if (!signal.aborted) {
      draw("");
      summary.append(
        ": ",
        element("strong", {}, [`it cannot be read further: ${reasonOf(error)}`]),
      );
    }
  }
}

/** @param {unknown} error */
function reasonOf(error) {
  return shownName(error instanceof Error ? error.message : String(error));
}

/**
 * @param {Listing} listing
 * @param {TarEntry} entry
 * @param {number} number
 */
function rowOf(listing, entry, number) {
  const { name, type, target, mode, sizeBytes } = entry;
  const shown = shownName(name);
  const isFile = type === "0" || type === "7";
  const button = element("button", { type: "button", class: "link" }, [shown]);
  button.addEventListener("click", () => void showEntry(listing, entry, number));
  const link =
    target === "" ? [] : [element("span", { class: "target" }, [`→ ${shownName(target)}`])];
  return element("tr", {}, [
    element("td", {}, [element("span", { class: "name" }, [isFile ? button : shown, ...link])]),
    element("td", { class: "mono" }, [mode.toString(8).padStart(4, "0")]),
    element("td", { class: "number" }, [isFile ? formatSize(sizeBytes) : ""]),
  ]);
}

/**
 * Reads the archive again up to an entry, and shows the beginning of that.
 *
 * @param {Listing} listing
 * @param {TarEntry} wanted
 * @param {number} number
 */
async function showEntry({ open, content }, wanted, number) {
  const close = element("button", { type: "button" }, ["Close"]);
  close.addEventListener("click", () => content.replaceChildren());
  const title = element("h3", { tabindex: "-1" }, [shownName(wanted.name)]);
  const head = element("div", { class: "entry-head" }, [title, close]);
  content.replaceChildren(head, note("Loading…"));
  title.focus();
  try {
    let count = 0;
    for await (const { entry, read } of readTar(await open())) {
      count += 1;
      if (count === number) {
        content.replaceChildren(head, ...previewOf(await read(PREVIEW_BYTES), entry.sizeBytes));
        return;
      }
    }
    content.replaceChildren(head, note("The archive has changed meanwhile"));
  } catch (error) {
    content.replaceChildren(head, note(reasonOf(error)));
  }
}
