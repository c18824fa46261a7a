//! Answers by itself what it is asked in each function of kinds.wit.

wit_bindgen::generate!({ world: "mirror", path: "../kinds.wit" });

use exports::patchbay::kinds::{counters, echo};
use patchbay::kinds::types::*;
use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};

struct Mirror;

macro_rules! echoes {
    ($($name:ident: $kind:ty,)*) => {
        impl echo::Guest for Mirror {
            fn nop() {}

            fn add(a: u32, b: u32) -> u32 {
                a.wrapping_add(b)
            }

            fn echo_many(
                a: u8, b: i16, c: u32, d: u64, e: f32, f: f64, g: String, h: Vec<u8>,
                i: Option<u32>, j: Color, k: Point, l: bool, m: char,
            ) -> Vec<String> {
                vec![
                    a.to_string(), b.to_string(), c.to_string(), d.to_string(),
                    e.to_bits().to_string(), f.to_bits().to_string(), g, h.len().to_string(),
                    i.unwrap_or(7).to_string(), (j as u8).to_string(), k.x.to_string(), k.y.to_string(),
                    (l as u8).to_string(), m.to_string(),
                ]
            }

            $(fn $name(v: $kind) -> $kind { v })*
        }
    };
}

echoes! {
    echo_bool: bool,
    echo_s8: i8,
    echo_u8: u8,
    echo_s16: i16,
    echo_u16: u16,
    echo_s32: i32,
    echo_u32: u32,
    echo_s64: i64,
    echo_u64: u64,
    echo_f32: f32,
    echo_f64: f64,
    echo_char: char,
    echo_string: String,
    echo_bytes: Vec<u8>,
    echo_bools: Vec<bool>,
    echo_shorts: Vec<i16>,
    echo_longs: Vec<u64>,
    echo_floats: Vec<f32>,
    echo_doubles: Vec<f64>,
    echo_chars: Vec<char>,
    echo_strings: Vec<String>,
    echo_colors: Vec<Color>,
    echo_points: Vec<Point>,
    echo_readings: Vec<Reading>,
    echo_cube: Vec<Vec<Vec<u16>>>,
    echo_point: Point,
    echo_reading: Reading,
    echo_mixed: Mixed,
    echo_shape: Shape,
    echo_shapes: Vec<Shape>,
    echo_color: Color,
    echo_access: Access,
    echo_days: Days,
    echo_bits: Bits,
    echo_pair: (u8, u64, String),
    echo_option: Option<u32>,
    echo_options: Option<Option<String>>,
    echo_result: Result<u32, String>,
    echo_ok: Result<String, ()>,
    echo_error: Result<(), Color>,
    echo_bare: Result<(), ()>,
    echo_join: Result<f64, u32>,
    echo_deep: Vec<Option<Result<(String, Vec<Shape>), Mixed>>>,
}

static ALIVE: AtomicU32 = AtomicU32::new(0);

struct Counter(Cell<i32>);

impl Drop for Counter {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

impl counters::GuestCounter for Counter {
    fn new(start: i32) -> Self {
        ALIVE.fetch_add(1, Ordering::Relaxed);
        Counter(Cell::new(start))
    }

    fn add(&self, n: i32) -> i32 {
        self.0.set(self.0.get().wrapping_add(n));
        self.0.get()
    }

    fn value(&self) -> i32 {
        self.0.get()
    }

    fn merge(a: counters::Counter, b: counters::Counter) -> counters::Counter {
        let (a, b): (Counter, Counter) = (a.into_inner(), b.into_inner());
        counters::Counter::new(Self::new(a.0.get().wrapping_add(b.0.get())))
    }

    fn sum(all: Vec<counters::CounterBorrow<'_>>) -> i64 {
        all.iter().map(|c| c.get::<Counter>().0.get() as i64).sum()
    }
}

impl counters::Guest for Mirror {
    type Counter = Counter;

    fn split(c: counters::CounterBorrow<'_>, parts: u32) -> Vec<counters::Counter> {
        use counters::GuestCounter;
        let mut left = c.get::<Counter>().0.get();
        (0..parts)
            .map(|i| {
                let part = left / (parts - i) as i32;
                left -= part;
                counters::Counter::new(Counter::new(part))
            })
            .collect()
    }

    fn open(start: i32) -> Result<counters::Counter, String> {
        use counters::GuestCounter;
        match start {
            0.. => Ok(counters::Counter::new(Counter::new(start))),
            _ => Err(format!("{start} is negative")),
        }
    }

    fn pass(c: Option<counters::Counter>) -> Option<counters::Counter> {
        c
    }

    fn alive() -> u32 {
        ALIVE.load(Ordering::Relaxed)
    }
}

export!(Mirror);
