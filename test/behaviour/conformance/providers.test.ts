/** Explicit providers, handed on by components, and changed: as the Pulumi CLI did it. */
import { testChapter } from "../../tools/conformance/check.ts";
import { providers } from "./scenarios/providers.ts";

testChapter(providers);
