/** States and locks: the embedded engine does as the Pulumi CLI did. */
import { testChapter } from "../../tools/conformance/check.ts";
import { states } from "./scenarios/states.ts";

testChapter(states);
