/** Components: the embedded engine does as the Pulumi CLI did. */
import { testChapter } from "../../tools/conformance/check.ts";
import { components } from "./scenarios/components.ts";

testChapter(components);
