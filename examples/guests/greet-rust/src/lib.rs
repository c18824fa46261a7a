//! The guest "greet", written with the waPC SDK for Rust as it is published.

use serde_json::{json, Value};
use wapc_guest::prelude::*;

/// Called by the host once per instance, before the first call.
#[no_mangle]
pub extern "C" fn wapc_init() {
    register_function("greet", greet);
    register_function("echo", echo);
    register_function("fail", fail);
}

/// Answers {"name":"Ada"} with {"greeting":"Hello, Ada!"}, and tells the host
/// who was visited.
fn greet(payload: &[u8]) -> CallResult {
    let name = name_of(payload).ok_or("greet: name is missing")?;
    console_log(&format!("greeting {name}"));
    host_call("examples", "greet", "visited", name.as_bytes()).map_err(host_error)?;
    Ok(json!({ "greeting": format!("Hello, {name}!") }).to_string().into_bytes())
}

/// The name in the payload, unless there is none or it is empty.
fn name_of(payload: &[u8]) -> Option<String> {
    let request: Value = serde_json::from_slice(payload).ok()?;
    let name = request.get("name")?.as_str()?;
    (!name.is_empty()).then(|| name.to_owned())
}

/// The SDK says "Host error: text"; the greet guests say "greet: host: text"
/// in every language.
fn host_error(err: Box<dyn std::error::Error + Sync + Send>) -> String {
    let text = err.to_string();
    let text = text.strip_prefix("Host error: ").unwrap_or(&text);
    format!("greet: host: {text}")
}

/// Answers with the payload. The SDK lends it, so this makes one copy.
fn echo(payload: &[u8]) -> CallResult {
    Ok(payload.to_vec())
}

/// Fails with the payload as the text of the error.
fn fail(payload: &[u8]) -> CallResult {
    Err(String::from_utf8_lossy(payload).into())
}
