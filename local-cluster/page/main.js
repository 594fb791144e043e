/** The page at `/` of the local cluster: shows the node that the address names. */
import { ApiError, getValue, recordOf, textOf, useToken } from "./api.js";
import { archiveSection } from "./archive.js";
import { attributesPane } from "./attributes.js";
import { byId, element, shownName } from "../../common/page/dom.js";
import { previewSection, valueSection } from "./file.js";
import { childrenSection } from "./children.js";
import { hashOf, keysFromHash, pathOf, shownPath } from "./place.js";
import { versionsSection } from "./versions.js";

/** Ends what is still asked for the place before. */
let leaving = new AbortController();

window.addEventListener("hashchange", () => void show());
byId("refresh").addEventListener("click", () => void show());
byId("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const input = byId("token");
  if (input instanceof HTMLInputElement) {
    useToken(input.value);
    input.value = "";
  }
  byId("token-form").hidden = true;
  void show();
});
byId("address").textContent = location.host;
void show();

/** Shows the place that the address names, or says why that is not possible. */
async function show() {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const keys = keysFromHash(location.hash);
  document.title = `${shownName(shownPath(keys))} – local cluster`;
  showWay(keys);
  byId("status").textContent = "Loading…";
  byId("status").classList.remove("wrong");
  try {
    const { sections, pane } = await partsOf(keys, signal);
    byId("content").replaceChildren(...sections);
    byId("attributes").replaceChildren(...pane);
    byId("attributes").hidden = pane.length === 0;
    byId("status").textContent = "";
  } catch (error) {
    if (!signal.aborted) {
      showFailure(error);
    }
  }
}

/**
 * @param {readonly string[]} keys
 * @param {AbortSignal} signal
 */
async function partsOf(keys, signal) {
  const path = pathOf(keys);
  const attributes = recordOf(await getValue(`${path}/@`, signal));
  const own = recordOf(await getValue(`${path}/@user_attributes`, signal));
  const pane = attributesPane(attributes, own);
  const type = String(attributes["type"]);
  switch (type) {
    case "map_node":
    case "portal_exit":
    case "rootstock":
      return { sections: await mapSections(keys, signal), pane };
    case "file": {
      const archive = archiveSection(path, keys, signal);
      return { sections: [archive ?? (await previewSection(path, attributes, signal))], pane };
    }
    default:
      // Such as "account_map": what is under //sys.
      return {
        sections: type.endsWith("_map")
          ? await mapSections(keys, signal)
          : [await valueSection(path, type, signal)],
        pane,
      };
  }
}

/**
 * @param {readonly string[]} keys
 * @param {AbortSignal} signal
 */
async function mapSections(keys, signal) {
  const { section, children } = await childrenSection(keys, signal);
  const isBuildFolder = children.some(
    ({ name, attributes }) => name === "versions" && attributes["type"] === "map_node",
  );
  return isBuildFolder ? [await versionsSection(keys, children, signal), section] : [section];
}

/** @param {unknown} error */
function showFailure(error) {
  byId("content").replaceChildren();
  byId("attributes").hidden = true;
  const isRefused = error instanceof ApiError && error.status === 401;
  byId("token-form").hidden = !isRefused;
  if (isRefused) {
    byId("token").focus();
  }
  const reason = error instanceof ApiError ? error.message : "The cluster cannot be reached";
  byId("status").textContent = shownName(reason);
  byId("status").classList.add("wrong");
}

/** @param {readonly string[]} keys */
function showWay(keys) {
  const steps = ["", ...keys].map((key, index) => {
    const link = element("a", { href: hashOf(keys.slice(0, index)) }, [
      index === 0 ? "/" : shownName(textOf(key)),
    ]);
    if (index === keys.length) {
      link.setAttribute("aria-current", "page");
    }
    return element("li", {}, [link]);
  });
  byId("way").replaceChildren(...steps);
}
