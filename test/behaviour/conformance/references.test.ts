/** Stack references: the embedded engine does as the Pulumi CLI did. */
import { testChapter } from "../../tools/conformance/check.ts";
import { references } from "./scenarios/references.ts";

testChapter(references);
