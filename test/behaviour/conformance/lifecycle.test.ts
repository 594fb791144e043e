/** Create, no change, update, delete: as the Pulumi CLI did it. */
import { testChapter } from "../../tools/conformance/check.ts";
import { lifecycle } from "./scenarios/lifecycle.ts";

testChapter(lifecycle);
