/** A page in a real browser that has no network, with all that it asks for and complains of. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { PlanDocument } from "../../../../cli/plan/plan-document.ts";
import { planPage } from "../../../../cli/plan/plan-page.ts";
import { makeTree } from "../../../tools/temporary-tree.ts";

/** An opened page. */
export interface OpenedPage {
  readonly page: Page;
  /** Asserts that it has asked for nothing but its own file, and that nothing has gone wrong in it. */
  readonly assertQuiet: () => void;
}

/** Writes the page of a plan to a file and opens that. */
export async function openPlan(
  t: TestContext,
  browser: Browser,
  plan: PlanDocument,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const folder = await makeTree(t);
  const file = path.join(folder, "plan.html");
  await writeFile(file, await planPage(plan));
  return openFile(t, browser, file, options);
}

/** Opens a page in a window of its own. Movements are off unless the options want them. */
export async function openFile(
  t: TestContext,
  browser: Browser,
  file: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({
    offline: true,
    reducedMotion: "reduce",
    viewport: { width: 1280, height: 900 },
    ...options,
  });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const url = pathToFileURL(file).href;
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => complaints.push(dialog.message()));
  await page.goto(url);
  const assertQuiet = (): void => {
    assert.deepEqual(requests, [url]);
    assert.deepEqual(complaints, []);
  };
  return { page, assertQuiet };
}

/** A cell of the treemap as a reader sees it. */
export interface SeenCell {
  readonly label: string;
  readonly isOpen: boolean;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The cells of the treemap, outer ones before inner ones. */
export function cellsOf(page: Page): Promise<readonly SeenCell[]> {
  return page.locator(".cell").evaluateAll((cells) =>
    cells.map((cell) => {
      const { x, y, width, height } = cell.getBoundingClientRect();
      const label = cell.getAttribute("aria-label") ?? "";
      return { label, isOpen: cell.classList.contains("open"), x, y, width, height };
    }),
  );
}

/** The steps of the way to what the treemap shows. */
export function wayOf(page: Page): Promise<readonly string[]> {
  return page.locator("#way button").allTextContents();
}

/** The texts of the cells of one column, in the rows of the table that is shown. */
export function columnOf(page: Page, column: number): Promise<readonly string[]> {
  return page.locator(`[role=tabpanel]:visible tbody td:nth-child(${column})`).allInnerTexts();
}
