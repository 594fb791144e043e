/** Locks, and files of states: the embedded engine does as the Pulumi CLI did. */
import { testChapter } from "../../tools/conformance/check.ts";
import { storage } from "./scenarios/storage.ts";

testChapter(storage);
