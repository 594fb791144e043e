/** The endpoints besides commands, such as `/hosts` (docs/yt-http-api.md, section 2). */
import type { ApiVersion } from "../commands/command.ts";
import { commandName, listCommands } from "../commands/registry.ts";
import * as yson from "../../common/yson/value.ts";
import type { YsonValue } from "../../common/yson/value.ts";
import { DEFAULT_JSON } from "./format.ts";
import { timestamp } from "../objects/time.ts";
import { authenticate } from "./authentication.ts";
import type { Exchange } from "./exchange.ts";
import { findHeader } from "./headers.ts";
import { answerPage } from "./page.ts";

/** What the endpoints answer about the server. */
export interface ServerInfo {
  readonly token: string | undefined;
  /** `host:port` under which it is reached. */
  readonly address: () => string;
  /** Milliseconds since 1970. */
  readonly startTime: number;
}

const VERSION = "23.2.0-local-cluster";

/**
 * Answers a request that is no command.
 *
 * @param path of the URL, in lower case, without slashes at its end
 * @returns false when there is no such endpoint
 */
export async function answerEndpoint(
  exchange: Exchange,
  path: string,
  server: ServerInfo,
): Promise<boolean> {
  switch (path) {
    case "/api":
      await exchange.sendValue(yson.strings(["v3", "v4"]), DEFAULT_JSON);
      return true;
    case "/api/v3":
    case "/api/v4":
      await exchange.sendValue(commandList(path === "/api/v3" ? "v3" : "v4"), DEFAULT_JSON);
      return true;
    case "/hosts":
      await answerHosts(exchange, server.address());
      return true;
    case "/hosts/all":
      await exchange.sendValue(yson.list([hostDetails(server.address())]), DEFAULT_JSON);
      return true;
    case "/ping":
      await exchange.sendText(200, "");
      return true;
    case "/version":
      await exchange.sendText(200, VERSION);
      return true;
    case "/service":
      await exchange.sendValue(
        yson.map({
          start_time: yson.string(timestamp(server.startTime)),
          version: yson.string(VERSION),
        }),
        DEFAULT_JSON,
      );
      return true;
    case "/auth/whoami":
      await answerWhoami(exchange, server.token);
      return true;
    default:
      return answerPage(exchange, path);
  }
}

/** Unlike on a cluster there is one proxy for everything, and its entry has the port. */
async function answerHosts(exchange: Exchange, address: string): Promise<void> {
  if (findHeader(exchange.request, "accept") === "text/plain") {
    await exchange.sendText(200, `${address}\n`);
  } else {
    await exchange.sendValue(yson.strings([address]), DEFAULT_JSON);
  }
}

function hostDetails(address: string): YsonValue {
  return yson.map({
    host: yson.string(address),
    name: yson.string(address),
    role: yson.string("data"),
    banned: yson.boolean(false),
    dead: yson.boolean(false),
  });
}

async function answerWhoami(exchange: Exchange, token: string | undefined): Promise<void> {
  const user = authenticate(exchange.request, token);
  await exchange.sendValue(
    yson.map({
      login: yson.string(user),
      real_login: yson.string(user),
      realm: yson.string("YT"),
      csrf_token: yson.string(""),
    }),
    DEFAULT_JSON,
  );
}

function commandList(version: ApiVersion): YsonValue {
  return yson.list(
    listCommands(version).map((command) =>
      yson.map({
        name: yson.string(commandName(command, version)),
        input_type: yson.string(command.input),
        output_type: yson.string(
          (version === "v3" ? command.v3Output : undefined) ?? command.output,
        ),
        is_volatile: yson.boolean(command.volatile),
        is_heavy: yson.boolean(command.heavy),
      }),
    ),
  );
}
