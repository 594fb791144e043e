/** Operations that are stopped in the middle of a step: as the Pulumi CLI did it. */
import { testChapter } from "../../tools/conformance/check.ts";
import { interruption } from "./scenarios/interruption.ts";

testChapter(interruption);
