/** Replacement: the embedded engine does as the Pulumi CLI did. */
import { testChapter } from "../../tools/conformance/check.ts";
import { replacement } from "./scenarios/replacement.ts";

testChapter(replacement);
