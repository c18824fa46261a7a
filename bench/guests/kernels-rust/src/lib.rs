//! The kernels of kernels-c, written as one would in Rust: with the libraries
//! that everyone takes, slices that know their length, and the standard
//! library's allocator.

mod json;
mod resize;

use sha2::{Digest, Sha256};
use std::ptr::{addr_of, addr_of_mut};

const INPUT_SIZE: usize = 1 << 20;
const OUTPUT_SIZE: usize = 1 << 17;

static mut INPUT: [u8; INPUT_SIZE] = [0; INPUT_SIZE];
static mut OUTPUT: [u8; OUTPUT_SIZE] = [0; OUTPUT_SIZE];

#[no_mangle]
pub extern "C" fn input() -> *const u8 {
    addr_of!(INPUT).cast()
}

#[no_mangle]
pub extern "C" fn output() -> *const u8 {
    addr_of!(OUTPUT).cast()
}

/// The buffers, for one kernel at a time: the module has one thread, and a
/// kernel does not call another.
fn buffers() -> (&'static [u8; INPUT_SIZE], &'static mut [u8; OUTPUT_SIZE]) {
    unsafe { (&*addr_of!(INPUT), &mut *addr_of_mut!(OUTPUT)) }
}

/// Leaves the answer and says how long it is; 0 bytes say that there is none.
fn answer(output: &mut [u8], bytes: &[u8]) -> u32 {
    output[..bytes.len()].copy_from_slice(bytes);
    bytes.len() as u32
}

#[no_mangle]
pub extern "C" fn sha256(size: u32) -> u32 {
    let (input, output) = buffers();
    answer(output, &Sha256::digest(&input[..size as usize]))
}

#[no_mangle]
pub extern "C" fn json(size: u32) -> u32 {
    let (input, output) = buffers();
    match json::count(&input[..size as usize]) {
        Ok(counts) => answer(output, &counts.map(u64::to_le_bytes).concat()),
        Err(_) => 0,
    }
}

#[no_mangle]
pub extern "C" fn resize(width: u32, height: u32, to_width: u32, to_height: u32) -> u32 {
    let (input, output) = buffers();
    let from = resize::Size::new(width, height);
    let to = resize::Size::new(to_width, to_height);
    if !to.is_within(&from) || from.bytes() > INPUT_SIZE || to.bytes() > OUTPUT_SIZE {
        return 0;
    }
    answer(output, &resize::resize(&input[..from.bytes()], &from, &to))
}
