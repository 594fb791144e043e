/** Options of resources: the embedded engine does as the Pulumi CLI did. */
import { testChapter } from "../../tools/conformance/check.ts";
import { options } from "./scenarios/options.ts";

testChapter(options);
