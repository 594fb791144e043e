/** Keeps connections on this machine away from a proxy that the environment names. */

/** How the engine, the program and the provider name this machine. */
const LOOPBACK = ["127.0.0.1", "localhost"];

/**
 * The environment variable by which gRPC leaves loopback out of `http_proxy` and its like. It takes the place of
 * `no_proxy`, so that what the user has there comes along (`getNoProxyHostList` in http_proxy.ts of grpc/grpc-node).
 *
 * @param environment the environment that a process is given
 */
export function noLoopbackProxy(
  environment: NodeJS.ProcessEnv,
): Readonly<Record<"no_grpc_proxy", string>> {
  const { no_grpc_proxy: own, no_proxy: general } = environment;
  const chosen = [own, general].find((hosts) => hosts !== undefined && hosts !== "");
  return { no_grpc_proxy: [...(chosen === undefined ? [] : [chosen]), ...LOOPBACK].join(",") };
}
