/** Transforms: the embedded engine does as the Pulumi CLI did. */
import { testChapter } from "../../tools/conformance/check.ts";
import { transforms } from "./scenarios/transforms.ts";

testChapter(transforms);
