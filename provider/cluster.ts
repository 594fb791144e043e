/**
 * All that talks to a cluster, behind one door. Import it with `await import(…)` where it is
 * needed: checking and previewing a pipeline ask no cluster, and should not wait for the loading.
 */
export * from "./publication/index.ts";
export * from "./yt/index.ts";
