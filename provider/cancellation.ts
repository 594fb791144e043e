/** Stops what is under way when Pulumi asks for it, by its protocol or by a signal to the provider's process. */
import { subscribe } from "node:diagnostics_channel";
import { setTimeout as delay } from "node:timers/promises";
import { isRecord } from "../common/values/is-record.ts";

/**
 * What Pulumi calls at the first Ctrl-C. The SDK's process answers it without a word to the handler
 * (`cancel` in cmd/dynamic-provider/index.js), so it is noticed where it comes in.
 */
const CANCEL_PATH = "/pulumirpc.ResourceProvider/Cancel";
/** Where Node tells of a request over HTTP/2, which gRPC is (https://nodejs.org/api/diagnostics_channel.html). */
const CHANNEL = "http2.server.stream.start";
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** So that Pulumi gets the answer before the process ends, in milliseconds. */
const ANSWER_MS = 500;

const running = new Set<AbortController>();
let received: NodeJS.Signals | undefined;
let isSubscribed = false;
/** Pulumi begins nothing more then, but what it had begun may come in after it. */
let isCancelled = false;

/**
 * Runs work that can be stopped. The first signal stops it and ends the process after it; a second
 * one does what it does by itself.
 *
 * @param work gets a signal that is aborted when it is to stop
 */
export async function cancellable<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  if (isCancelled) {
    controller.abort();
  }
  if (running.size === 0) {
    listen();
  }
  running.add(controller);
  try {
    return await work(controller.signal);
  } finally {
    running.delete(controller);
    if (running.size === 0) {
      stopListening();
      void endIfSignalled();
    }
  }
}

function listen(): void {
  if (!isSubscribed) {
    subscribe(CHANNEL, onRequest);
    isSubscribed = true;
  }
  for (const signal of SIGNALS) {
    process.on(signal, onSignal);
  }
}

function stopListening(): void {
  for (const signal of SIGNALS) {
    process.off(signal, onSignal);
  }
}

function onRequest(message: unknown): void {
  const headers = isRecord(message) ? message["headers"] : undefined;
  if (isRecord(headers) && headers[":path"] === CANCEL_PATH) {
    isCancelled = true;
    stopAll();
  }
}

function onSignal(signal: NodeJS.Signals): void {
  received = signal;
  stopAll();
  for (const name of SIGNALS) {
    process.off(name, onSignal);
  }
}

function stopAll(): void {
  for (const controller of running) {
    controller.abort();
  }
}

async function endIfSignalled(): Promise<void> {
  const signal = received;
  if (signal !== undefined) {
    await delay(ANSWER_MS);
    process.kill(process.pid, signal);
  }
}
