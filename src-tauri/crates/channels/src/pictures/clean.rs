//! What the camera wrote goes: a photo of a parcel must not tell a stranger where the seller lives. Pixels are not touched,
//! so nothing is compressed twice; what stays is named here, so that a kind of note that nobody knows yet does not leave.

use img_parts::Bytes;
use img_parts::jpeg::{Jpeg, JpegSegment};
use img_parts::png::Png;

const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const APP2: u8 = 0xe2;
const APP14: u8 = 0xee;
const COMMENT: u8 = 0xfe;
const EXIF: &[u8] = b"Exif\0\0";
/// The tag that says how a photo is turned.
const ORIENTATION: u16 = 0x0112;

/// Chunks of a PNG that make the picture: its pixels, colours, transparency and movement.
const PNG_KEPT: [&[u8; 4]; 19] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP",
    b"mDCV", b"cLLI", b"bKGD", b"pHYs", b"hIST", b"acTL", b"fcTL", b"fdAT",
];

/// A JPEG without notes; none if it is damaged.
pub(super) fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut jpeg = Jpeg::from_bytes(Bytes::copy_from_slice(bytes)).ok()?;
    let turned = jpeg.segments().iter().find_map(|segment| {
        (segment.marker() == APP1).then(|| orientation(segment.contents().strip_prefix(EXIF)?)).flatten()
    });
    let segments = jpeg.segments_mut();
    segments.retain(is_picture);
    if let Some(turned) = turned.filter(|turned| (2..=8).contains(turned)) {
        // Behind JFIF, which wants to be the first.
        let at = usize::from(segments.first().is_some_and(|first| first.marker() == APP0));
        segments.insert(at, JpegSegment::new_with_contents(APP1, only_orientation(turned)));
    }
    // The last one holds all scans, and whatever was hung on behind the picture.
    let last = segments.pop().filter(JpegSegment::has_entropy)?;
    let written = last.clone().encoder().bytes();
    let scans = to_the_end(written.get(last.len()..)?)?;
    segments.push(JpegSegment::new_with_entropy(last.marker(), last.contents().clone(), scans.into()));
    Some(jpeg.encoder().bytes().to_vec())
}

fn is_picture(segment: &JpegSegment) -> bool {
    let says = |name: &[u8]| segment.contents().starts_with(name);
    match segment.marker() {
        APP0 => says(b"JFIF\0"),
        APP2 => says(b"ICC_PROFILE\0"),
        // Without it the colours of some pictures are read wrongly.
        APP14 => says(b"Adobe"),
        0xe0..=0xef | COMMENT => false,
        _ => true,
    }
}

/// The scans up to the end of the picture, without notes in between; none if there is no end.
fn to_the_end(entropy: &[u8]) -> Option<Vec<u8>> {
    let mut kept = Vec::with_capacity(entropy.len());
    let mut at = 0;
    loop {
        let byte = *entropy.get(at)?;
        let next = entropy.get(at + 1).copied();
        if byte != 0xff || matches!(next, Some(0x00 | 0xd0..=0xd7)) {
            kept.push(byte);
            at += 1;
            continue;
        }
        match next? {
            0xff => at += 1,
            0xd9 => {
                kept.extend([0xff, 0xd9]);
                return Some(kept);
            }
            marker => {
                let length = usize::from(u16::from_be_bytes(entropy.get(at + 2..at + 4)?.try_into().ok()?));
                let segment = entropy.get(at..at + 2 + length.max(2))?;
                if !matches!(marker, 0xe0..=0xef | COMMENT) {
                    kept.extend_from_slice(segment);
                }
                at += segment.len();
            }
        }
    }
}

/// How a photo is turned, by its notes.
fn orientation(exif: &[u8]) -> Option<u16> {
    let little = match exif.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let two: [u8; 2] = exif.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(two) } else { u16::from_be_bytes(two) })
    };
    let long = |at: usize| {
        let four: [u8; 4] = exif.get(at..at.checked_add(4)?)?.try_into().ok()?;
        usize::try_from(if little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) }).ok()
    };
    let first = long(4)?;
    (0..usize::from(short(first)?)).find_map(|entry| {
        let at = first.checked_add(2 + entry * 12)?;
        (short(at)? == ORIENTATION).then(|| short(at + 8)).flatten()
    })
}

/// Notes that say nothing but how a photo is turned.
fn only_orientation(turned: u16) -> Bytes {
    let mut notes = EXIF.to_vec();
    // Big-endian TIFF, one directory at 8 with one entry: a short.
    notes.extend(b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01");
    notes.extend(turned.to_be_bytes());
    notes.extend([0, 0, 0, 0, 0, 0]);
    notes.into()
}

/// A PNG without notes; none if it is damaged.
pub(super) fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut png = Png::from_bytes(Bytes::copy_from_slice(bytes)).ok()?;
    png.chunks_mut().retain(|chunk| PNG_KEPT.contains(&&chunk.kind()));
    let whole = png.chunks().first()?.kind() == *b"IHDR" && png.chunks().last()?.kind() == *b"IEND";
    whole.then(|| png.encoder().bytes().to_vec())
}
