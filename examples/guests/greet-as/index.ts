// The guest "greet", written with the waPC SDK for AssemblyScript as it is
// published.

import { Result, consoleLog, handleAbort, handleCall, hostCall, register } from "@wapc/as-guest/assembly";
import { quote, stringMember } from "./json";

register("greet", greet);
register("echo", echo);
register("fail", fail);

/** Called by the host for each operation. */
export function __guest_call(operationSize: usize, payloadSize: usize): bool {
  return handleCall(operationSize, payloadSize);
}

/** Stands in for the host's abort: tells the message before the trap. */
function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  handleAbort(message, file, line, column);
}

/** Answers {"name":"Ada"} with {"greeting":"Hello, Ada!"}, and tells the host
 * who was visited. */
function greet(payload: ArrayBuffer): Result<ArrayBuffer> {
  const name = stringMember(payload, "name");
  if (name.length == 0) return failure("greet: name is missing");

  consoleLog("greeting " + name);
  const visit = hostCall("examples", "greet", "visited", String.UTF8.encode(name));
  if (!visit.isOk) return failure("greet: host: " + visit.error()!.message);

  return Result.ok(String.UTF8.encode('{"greeting":' + quote("Hello, " + name + "!") + "}"));
}

/** Answers with the payload, from the buffer that it came in. */
function echo(payload: ArrayBuffer): Result<ArrayBuffer> {
  return Result.ok(payload);
}

/** Fails with the payload as the text of the error. */
function fail(payload: ArrayBuffer): Result<ArrayBuffer> {
  return failure(String.UTF8.decode(payload));
}

function failure(text: string): Result<ArrayBuffer> {
  return Result.error<ArrayBuffer>(new Error(text));
}
