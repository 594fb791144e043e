/** Failures: the embedded engine does as the Pulumi CLI did. */
import { testChapter } from "../../tools/conformance/check.ts";
import { failures } from "./scenarios/failures.ts";

testChapter(failures);
