/** Asks the cluster that the user of a command has named. */
import { stat } from "node:fs/promises";
import {
  AuthenticationError,
  connectToCluster,
  findAccess,
  LOCAL_PROXY,
  localClusterDirectory,
} from "../../provider/cluster.ts";
import type { StartLocalCluster, YtClient } from "../../provider/cluster.ts";
import { UserError } from "../../common/errors/user-error.ts";
import { shownName } from "../../common/text/shown-name.ts";

/** Which cluster to ask. */
export interface NamedCluster {
  readonly proxy: string;
  /** Where the user is: "local" is the local cluster of the project that this belongs to. */
  readonly directory: string;
}

/**
 * Asks a cluster.
 *
 * @param action what the command does, for messages: `inspect`
 * @param nodePath what it does that to
 * @throws {UserError} when there is no such cluster, or it wants another token
 */
export async function askCluster<Answer>(
  action: string,
  nodePath: string,
  cluster: NamedCluster,
  ask: (client: YtClient) => Promise<Answer>,
): Promise<Answer> {
  const client = await connect(action, nodePath, cluster);
  try {
    return await ask(client);
  } catch (error) {
    if (!(error instanceof AuthenticationError)) {
      throw error;
    }
    const reason = error.isTokenSent ? "the token is refused" : "the cluster wants a token";
    throw new UserError(
      `Cannot ${action} "${nodePath}" on cluster "${client.proxy}": ${reason} ` +
        `(${error.innermostMessage}): set YT_TOKEN, or write it to ~/.yt/token; ` +
        "a stack's secret yt:token cannot be read by this command",
    );
  }
}

async function connect(
  action: string,
  nodePath: string,
  { proxy, directory }: NamedCluster,
): Promise<YtClient> {
  if (proxy !== LOCAL_PROXY) {
    const sources = { environment: process.env, directory };
    return connectToCluster({
      proxy,
      findAccess: (cluster) => findAccess(cluster, sources),
      projectDirectory: directory,
      startLocalCluster,
      warn: (line) => process.stderr.write(`${shownName(line)}\n`),
    });
  }
  const { readProject } = await import("../../engine/project/project.ts");
  const { directory: projectDirectory } = (await readProject(directory)).program;
  const data = localClusterDirectory(projectDirectory);
  const isThere = await stat(data).then(
    () => true,
    () => false,
  );
  if (isThere) {
    return connectToCluster({ proxy, projectDirectory, startLocalCluster });
  }
  throw new UserError(
    `Cannot ${action} "${nodePath}" as there is no local cluster in "${projectDirectory}" yet: ` +
      'a stack with yt:proxy "local" makes one when it is brought up',
  );
}

/** Loads what it needs when it is called. */
const startLocalCluster: StartLocalCluster = async (options) => {
  const localCluster = await import("../../local-cluster/index.ts");
  return localCluster.startLocalCluster(options);
};
