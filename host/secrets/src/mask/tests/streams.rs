use std::io::Write as _;

use super::encodings::encodings;
use super::{KEY, Masker, Numbers, SECRETS, knowing};

fn written<'a>(masker: &Masker, chunks: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut writer = masker.writer(Vec::new());
    chunks.into_iter().for_each(|chunk| writer.write_all(chunk).unwrap());
    writer.finish().unwrap();
    String::from_utf8(std::mem::take(writer.inner())).unwrap()
}

#[test]
fn a_secret_may_come_in_two_pieces() {
    for secret in SECRETS {
        let masker = knowing(&[secret]);
        for encoded in encodings(secret).into_iter().step_by(3) {
            let text = format!("?a={encoded}&b {encoded}\n");
            let whole = masker.text(&text).into_owned();
            for at in 0..=text.len() {
                let (left, right) = text.as_bytes().split_at(at);
                assert_eq!(written(&masker, [left, right]), whole, "{encoded} cut at {at}");
            }
            assert_eq!(written(&masker, text.as_bytes().chunks(1)), whole, "{encoded} byte by byte");
        }
    }
}

#[test]
fn pieces_of_any_size_are_masked_like_the_whole() {
    let mut numbers = Numbers(3);
    let token = numbers.secret(300);
    let mut secrets = vec!["aaaa", "abab", "one-two", "two-three", "****", &token];
    secrets.extend(&SECRETS[..8]);
    let masker = knowing(&secrets);
    let mut parts: Vec<String> =
        ["a", "aaa", "aba", "one-", "two-", "three", "*", " ", "%", "\\", "/", "="].map(str::to_owned).into();
    parts.extend(secrets.iter().flat_map(|secret| encodings(secret)));
    for _ in 0..100 {
        let text: String = (0..30).map(|_| parts[numbers.below(parts.len())].as_str()).collect();
        let whole = masker.text(&text).into_owned();
        let (mut rest, mut chunks) = (text.as_bytes(), Vec::new());
        while !rest.is_empty() {
            let (chunk, left) = rest.split_at(1 + numbers.below(rest.len().min(40)));
            chunks.push(chunk);
            rest = left;
        }
        assert_eq!(written(&masker, chunks), whole, "{text}");
    }
}

#[test]
fn base64_comes_in_pieces_as_well() {
    use base64::Engine as _;
    let masker = knowing(&[KEY]);
    for before in 0..4 {
        let encoded = base64::engine::general_purpose::STANDARD.encode(format!("{}{KEY}~", &"?>?>"[..before]));
        for text in [encoded.replace('/', "\\/"), encoded.replace('/', "%2F").replace('+', "%2b"), encoded] {
            let whole = masker.text(&text).into_owned();
            assert_eq!(written(&masker, text.as_bytes().chunks(1)), whole, "{text}");
        }
    }
}

#[test]
fn lines_are_not_held_back() {
    let masker = knowing(SECRETS);
    let mut writer = masker.writer(Vec::new());
    writer.write_all(b"started\nwJalrXUtnFEMI/K7MDENG").unwrap();
    assert_eq!(writer.inner(), b"started\n");
    writer.write_all(b"+bPxRfiCYEX is none\n").unwrap();
    assert_eq!(writer.inner(), b"started\nwJalrXUtnFEMI/K7MDENG+bPxRfiCYEX is none\n");
}

#[test]
fn what_is_learnt_later_is_masked_in_what_is_not_written_yet() {
    let masker = knowing(&["hunter22-and-more"]);
    let mut writer = masker.writer(Vec::new());
    writer.write_all(b"<hunter22>\n<hunter22-and").unwrap();
    masker.learn("hunter22");
    writer.write_all(b"> <hunter22>").unwrap();
    writer.finish().unwrap();
    assert_eq!(writer.inner(), b"<hunter22>\n<*****-and> <*****>");
}

#[test]
fn nothing_is_lost_when_a_writer_is_dropped() {
    let mut kept = Vec::new();
    knowing(&[KEY]).writer(&mut kept).write_all(&KEY.as_bytes()[..20]).unwrap();
    assert_eq!(kept, &KEY.as_bytes()[..20]);
}

#[test]
fn a_line_without_an_end_does_not_fill_the_memory() {
    let masker = knowing(&["aaaa", KEY]);
    for (byte, expected) in [("b", "b".repeat(1_000_000)), ("a", "*****".to_owned())] {
        let mut writer = masker.writer(Vec::new());
        for written in 1..=1_000 {
            writer.write_all(byte.repeat(1_000).as_bytes()).unwrap();
            assert!(byte == "a" || written * 1_000 - writer.inner().len() <= 64 << 10);
        }
        writer.finish().unwrap();
        assert_eq!(String::from_utf8_lossy(writer.inner()), expected);
    }
}

#[test]
fn how_much_is_held_back_does_not_depend_on_the_secrets() {
    let masker = knowing(&[KEY]);
    for line in [&KEY[..KEY.len() - 1], "---------------------------------------"] {
        let mut writer = masker.writer(Vec::new());
        writer.write_all(format!("{line}\n{line}").as_bytes()).unwrap();
        assert_eq!(writer.inner(), format!("{line}\n").as_bytes());
        writer.write_all(line.repeat(2_000).as_bytes()).unwrap();
        assert_eq!(writer.inner().len(), 40 + 39 * 2_001 - (32 << 10));
    }
}
