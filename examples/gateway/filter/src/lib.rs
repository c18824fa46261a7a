//! The filter of the example gateway: requests below /members/ need an API key,
//! and everything behind the filter learns who asks.
//!
//! The features make other versions of it: a second good one, and three that are
//! broken, each in its own way.

use serde_json::{json, Value};
use wapc_guest::prelude::*;

/// Called by the host once per instance, before the first call.
#[no_mangle]
pub extern "C" fn wapc_init() {
    if cfg!(feature = "fails-init") {
        panic!("this version does not start");
    }
    register_function("http.request", request);
}

/// Decides about one request.
fn request(payload: &[u8]) -> CallResult {
    let request: Value = serde_json::from_slice(payload)?;
    let verdict = decide(&request);
    Ok(verdict.to_string().into_bytes())
}

fn decide(request: &Value) -> Value {
    if cfg!(feature = "fails-probe") {
        return answer(500, "this version refuses everything");
    }
    if cfg!(feature = "traps") {
        quality(&header(request, "accept"));
    }
    let path = request["path"].as_str().unwrap_or_default();
    let user = user_of(&header(request, "x-api-key"));
    if path.starts_with("/members/") && user.is_none() {
        return answer(401, "members show their API key");
    }
    if cfg!(feature = "second") && path.ends_with(".php") {
        return answer(404, "there is no PHP here");
    }
    let version = if cfg!(feature = "second") { "2" } else { "1" };
    json!({
        "set": { "x-user": user.unwrap_or("nobody"), "x-filter": version },
        "remove": ["x-api-key"],
    })
}

/// Who has the key. A filter of the real world asks the host for that.
fn user_of(key: &str) -> Option<&'static str> {
    match key {
        "key-of-ada" => Some("ada"),
        "key-of-grace" => Some("grace"),
        _ => None,
    }
}

fn header(request: &Value, name: &str) -> String {
    request["headers"][name].as_str().unwrap_or_default().to_owned()
}

fn answer(status: u16, text: &str) -> Value {
    json!({ "status": status, "body": format!("{text}\n") })
}

/// The bug of the broken version: it takes every part of an Accept header for one
/// that has a quality.
fn quality(accept: &str) -> Vec<f32> {
    accept.split(',').filter(|part| !part.is_empty()).map(|part| part.split_once(";q=").unwrap().1.parse().unwrap()).collect()
}
