/** Aliases: the embedded engine does as the Pulumi CLI did. */
import { testChapter } from "../../tools/conformance/check.ts";
import { aliases } from "./scenarios/aliases.ts";

testChapter(aliases);
