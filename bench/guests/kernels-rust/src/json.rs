//! Parses JSON to a tree and walks it.

use serde_json::{Result, Value};

/// How many nulls, booleans, numbers, strings, arrays and objects there are, how
/// many bytes all strings and keys have, and the sum of all numbers' bits.
pub type Counts = [u64; 8];

pub fn count(text: &[u8]) -> Result<Counts> {
    let mut counts = [0; 8];
    walk(&serde_json::from_slice(text)?, &mut counts);
    Ok(counts)
}

fn walk(value: &Value, counts: &mut Counts) {
    match value {
        Value::Null => counts[0] += 1,
        Value::Bool(_) => counts[1] += 1,
        Value::Number(number) => {
            counts[2] += 1;
            let bits = number.as_f64().unwrap_or_default().to_bits();
            counts[7] = counts[7].wrapping_add(bits);
        }
        Value::String(text) => {
            counts[3] += 1;
            counts[6] += text.len() as u64;
        }
        Value::Array(values) => {
            counts[4] += 1;
            values.iter().for_each(|value| walk(value, counts));
        }
        Value::Object(members) => {
            counts[5] += 1;
            for (key, value) in members {
                counts[6] += key.len() as u64;
                walk(value, counts);
            }
        }
    }
}
