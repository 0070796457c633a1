//! The write-ahead log of SQLite, as far as damage to it can be seen.
//!
//! SQLite reads the log up to the first frame whose checksum is wrong, because a crash can leave half of a commit at
//! its end. A damaged frame in the middle looks the same to it, and it drops everything behind without a word. Here
//! such a frame is damage when whole commits lie behind it. One may: the torn commit of an earlier power failure, whose
//! end was not overwritten yet.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

const HEAD: usize = 32;
const FRAME: usize = 24;
/// Commits behind a damaged frame that a crash can leave.
const MOST_TORN: usize = 1;

/// Checks the log; says what is wrong with it. Only for a log that no process uses.
pub(crate) fn damage(path: &Path) -> io::Result<Option<String>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    examine(&mut BufReader::with_capacity(1 << 20, file))
}

fn examine(log: &mut impl Read) -> io::Result<Option<String>> {
    let mut head = [0; HEAD];
    if !filled(log, &mut head)? {
        return Ok(None);
    }
    let big = match number(&head, 0) {
        0x377f_0682 => false,
        0x377f_0683 => true,
        _ => return Ok(Some("the head of its log is damaged".to_owned())),
    };
    let page = number(&head, 8);
    if !(512..=65_536).contains(&page) || !page.is_power_of_two() {
        return Ok(Some("the head of its log is damaged".to_owned()));
    }
    let mut sum = checksum(big, (0, 0), part(&head, 0, 24));
    let mut whole = sum == (number(&head, 24), number(&head, 28));
    let mut salt = part(&head, 16, 8).to_vec();
    let (mut first_bad, mut behind) = ((!whole).then_some(0), 0);
    let mut frame = vec![0; FRAME + page as usize];
    for index in 1_u64.. {
        if !filled(log, &mut frame)? {
            break;
        }
        if first_bad == Some(0) && index == 1 {
            // The salt of the head may be what is damaged.
            salt = part(&frame, 8, 8).to_vec();
        }
        let is_current = part(&frame, 8, 8) == salt;
        if whole {
            sum = checksum(big, checksum(big, sum, part(&frame, 0, 8)), part(&frame, FRAME, page as usize));
            whole = is_current && sum == (number(&frame, 16), number(&frame, 20));
            if !whole {
                first_bad = Some(index);
            }
        }
        if !whole && is_current && number(&frame, 4) != 0 {
            behind += 1;
        }
    }
    let bad = first_bad.filter(|_| behind > MOST_TORN);
    Ok(bad.map(|frame| format!("frame {frame} of its log is damaged, and {behind} commits lie behind it")))
}

/// Reads the whole buffer; false at the end of the file.
fn filled(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match from.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

fn part(bytes: &[u8], at: usize, length: usize) -> &[u8] {
    bytes.get(at..at + length).unwrap_or_default()
}

fn number(bytes: &[u8], at: usize) -> u32 {
    part(bytes, at, 4).try_into().map_or(0, u32::from_be_bytes)
}

/// SQLite's checksum, continued.
fn checksum(big: bool, (mut first, mut second): (u32, u32), bytes: &[u8]) -> (u32, u32) {
    let word = |bytes: [u8; 4]| if big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) };
    for [a, b, c, d, e, f, g, h] in bytes.as_chunks::<8>().0 {
        first = first.wrapping_add(word([*a, *b, *c, *d])).wrapping_add(second);
        second = second.wrapping_add(word([*e, *f, *g, *h])).wrapping_add(first);
    }
    (first, second)
}
