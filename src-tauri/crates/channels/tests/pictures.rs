//! Aim: no picture leaves that the platform would refuse, and none tells where and by whom it was taken.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has to fail")]

use channels::pictures::{Picture, PictureFault, PictureKind, picture_limits};
use domain::Platform;
use proptest::prelude::*;
use rstest::rstest;

const PLACE: &[u8] = b"GPS 22.5431N 114.0579E";

fn check(bytes: &[u8]) -> Result<Picture, PictureFault> {
    Picture::check(bytes, picture_limits(Platform::Shopee).unwrap())
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

fn segment(marker: u8, contents: &[u8]) -> Vec<u8> {
    let length = u16::try_from(contents.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], &length[..], contents].concat()
}

/// Notes of a camera: how the photo is turned, and where it was taken.
fn exif(turned: u8) -> Vec<u8> {
    let head = b"Exif\0\0II*\0\x08\0\0\0\x02\0";
    let make = b"\x0f\x01\x02\0\x16\0\0\0\x26\0\0\0";
    let orientation = [0x12, 0x01, 3, 0, 1, 0, 0, 0, turned, 0, 0, 0];
    [&head[..], make, &orientation, &[0, 0, 0, 0], PLACE].concat()
}

/// A photo as a phone makes it: notes, a small picture, a colour profile, a comment, a second photo behind the end.
fn photo(turned: u8) -> Vec<u8> {
    [
        b"\xff\xd8".to_vec(),
        segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        segment(0xe1, &exif(turned)),
        segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", PLACE].concat()),
        segment(0xe2, b"ICC_PROFILE\0\x01\x01colours"),
        segment(0xe2, &[b"MPF\0", PLACE].concat()),
        segment(0xed, &[b"Photoshop 3.0\0", PLACE].concat()),
        segment(0xfe, PLACE),
        segment(0xdb, &[7; 65]),
        segment(0xc0, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0]),
        segment(0xc4, &[0; 20]),
        segment(0xda, &[1, 1, 0, 0, 63, 0]),
        b"\x12\xff\x00\x34\xff\xd0\x56".to_vec(),
        segment(0xfe, PLACE),
        b"\x78\xff\xd9".to_vec(),
        b"\xff\xd8".to_vec(),
        segment(0xe1, &exif(1)),
        b"\xff\xd9".to_vec(),
    ]
    .concat()
}

fn png() -> Vec<u8> {
    let chunk = |kind: &[u8; 4], contents: &[u8]| {
        let crc = crc(&[&kind[..], contents].concat()).to_be_bytes();
        [&u32::try_from(contents.len()).unwrap().to_be_bytes()[..], kind, contents, &crc].concat()
    };
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]),
        chunk(b"eXIf", &exif(1)),
        chunk(b"tEXt", PLACE),
        chunk(b"teSt", PLACE),
        chunk(b"IDAT", b"pixels"),
        chunk(b"IEND", b""),
        PLACE.to_vec(),
    ]
    .concat()
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc: u32, byte| {
        (0..8).fold(
            crc ^ u32::from(*byte),
            |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 },
        )
    })
}

fn gif() -> Vec<u8> {
    [
        b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff".to_vec(),
        b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0".to_vec(),
        [&b"\x21\xff\x0bXMP DataXMP\x16"[..], PLACE, b"\0"].concat(),
        [&b"\x21\xfe\x16"[..], PLACE, b"\0"].concat(),
        b"\x21\xf9\x04\0\0\0\0\0".to_vec(),
        b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0".to_vec(),
        b"\x3b".to_vec(),
        PLACE.to_vec(),
    ]
    .concat()
}

#[rstest]
#[case::photo(photo(6), PictureKind::Jpeg)]
#[case::png(png(), PictureKind::Png)]
#[case::gif(gif(), PictureKind::Gif)]
fn nothing_that_the_camera_wrote_leaves(#[case] bytes: Vec<u8>, #[case] kind: PictureKind) {
    assert!(holds(&bytes, PLACE), "the file says where it was taken");
    let picture = check(&bytes).unwrap();
    assert_eq!(picture.kind, kind, "it is known by its bytes");
    assert!(!holds(&picture.bytes, PLACE), "the picture does not");
    assert!(bytes.len() > picture.bytes.len(), "and is smaller");
    assert_eq!(check(&picture.bytes).unwrap(), picture, "a clean picture stays as it is");
}

#[test]
fn what_makes_the_picture_stays() {
    let picture = check(&photo(6)).unwrap().bytes;
    assert!(holds(&picture, b"ICC_PROFILE\0\x01\x01colours"), "its colours");
    assert!(holds(&picture, b"\x12\xff\x00\x34\xff\xd0\x56\x78\xff\xd9"), "its pixels");
    assert!(picture.ends_with(b"\xff\xd9"), "and nothing behind its end");
    let turned = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06";
    assert!(holds(&picture, turned), "a photo that was taken upright is not shown lying");
    assert!(!holds(&check(&photo(1)).unwrap().bytes, b"Exif"), "where nothing is turned, nothing is said");
    assert!(holds(&check(&gif()).unwrap().bytes, b"NETSCAPE2.0"), "what moves goes on moving");
    assert!(holds(&check(&png()).unwrap().bytes, b"IDATpixels"), "and a PNG has its pixels");
}

#[test]
fn a_picture_is_refused_before_it_leaves() {
    let pixels = vec![0x11; 2_000_000];
    let scan = [b"\xff\xd8".to_vec(), segment(0xda, &[1, 1, 0, 0, 63, 0]), pixels, b"\xff\xd9".to_vec()];
    assert_eq!(check(&scan.concat()), Err(PictureFault::TooLarge), "more than 2 MB");
    assert_eq!(check(b"RIFF....WEBPVP8 "), Err(PictureFault::Type), "a type that the platform does not take");
    assert_eq!(check(b"<svg onload='x'/>"), Err(PictureFault::Type), "no picture at all");
    assert_eq!(check(&[]), Err(PictureFault::Type), "nothing");
    for whole in [photo(6), png(), gif()] {
        let half = &whole[..whole.len() / 2];
        assert_eq!(check(half), Err(PictureFault::Damaged), "a file that was not copied to its end");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_fall_over(start in 0_usize..3, cut in any::<usize>(), flip in any::<(usize, u8)>()) {
        let mut bytes = [photo(6), png(), gif()][start].clone();
        let at = flip.0 % bytes.len();
        bytes[at] ^= flip.1;
        bytes.truncate(cut % bytes.len() + 1);
        let _ = check(&bytes);
    }
}
