// The guest "env-as" imports what AssemblyScript takes from its host when the
// guest brings nothing of its own: abort, seed and trace of module "env". It
// also imports the console log from there, as guests in Zig do.

import { Result, handleCall, register } from "@wapc/as-guest/assembly";

@external("env", "__console_log")
declare function consoleLog(at: usize, size: usize): void;

register("abort", abortWith);
register("seed", seed);
register("trace", traceNumbers);
register("log", log);

/** Called by the host for each operation. */
export function __guest_call(operationSize: usize, payloadSize: usize): bool {
  return handleCall(operationSize, payloadSize);
}

/** Aborts with the payload as the message. */
function abortWith(payload: ArrayBuffer): Result<ArrayBuffer> {
  throw new Error(String.UTF8.decode(payload));
}

/** Answers "ok" if two random numbers from the host's seed differ. */
function seed(payload: ArrayBuffer): Result<ArrayBuffer> {
  const a = Math.random();
  const b = Math.random();
  const ok = a >= 0 && a < 1 && b >= 0 && b < 1 && a != b;
  return Result.ok(String.UTF8.encode(ok ? "ok" : "not random"));
}

/** Traces the payload with no number, with one, and with five. */
function traceNumbers(payload: ArrayBuffer): Result<ArrayBuffer> {
  const text = String.UTF8.decode(payload);
  trace(text);
  trace(text, 1, 1.5);
  trace(text, 5, 1, 2, 3, 4, 5);
  return Result.ok(payload);
}

/** Logs the payload by way of env.__console_log. */
function log(payload: ArrayBuffer): Result<ArrayBuffer> {
  consoleLog(changetype<usize>(payload), payload.byteLength);
  return Result.ok(payload);
}
