/** The embedded engine as a scenario runs it: the stack commands of `ytcode`, in a process of their own. */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Fixture } from "../../behaviour/engine/fixture.ts";
import type { DriverAnswer, DriverRequest } from "./embedded-driver.ts";
import { argumentsOf } from "./engines.ts";
import type { Engine } from "./engines.ts";
import { interrupt } from "./interruption.ts";
import { endWithThisProcess } from "./left-processes.ts";
import type { EngineOutcome, SeenMessage } from "./observation.ts";
import { PASSPHRASE } from "./passphrase.ts";
import type { RunAction } from "./scenario.ts";

const DRIVER = fileURLToPath(new URL("embedded-driver.ts", import.meta.url));

/** The exit status of a process that SIGKILL ended, as shells tell it. */
const KILLED = 137;

/** Runs commands in one process after another; a killed one is replaced. */
export class EmbeddedEngine implements Engine {
  #driver: ChildProcess | undefined;

  async prepare(): Promise<void> {
    // It needs no state to begin with.
  }

  async run(project: Fixture, action: RunAction): Promise<EngineOutcome> {
    const driver = (this.#driver ??= fork(DRIVER, { stdio: ["ignore", "pipe", "pipe", "ipc"] }));
    const ending = endWithThisProcess(driver, project.directory);
    let text = "";
    const listen = (chunk: Buffer): void => {
      text += chunk.toString();
    };
    driver.stdout?.on("data", listen);
    driver.stderr?.on("data", listen);
    const request: DriverRequest = {
      command: action.run,
      argv: argumentsOf(action),
      directory: project.directory,
      environment: project.environment({
        YTCODE_ENGINE: "embedded",
        PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
        ...action.environment,
      }),
    };
    const ended = this.#answer(driver, () => text);
    driver.send(request);
    try {
      await interrupt(project, action, {
        ended,
        text: () => text,
        signal: (name) => driver.kill(name),
      });
      const answer = await ended;
      return { ...answer, messages: [...answer.messages, ...ownErrors(text)], text };
    } finally {
      ending[Symbol.dispose]();
      driver.stdout?.off("data", listen);
      driver.stderr?.off("data", listen);
    }
  }

  #answer(driver: ChildProcess, text: () => string): Promise<DriverAnswer> {
    return new Promise((resolve, reject) => {
      const onMessage = (answer: DriverAnswer): void => {
        driver.off("exit", onExit);
        resolve(answer);
      };
      const onExit = (status: number | null, signal: NodeJS.Signals | null): void => {
        driver.off("message", onMessage);
        this.#driver = undefined;
        if (signal === "SIGKILL") {
          resolve({ status: KILLED, steps: [], messages: [] });
        } else {
          reject(new Error(`The driver ended with ${status ?? signal}:\n${text()}`));
        }
      };
      driver.once("message", onMessage);
      driver.once("exit", onExit);
    });
  }

  async close(): Promise<void> {
    const driver = this.#driver;
    if (driver !== undefined) {
      const ended = once(driver, "exit");
      driver.disconnect();
      await ended;
    }
  }
}

/** What the command says itself when the engine is done: `ytcode: …`. */
function ownErrors(text: string): readonly SeenMessage[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("ytcode: "))
    .map((line) => ({ severity: "error", urn: undefined, text: line.slice("ytcode: ".length) }));
}
