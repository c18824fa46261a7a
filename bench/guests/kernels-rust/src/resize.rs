//! Makes an image smaller: each pixel is the mean of the area that it covers, in
//! two passes, with weights of 16 bits. Pixels are RGBA, a byte each.

const CHANNELS: usize = 4;
const ONE: u32 = 1 << 16;

pub struct Size {
    width: usize,
    height: usize,
}

impl Size {
    pub fn new(width: u32, height: u32) -> Size {
        Size { width: width as usize, height: height as usize }
    }

    pub fn bytes(&self) -> usize {
        self.width.saturating_mul(self.height).saturating_mul(CHANNELS)
    }

    pub fn is_within(&self, other: &Size) -> bool {
        (1..=other.width).contains(&self.width) && (1..=other.height).contains(&self.height)
    }
}

/// What one pixel takes from a row or a column.
struct Span {
    first: usize,
    weights: Vec<u32>,
}

/// The spans when from pixels become to. What the weights lack of one by
/// rounding is the last one's.
fn spans(from: usize, to: usize) -> Vec<Span> {
    let cover = |i: usize| {
        let (begin, end) = (i * from, (i + 1) * from);
        let first = begin / to;
        let mut weights: Vec<u32> = (first..)
            .take_while(|j| j * to < end)
            .map(|j| ((j + 1) * to).min(end) - (j * to).max(begin))
            .map(|overlap| (overlap as u64 * u64::from(ONE) / from as u64) as u32)
            .collect();
        let sum: u32 = weights.iter().sum();
        if let Some(last) = weights.last_mut() {
            *last += ONE - sum;
        }
        Span { first, weights }
    };
    (0..to).map(cover).collect()
}

/// The pixel that a span covers of pixels that are step bytes apart.
fn mean(pixels: &[u8], step: usize, span: &Span) -> [u8; CHANNELS] {
    let mut sums = [ONE / 2; CHANNELS];
    for (k, weight) in span.weights.iter().enumerate() {
        let at = (span.first + k) * step;
        for (sum, channel) in sums.iter_mut().zip(&pixels[at..at + CHANNELS]) {
            *sum += u32::from(*channel) * weight;
        }
    }
    sums.map(|sum| (sum >> 16) as u8)
}

pub fn resize(pixels: &[u8], from: &Size, to: &Size) -> Vec<u8> {
    let columns = spans(from.width, to.width);
    let mut between = Vec::with_capacity(to.width * from.height * CHANNELS);
    for row in pixels.chunks_exact(from.width * CHANNELS) {
        for span in &columns {
            between.extend_from_slice(&mean(row, CHANNELS, span));
        }
    }

    let step = to.width * CHANNELS;
    let mut small = Vec::with_capacity(to.bytes());
    for span in &spans(from.height, to.height) {
        for column in (0..step).step_by(CHANNELS) {
            small.extend_from_slice(&mean(&between[column..], step, span));
        }
    }
    small
}
