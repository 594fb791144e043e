/** Secrets and unknown values: the embedded engine does as the Pulumi CLI did. */
import { testChapter } from "../../tools/conformance/check.ts";
import { secrets } from "./scenarios/secrets.ts";

testChapter(secrets);
