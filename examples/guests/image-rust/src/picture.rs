//! Pictures: packed pixels of one, three or four channels, each of which is
//! taken by itself.

pub struct Picture {
    pub pixels: Vec<u8>,
    pub width: usize,
    pub height: usize,
    pub channels: usize,
}

impl Picture {
    /// The picture of so many pixels, if the bytes are as many.
    pub fn new(bytes: &[u8], width: u32, height: u32) -> Result<Picture, &'static str> {
        let area = width as u64 * height as u64;
        let fits = |channels: &usize| area > 0 && area <= bytes.len() as u64 && area * *channels as u64 == bytes.len() as u64;
        let channels = [1, 3, 4].into_iter().find(fits);
        let channels = channels.ok_or("the length is not width times height times 1, 3 or 4")?;
        Ok(Picture { pixels: bytes.to_vec(), width: width as usize, height: height as usize, channels })
    }

    /// The form of a reply: pixels, and 16 bytes behind them.
    pub fn into_reply(self) -> Vec<u8> {
        let mut bytes = self.pixels;
        for number in [self.width, self.height, self.channels] {
            bytes.extend((number as u32).to_le_bytes());
        }
        bytes.extend(b"IMG\xff");
        bytes
    }

    pub fn grayscale(mut self) -> Picture {
        if self.channels > 1 {
            for pixel in self.pixels.chunks_exact_mut(self.channels) {
                let [r, g, b] = [pixel[0] as u32, pixel[1] as u32, pixel[2] as u32];
                pixel[..3].fill(((299 * r + 587 * g + 114 * b + 500) / 1000) as u8);
            }
        }
        self
    }

    /// Each pixel becomes the mean of the square around it; where the picture
    /// ends its last pixel counts again.
    pub fn blur(self, radius: usize) -> Picture {
        let samples = self.width * self.channels;
        let area = ((2 * radius + 1) * (2 * radius + 1)) as u32;
        let clamp = |y: isize| y.clamp(0, self.height as isize - 1) as usize;
        let sums: Vec<u32> = self.pixels.chunks_exact(samples).flat_map(|row| self.sum_row(row, radius)).collect();
        let sums_of = |y: isize| &sums[clamp(y) * samples..][..samples];

        let radius = radius as isize;
        let mut columns = vec![0; samples];
        for y in -radius..=radius {
            for (column, sum) in columns.iter_mut().zip(sums_of(y)) {
                *column += sum;
            }
        }
        let mut pixels = Vec::with_capacity(self.pixels.len());
        for y in 0..self.height as isize {
            pixels.extend(columns.iter().map(|sum| ((sum + area / 2) / area) as u8));
            let (out, into) = (sums_of(y - radius), sums_of(y + radius + 1));
            for ((column, out), into) in columns.iter_mut().zip(out).zip(into) {
                *column = *column + into - out;
            }
        }
        Picture { pixels, ..self }
    }

    /// The sums of the 2*radius+1 pixels around each pixel of a row.
    fn sum_row(&self, row: &[u8], radius: usize) -> Vec<u32> {
        let mut sums = vec![0; row.len()];
        let (radius, last) = (radius as isize, self.width as isize - 1);
        for c in 0..self.channels {
            let sample = |x: isize| row[x.clamp(0, last) as usize * self.channels + c] as u32;
            let mut sum: u32 = (-radius..=radius).map(sample).sum();
            for x in 0..=last {
                sums[x as usize * self.channels + c] = sum;
                sum = sum + sample(x + radius + 1) - sample(x - radius);
            }
        }
        sums
    }

    /// Each new pixel is the mean of those that it stands for.
    pub fn resize(&self, width: usize, height: usize) -> Picture {
        let mut pixels = Vec::with_capacity(width * height * self.channels);
        for y in 0..height {
            let rows = part(y, self.height, height);
            for x in 0..width {
                let columns = part(x, self.width, width);
                for c in 0..self.channels {
                    pixels.push(self.mean(c, columns.clone(), rows.clone()));
                }
            }
        }
        Picture { pixels, width, height, channels: self.channels }
    }

    fn mean(&self, c: usize, columns: std::ops::Range<usize>, rows: std::ops::Range<usize>) -> u8 {
        let area = (columns.len() * rows.len()) as u64;
        let mut sum = 0;
        for y in rows {
            for x in columns.clone() {
                sum += self.pixels[(y * self.width + x) * self.channels + c] as u64;
            }
        }
        ((sum + area / 2) / area) as u8
    }

    /// JSON: for each channel how many of its samples have each of the 256 values.
    pub fn histogram(&self) -> Vec<u8> {
        let names: &[&str] = if self.channels == 1 { &["gray"] } else { &["red", "green", "blue", "alpha"] };
        let mut counts = [[0u32; 256]; 4];
        for pixel in self.pixels.chunks_exact(self.channels) {
            for (c, sample) in pixel.iter().enumerate() {
                counts[c][*sample as usize] += 1;
            }
        }
        let channel = |(name, counts): (&&str, &[u32; 256])| {
            let counts: Vec<String> = counts.iter().map(u32::to_string).collect();
            format!("\"{name}\":[{}]", counts.join(","))
        };
        let channels: Vec<String> = names.iter().zip(&counts).take(self.channels).map(channel).collect();
        format!("{{{}}}", channels.join(",")).into_bytes()
    }
}

/// Which of the pixels of a side become pixel i of the new side.
fn part(i: usize, side: usize, new_side: usize) -> std::ops::Range<usize> {
    let begin = |i: usize| (i as u64 * side as u64 / new_side as u64) as usize;
    begin(i)..begin(i + 1).max(begin(i) + 1)
}
