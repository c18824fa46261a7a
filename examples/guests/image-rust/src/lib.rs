//! The guest "image" in Rust: the functions of ../blur/blur.c, with the same
//! answers.

mod picture;
mod tube;

use picture::Picture;

#[no_mangle]
pub extern "C" fn grayscale(index: *mut u8, length: usize, width: u32, height: u32) -> u64 {
    let picture = Picture::new(tube::payload(index, length), width, height);
    tube::reply(picture.map(|p| p.grayscale().into_reply()))
}

#[no_mangle]
pub extern "C" fn blur(index: *mut u8, length: usize, width: u32, height: u32) -> u64 {
    blur_by(index, length, width, height, 2)
}

#[no_mangle]
pub extern "C" fn blur_by(index: *mut u8, length: usize, width: u32, height: u32, radius: u32) -> u64 {
    let picture = Picture::new(tube::payload(index, length), width, height);
    tube::reply(picture.and_then(|p| match radius {
        0..=255 => Ok(p.blur(radius as usize).into_reply()),
        _ => Err("the radius is not from 0 to 255"),
    }))
}

#[no_mangle]
pub extern "C" fn resize(index: *mut u8, length: usize, width: u32, height: u32, new_width: u32, new_height: u32) -> u64 {
    let picture = Picture::new(tube::payload(index, length), width, height);
    tube::reply(picture.and_then(|p| match (new_width, new_height) {
        (1..=32768, 1..=32768) => Ok(p.resize(new_width as usize, new_height as usize).into_reply()),
        _ => Err("a new side is not from 1 to 32768"),
    }))
}

#[no_mangle]
pub extern "C" fn histogram(index: *mut u8, length: usize, width: u32, height: u32) -> u64 {
    let picture = Picture::new(tube::payload(index, length), width, height);
    tube::reply(picture.map(|p| p.histogram()))
}

#[no_mangle]
pub extern "C" fn image_size(index: *mut u8, _length: usize, width: u32, height: u32) -> i32 {
    tube::reply_at(index, format!("{{\"width\":{width},\"height\":{height}}}").as_bytes())
}

/// Answers with pixels alone: those that it got.
#[no_mangle]
pub extern "C" fn identity(_index: *mut u8, length: usize, _width: u32, _height: u32) -> i32 {
    length as i32
}

/// Answers with the payload, which is where the reply belongs.
#[no_mangle]
pub extern "C" fn echo(_index: *mut u8, length: usize) -> i32 {
    length as i32
}
