/** Hooks: the embedded engine does as the Pulumi CLI did. */
import { testChapter } from "../../tools/conformance/check.ts";
import { hooks } from "./scenarios/hooks.ts";

testChapter(hooks);
