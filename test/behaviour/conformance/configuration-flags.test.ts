/** Configuration that the command line gives, or takes from another file: as the Pulumi CLI did it. */
import { testChapter } from "../../tools/conformance/check.ts";
import { configurationFlags } from "./scenarios/configuration-flags.ts";

testChapter(configurationFlags);
