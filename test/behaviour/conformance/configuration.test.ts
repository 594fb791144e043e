/** Configuration: the embedded engine does as the Pulumi CLI did. */
import { testChapter } from "../../tools/conformance/check.ts";
import { configuration } from "./scenarios/configuration.ts";

testChapter(configuration);
