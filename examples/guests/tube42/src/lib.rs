//! The guest "tube42" is as those that were made for wasmtube: it imports
//! nothing, has no allocator and no mark, and its payloads lie where the host
//! says, which is at 42. What it cannot read makes it panic.

use serde_json::{json, Value};

/// Answers {"args":"text"} with the same; whatever else is in it is left out.
#[no_mangle]
pub extern "C" fn echo(index: *mut u8, length: i32) -> i32 {
    let request: Value = serde_json::from_slice(payload(index, length)).expect("JSON");
    let args = request["args"].as_str().expect("a text args");
    reply(index, json!({ "args": args }).to_string())
}

/// Answers with the size of a picture. It takes the pixels, whatever the length
/// says: wasmtube sends it the bytes of a file.
#[no_mangle]
pub extern "C" fn image_size(index: *mut u8, _length: i32, width: i32, height: i32) -> i32 {
    let pixels = payload(index, width * height * 3).to_vec();
    std::hint::black_box(&pixels);
    reply(index, format!("{{\"width\":{width},\"height\":{height}}}"))
}

fn payload<'a>(index: *const u8, length: i32) -> &'a [u8] {
    // The host wrote so many bytes there.
    unsafe { std::slice::from_raw_parts(index, length as usize) }
}

fn reply(index: *mut u8, text: String) -> i32 {
    // Nothing says how much room there is; the contract has no word for it.
    unsafe { std::ptr::copy_nonoverlapping(text.as_ptr(), index, text.len()) };
    text.len() as i32
}
