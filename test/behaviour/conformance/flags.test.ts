/** Flags that choose resources, refresh first, or say what is expected: as the Pulumi CLI did it. */
import { testChapter } from "../../tools/conformance/check.ts";
import { flags } from "./scenarios/flags.ts";

testChapter(flags);
