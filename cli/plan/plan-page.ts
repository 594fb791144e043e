/** `ytcode plan --html`: one page with the plan, its style and its script, that loads nothing. */
import { createHash } from "node:crypto";
import path from "node:path";
import { readPageSources } from "./page-sources.ts";
import type { PageSources } from "./page-sources.ts";
import type { PlanDocument } from "./plan-document.ts";

/**
 * Makes the page. The same plan gives the same page, wherever its pipeline is.
 *
 * @returns HTML in which nothing from the plan can become markup or script
 */
export async function planPage(plan: PlanDocument): Promise<string> {
  return fillIn(await readPageSources(), plan);
}

function fillIn({ html, style, script }: PageSources, plan: PlanDocument): string {
  // Pages are sent to others, who need the folder's name and not its path on this machine.
  const name = path.basename(plan.pipelineDirectory);
  const data = JSON.stringify({ ...plan, pipelineDirectory: name });
  const places: readonly (readonly [place: string, text: string])[] = [
    [
      'Content-Security-Policy" content=""',
      `Content-Security-Policy" content="${policyFor(style, script)}"`,
    ],
    ["<title></title>", `<title>${escapeText(`${name}: what would be packed`)}</title>`],
    ['<link rel="stylesheet" href="page.css" />', `<style>${style}</style>`],
    [
      '<script id="plan" type="application/json"></script>',
      `<script id="plan" type="application/json">${escapeData(data)}</script>`,
    ],
    ['<script type="module" src="main.js"></script>', `<script type="module">${script}</script>`],
  ];
  // A function, as "$" has a meaning in a replacement text.
  return places.reduce((page, [place, text]) => {
    if (!page.includes(place)) {
      throw new Error(`The page has no ${place}`);
    }
    return page.replace(place, () => text);
  }, html);
}

/**
 * What the page may do: run its own script and use its own style, by their hashes. Nothing is
 * loaded or sent, and nothing becomes markup while it runs.
 */
function policyFor(style: string, script: string): string {
  return [
    "default-src 'none'",
    `script-src '${hashSource(script)}'`,
    `style-src '${hashSource(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

function hashSource(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** JSON as a script element's text, which no `</script>` or `<!--` may end or change. */
function escapeData(json: string): string {
  return json.replaceAll("<", String.raw`\u003c`);
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
