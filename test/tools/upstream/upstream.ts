/** Where the framework is that pipelines are migrated from, for what runs it or compares with it. */
import { existsSync } from "node:fs";
import path from "node:path";
import { upstreamEnvironment } from "../paths.ts";

/** The interpreter of the environment that has `yt-framework`; see `../install.ts`. */
export const upstreamPython: string = path.join(upstreamEnvironment, "bin/python3");

/** Options of a test that needs the framework: skipped by name where it could not be installed. */
export const needsUpstream: { readonly skip: false | string } = {
  skip: existsSync(path.join(upstreamEnvironment, "complete.json"))
    ? false
    : "NOT RUN: yt-framework could not be installed, which needs Python 3.11 and a package index",
};
