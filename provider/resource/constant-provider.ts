/** The module that handles resources, by its name for a project. */
export const HANDLER_MODULE = "pulumi-yt-code/handler";

/**
 * What Pulumi stores as the resource's provider: one constant line of JavaScript that loads the
 * handler module of the installed package, from the project's folder, by the package's name.
 *
 * It holds no code and captures nothing, so old state always runs the installed code, and a new
 * release of this package is never a change of a resource.
 */
export const CONSTANT_PROVIDER = `exports.handler = () => require("node:module").createRequire(process.cwd() + "/")("${HANDLER_MODULE}")`;
