/** Refresh: the embedded engine does as the Pulumi CLI did. */
import { testChapter } from "../../tools/conformance/check.ts";
import { refresh } from "./scenarios/refresh.ts";

testChapter(refresh);
