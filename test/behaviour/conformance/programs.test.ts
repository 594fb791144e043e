/** Programs: the embedded engine does as the Pulumi CLI did. */
import { testChapter } from "../../tools/conformance/check.ts";
import { programs } from "./scenarios/programs.ts";

testChapter(programs);
