/** All chapters of scenarios, in the order in which the page has them. */
import type { Chapter } from "../../../tools/conformance/scenario.ts";
import { interruption } from "./interruption.ts";
import { lifecycle } from "./lifecycle.ts";

export const CHAPTERS: readonly Chapter[] = [lifecycle, interruption];
