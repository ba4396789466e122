//! The tray picture: the bell with a dot in the colour of the work and a count, drawn pixel by pixel.

/// How the work stands, for colour and words of the tray.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Water {
    /// Nothing owed, or nothing near.
    Calm,
    /// Something within an hour.
    Amber,
    /// Something overdue or within ten minutes.
    Red,
    /// The system refused an alert: the tray is the last bell that works.
    Broken,
}

impl Water {
    const fn colour(self) -> [u8; 4] {
        match self {
            Self::Calm => [12, 143, 143, 255],
            Self::Amber => [217, 138, 18, 255],
            Self::Red | Self::Broken => [200, 51, 31, 255],
        }
    }
}

/// Digits of three by five pixels, a row a number, the highest of three bits on the left.
const DIGITS: [[u8; 5]; 10] = [
    [0b111, 0b101, 0b101, 0b101, 0b111],
    [0b010, 0b110, 0b010, 0b010, 0b111],
    [0b111, 0b001, 0b111, 0b100, 0b111],
    [0b111, 0b001, 0b111, 0b001, 0b111],
    [0b101, 0b101, 0b111, 0b001, 0b001],
    [0b111, 0b100, 0b111, 0b001, 0b111],
    [0b111, 0b100, 0b111, 0b101, 0b111],
    [0b111, 0b001, 0b010, 0b010, 0b010],
    [0b111, 0b101, 0b111, 0b101, 0b111],
    [0b111, 0b101, 0b111, 0b001, 0b111],
];
const EXCLAMATION: [u8; 5] = [0b010, 0b010, 0b010, 0b000, 0b010];
const PLUS: [u8; 5] = [0b000, 0b010, 0b111, 0b010, 0b000];

/// Draws onto a square RGBA picture of `size` pixels. Counts above 99 read as 9+.
pub(crate) fn draw(rgba: &mut [u8], size: usize, water: Water, count: u32) {
    if water == Water::Calm && count == 0 {
        return;
    }
    let radius = size * 5 / 16;
    let centre = size - radius - 1;
    for y in 0..size {
        for x in 0..size {
            let (dx, dy) = (x.abs_diff(centre), y.abs_diff(centre));
            // Half a pixel more than the radius: exactly the radius leaves four thorns.
            if dx * dx + dy * dy <= radius * radius + radius {
                put(rgba, size, x, y, water.colour());
            }
        }
    }
    let glyphs = glyphs(water, count);
    let scale = (size / 16).max(1);
    let width = (glyphs.len() * 4 - 1) * scale;
    let left = (centre + 1).saturating_sub(width / 2);
    let top = (centre + 1).saturating_sub(5 * scale / 2);
    for (at, glyph) in glyphs.iter().enumerate() {
        stamp(rgba, size, glyph, (left + at * 4 * scale, top), scale);
    }
}

fn glyphs(water: Water, count: u32) -> Vec<[u8; 5]> {
    // What is near need not be a reply: a 0 would say that there is nothing.
    if water == Water::Broken || count == 0 {
        return vec![EXCLAMATION];
    }
    if count > 99 {
        return vec![DIGITS[9], PLUS];
    }
    count.to_string().bytes().map(|digit| DIGITS[usize::from(digit - b'0')]).collect()
}

fn stamp(rgba: &mut [u8], size: usize, glyph: &[u8; 5], (left, top): (usize, usize), scale: usize) {
    for (row, bits) in glyph.iter().enumerate() {
        for column in 0..3 {
            if bits & (0b100 >> column) == 0 {
                continue;
            }
            for y in 0..scale {
                for x in 0..scale {
                    put(rgba, size, left + column * scale + x, top + row * scale + y, [255; 4]);
                }
            }
        }
    }
}

fn put(rgba: &mut [u8], size: usize, x: usize, y: usize, colour: [u8; 4]) {
    if x < size
        && y < size
        && let Some(pixel) = rgba.get_mut((y * size + x) * 4..(y * size + x) * 4 + 4)
    {
        pixel.copy_from_slice(&colour);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(water: Water, count: u32) -> Vec<u8> {
        let mut rgba = vec![0; 32 * 32 * 4];
        draw(&mut rgba, 32, water, count);
        rgba
    }

    #[test]
    fn nothing_owed_leaves_the_bell_alone() {
        assert!(
            drawn(Water::Calm, 0).iter().all(|byte| *byte == 0),
            "a dot without work would train people to ignore it"
        );
    }

    #[test]
    fn the_colour_tells_the_urgency() {
        let has = |rgba: &[u8], colour: [u8; 4]| rgba.chunks_exact(4).any(|pixel| pixel == colour);
        assert!(has(&drawn(Water::Red, 3), Water::Red.colour()), "red means overdue or within ten minutes");
        assert!(has(&drawn(Water::Amber, 3), Water::Amber.colour()), "amber means within an hour");
        assert!(has(&drawn(Water::Calm, 3), Water::Calm.colour()), "teal means fine");
    }

    #[test]
    fn something_near_that_owes_no_reply_is_no_zero() {
        assert_eq!(glyphs(Water::Red, 0), [EXCLAMATION], "an escalation is due though it was answered");
        assert_eq!(glyphs(Water::Red, 10), [DIGITS[1], DIGITS[0]], "a count is a count");
    }

    #[test]
    fn counts_are_told_apart_and_never_leave_the_picture() {
        assert_ne!(drawn(Water::Red, 1), drawn(Water::Red, 2), "the number is drawn, not only the colour");
        assert_eq!(
            drawn(Water::Red, 100),
            drawn(Water::Red, 4_000_000_000),
            "three digits would not be readable"
        );
    }
}
