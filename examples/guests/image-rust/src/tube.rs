//! The tube contract: the place for what the host sends, and replies that may lie
//! anywhere. A module has one thread, so its state is plain.

use std::ptr::addr_of_mut;

static mut PLACE: Vec<u8> = Vec::new();
static mut REPLY: Vec<u8> = Vec::new();

/// Gives the host its place, until it gives it back or asks for another.
#[no_mangle]
pub extern "C" fn tube_alloc(size: usize) -> *mut u8 {
    let mut place = Vec::new();
    if place.try_reserve_exact(size).is_err() {
        return std::ptr::null_mut();
    }
    place.resize(size, 0);
    unsafe {
        *addr_of_mut!(PLACE) = place;
        (*addr_of_mut!(PLACE)).as_mut_ptr()
    }
}

#[no_mangle]
pub extern "C" fn tube_free(_place: *mut u8, _size: usize) {
    unsafe { *addr_of_mut!(PLACE) = Vec::new() }
}

/// What the host wrote at index.
pub fn payload<'a>(index: *mut u8, length: usize) -> &'a mut [u8] {
    unsafe { std::slice::from_raw_parts_mut(index, length) }
}

/// A reply in the long form: pointer and length, which is negative of an error's
/// text.
pub fn reply(result: Result<Vec<u8>, &'static str>) -> u64 {
    let (bytes, failed) = match result {
        Ok(bytes) => (bytes, false),
        Err(text) => (text.as_bytes().to_vec(), true),
    };
    let kept = unsafe {
        *addr_of_mut!(REPLY) = bytes;
        &*addr_of_mut!(REPLY)
    };
    let length = kept.len() as u32;
    let length = if failed { length.wrapping_neg() } else { length };
    (kept.as_ptr() as u64) << 32 | length as u64
}

/// A reply in the short form, at the payload's index.
pub fn reply_at(index: *mut u8, bytes: &[u8]) -> i32 {
    // The host leaves room for 4096 bytes more than the payload.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), index, bytes.len()) };
    bytes.len() as i32
}
