use std::borrow::Cow;
use std::thread;

use super::encodings::encodings;
use super::{KEY, Masker, Numbers, SECRETS, knowing};

#[test]
fn text_without_secrets_is_not_touched() {
    let text = "i-0123456789abcdef0 is running since 2026-11-21T10:00:00Z: wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKE";
    assert!(matches!(Masker::new().text(text), Cow::Borrowed(same) if same == text));
    assert!(matches!(knowing(&SECRETS[..10]).text(text), Cow::Borrowed(same) if same == text));
    assert!(matches!(knowing(SECRETS).bytes(b"\xff\xfe\0"), Cow::Borrowed(_)));
    assert_eq!(knowing(SECRETS).text(""), "");
}

#[test]
fn bytes_need_not_be_text() {
    assert_eq!(*knowing(SECRETS).bytes(&[b"\xff", KEY.as_bytes(), b"\0\xfe"].concat()), *b"\xff*****\0\xfe");
}

#[test]
fn of_secrets_that_overlap_nothing_is_left() {
    let masker = knowing(&["secret-one", "one-and-two", "two-three"]);
    assert_eq!(masker.text("<secret-one-and-two-three>"), "<*****>");
    assert_eq!(masker.text("<secret-one><two-three>"), "<*****><*****>");
    assert_eq!(masker.text("secret-onetwo-three"), "**********", "they touch, and are two");
    assert_eq!(knowing(&["aaaa"]).text("-aaaaaaaaa-aaa-"), "-*****-aaa-");
}

#[test]
fn a_secret_that_begins_like_another_is_masked_to_its_end() {
    let masker = knowing(&["hunter22", "hunter22-and-more", "hunter22-and-more-of-it"]);
    for text in ["hunter22", "hunter22-and-more", "hunter22-and-more-of-it"] {
        assert_eq!(masker.text(text), "*****");
    }
    assert_eq!(masker.text("hunter22-and-mor"), "*****-and-mor");
}

#[test]
fn every_encoding_of_one_of_many_secrets_is_masked() {
    let mut numbers = Numbers(7);
    let mut secrets: Vec<String> = (0..1_000).map(|n| numbers.secret([20, 40, 64][n % 3])).collect();
    // AWS's tokens begin alike, and are long.
    secrets.extend((0..20).map(|_| format!("IQoJb3JpZ2luX2VjE{}", numbers.secret(1_000))));
    let masker = knowing(&secrets.iter().map(String::as_str).collect::<Vec<_>>());
    for secret in secrets.iter().step_by(97).chain(secrets.last()) {
        for encoded in encodings(secret) {
            assert_eq!(masker.text(&format!("<{encoded}>")), "<*****>");
        }
    }
}

#[test]
fn what_looks_like_the_beginning_of_a_token_stays() {
    let mut numbers = Numbers(11);
    let token = |numbers: &mut Numbers| format!("IQoJb3JpZ2luX2VjE{}", numbers.secret(1_000));
    let (known, other) = (token(&mut numbers), token(&mut numbers));
    let masker = knowing(&[&known]);
    assert_eq!(masker.text(&other), other);
    assert_eq!(masker.text(&format!("{}{known}", &known[..500])), format!("{}*****", &known[..500]));
}

#[test]
fn a_secret_of_stars_does_no_harm() {
    let masker = knowing(&["****", "*****", "********", KEY]);
    for text in ["****", "*****", "******", "********", "*************************"] {
        assert_eq!(masker.text(text), "*****");
    }
    let once = masker.text(KEY).into_owned();
    assert_eq!(masker.text(&once), once, "masked text stays as it is");
}

#[test]
fn a_secret_of_several_lines_is_masked_line_by_line() {
    let masker = knowing(&["-----BEGIN KEY-----\r\n  MIIEpAIBAAKCAQEA\r\nshort\r\n}\r\n-----END KEY-----\r\n"]);
    let whole = "-----BEGIN KEY-----\r\n  MIIEpAIBAAKCAQEA\r\nshort\r\n}\r\n-----END KEY-----\r\n";
    assert_eq!(masker.text(&format!("<{whole}>")), "<*****\r\n>");
    assert_eq!(masker.text(&format!("<{}>", whole.trim())), "<*****>");
    assert_eq!(masker.text("[step] MIIEpAIBAAKCAQEA."), "[step] *****.");
    assert_eq!(masker.text("[step] short }"), "[step] short }", "as short as words");
    assert_eq!(masker.text("-----BEGIN KEY-----\n  MIIEpAIBAAKCAQEA\n"), "*****\n  *****\n");
}

