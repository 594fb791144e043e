/**
 * Loaded before each test file (`--import`): what the processes of a test remember between runs
 * belongs to the tests, not to the user's own cache.
 */
import path from "node:path";
import { testToolsDirectory } from "./paths.ts";

process.env["YTCODE_CACHE_DIR"] ??= path.join(testToolsDirectory, "cache");
