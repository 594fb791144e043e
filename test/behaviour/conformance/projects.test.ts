/** Projects: the embedded engine does as the Pulumi CLI did. */
import { testChapter } from "../../tools/conformance/check.ts";
import { projects } from "./scenarios/projects.ts";

testChapter(projects);