#[test]
fn white_space_around_a_secret_does_not_hide_it() {
    let masker = knowing(&["  hunter22\n"]);
    assert_eq!(masker.text("key=hunter22;"), "key=*****;");
    assert_eq!(masker.text("key=  hunter22\n;"), "key=*****\n;");
}

#[test]
fn what_is_too_short_or_blank_is_no_secret() {
    let masker = knowing(&["", "abc", "    ", " \n\t \n", "\n"]);
    assert_eq!(masker.text("abc     \n\t \n"), "abc     \n\t \n");
    assert_eq!(format!("{masker:?}"), "Masker { secrets: 0 }");
}

#[test]
fn it_shows_only_how_many_it_knows() {
    let masker = knowing(&[KEY, KEY, "hunter22"]);
    let writer = masker.writer(Vec::new());
    assert_eq!(format!("{masker:?}"), "Masker { secrets: 2 }");
    assert_eq!(format!("{writer:?}"), "MaskedWriter { masker: Masker { secrets: 2 }, .. }");
}

#[test]
fn secrets_are_learnt_while_others_are_masked() {
    let masker = Masker::new();
    let learn = |from: usize| {
        for n in from..from + 100 {
            let secret = format!("secret-number-{n:05}");
            masker.learn(&secret);
            assert_eq!(masker.clone().text(&format!("<{secret}>")), "<*****>", "it was learnt before");
        }
    };
    thread::scope(|threads| {
        for thread in 0..4 {
            threads.spawn(move || learn(thread * 50));
        }
    });
    assert_eq!(format!("{masker:?}"), "Masker { secrets: 250 }");
}

/// Otherwise a guess could be right, cost time, and leave no trace.
#[test]
fn whatever_costs_time_is_found() {
    let masker = knowing(&["sk_live_4eC39HqLyjWDarjtT1zdp7dc", "a b+c-d/e_f Kq7x"]);
    for guess in ["sk/live/4eC39HqLyjWDarjtT1zdp7dc", "a+b-c+d/e_f Kq7x"] {
        assert!(!masker.finds(guess.as_bytes()) && masker.text(guess) == guess, "{guess}");
        assert!(masker.0.finder().unwrap().find(guess.as_bytes()).is_empty());
    }
    for guess in ["SK_live_4EC39HqLyjWDarjtT1zdp7dc", "a+b c-d/e_f+kQ7X"] {
        assert!(masker.finds(guess.as_bytes()) && masker.text(guess) == "*****", "{guess}");
    }
}

#[test]
fn secrets_that_repeat_themselves_cost_no_more_than_others() {
    let lines: Vec<_> = (8..120).map(|length| "=".repeat(length)).collect();
    let masker = knowing(&[&lines.join("\n"), &"0".repeat(5_000), &"ab".repeat(3_000)]);
    // Comparing each secret at each place would take minutes.
    for sign in ["=", "0", "ab"] {
        assert_eq!(masker.text(&sign.repeat(300_000)), "*****");
    }
}

#[test]
fn a_text_of_beginnings_of_a_secret_is_no_secret_however_much_it_costs() {
    let masker = Masker::new();
    let secret = "postgresql://app@db/prod?password=Zx81-qPl9-77ab&options=\"-c search_path='a b'\"";
    masker.learn(secret);
    for guess in ["postgresql://app@db/prod?password=Z%", "postgresql://app@db/prod?password=Y%"] {
        assert!(!masker.finds(guess.repeat(6_000).as_bytes()), "{guess}");
    }
    let with_it = format!("{}{secret}", "postgresql://app@db/prod?password=Z%".repeat(6_000));
    assert!(masker.finds(with_it.as_bytes()));
}
