use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::{KEY, SECRETS, knowing};

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'*').remove(b' ');
const RESERVED_STAY: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'%')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

pub(super) fn json(text: &str) -> String {
    let quoted = json!(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// `\u00XX` for the characters that are named, and for those that are not ASCII.
fn json_escaping(text: &str, named: &str, upper: bool) -> String {
    let escape = |c: char| {
        let units = c.encode_utf16(&mut [0; 2]).to_vec();
        units.iter().map(|u| if upper { format!("\\u{u:04X}") } else { format!("\\u{u:04x}") }).collect::<String>()
    };
    text.chars().map(|c| if named.contains(c) || !c.is_ascii() { escape(c) } else { json(&c.to_string()) }).collect()
}

fn lower_hex(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |text, part| {
        let (digits, rest) = part.split_at(2);
        format!("{text}%{}{rest}", digits.to_ascii_lowercase())
    })
}

fn percent(text: &str, set: &'static AsciiSet) -> String {
    utf8_percent_encode(text, set).to_string()
}

/// Every encoding of a secret that masking promises to find.
pub(super) fn encodings(secret: &str) -> Vec<String> {
    let form = percent(secret, FORM).replace(' ', "+");
    let all_percent: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut all = vec![
        secret.to_owned(),
        hex.to_ascii_uppercase(),
        hex,
        lower_hex(&all_percent),
        all_percent,
        json_escaping(secret, &secret.chars().collect::<String>(), false),
        json_escaping(secret, &secret.chars().collect::<String>(), true),
        json(&json_escaping(secret, "<>&", false)),
        json(&json(&json(secret))),
    ];
    let of_json = percent(&json(secret), UNRESERVED);
    all.extend([lower_hex(&of_json), of_json]);
    for once in [form, percent(secret, UNRESERVED), percent(secret, RESERVED_STAY)] {
        all.extend([lower_hex(&once), percent(&once, UNRESERVED), json(&once).replace('/', "\\/"), once]);
    }
    for (named, upper) in [("", false), ("", true), ("<>&'=", false), ("<>&'\"+`", true)] {
        all.push(json_escaping(secret, named, upper));
    }
    for escaped in [json(secret), json(&json(secret))] {
        all.extend([escaped.replace('/', "\\/"), escaped]);
    }
    all.push(secret.replace('\u{7}', "\\u{7}").replace('\u{1b}', "\\u{1b}").replace('\t', "\\t").replace('\0', "\\0"));
    all
}

#[test]
fn a_secret_is_masked_in_every_encoding() {
    for secret in SECRETS {
        let masker = knowing(&[secret]);
        for encoded in encodings(secret) {
            // A backslash that the last encoder left alone looks like an escape.
            if encoded.contains("\\u{") && secret.contains('\\') {
                continue;
            }
            for (before, behind) in [("", ""), ("<", ">"), ("{\"token\":\"", "\"}"), ("?key=", "&next=1")] {
                let masked = masker.text(&format!("{before}{encoded}{behind}")).into_owned();
                assert_eq!(masked, format!("{before}*****{behind}"), "{secret} as {encoded}");
            }
        }
    }
}

#[test]
fn base64_is_masked_whatever_stands_around_the_secret() {
    for secret in SECRETS {
        let masker = knowing(&[secret]);
        for before in 0..7 {
            for behind in 0..7 {
                let text = [&b"{\"x\":1"[..before], secret.as_bytes(), &b"\"},\xff\x00~"[..behind]].concat();
                for engine in [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD] {
                    let encoded = engine.encode(&text);
                    let masked = masker.text(&encoded).into_owned();
                    no_rest(secret, &encoded, before, &masked);
                    assert_eq!(masker.text(&percent(&encoded, UNRESERVED)).matches("*****").count(), 1);
                    assert_eq!(masker.text(&encoded.replace('/', "\\/")).matches("*****").count(), 1);
                }
            }
        }
    }
}

/// Checks that no bit of the secret is left, and that the mask took at most one character of base64 more on each side.
fn no_rest(secret: &str, encoded: &str, before: usize, masked: &str) {
    let (left, right) = masked.split_once("*****").unwrap_or_else(|| panic!("{encoded} of {secret} became {masked}"));
    assert_eq!(left.len(), before * 8 / 6, "{encoded} became {masked}");
    let first_free = ((before + secret.len()) * 8).div_ceil(6);
    let free = &encoded[first_free..];
    assert_eq!(right, if free.bytes().all(|byte| byte == b'=') { "" } else { free }, "{encoded} became {masked}");
    let middle = &encoded[(before * 8).div_ceil(6)..(before + secret.len()) * 8 / 6];
    for window in middle.as_bytes().windows(8) {
        assert!(!masked.contains(std::str::from_utf8(window).unwrap()), "{encoded} became {masked}");
    }
    for rest in [left, right] {
        let rest = rest.trim_end_matches('=').replace('-', "+").replace('_', "/");
        let whole = &rest[..rest.len() / 4 * 4];
        let decoded = STANDARD.decode(whole).unwrap_or_default();
        assert!(!decoded.windows(4).any(|window| secret.as_bytes().starts_with(window)), "{encoded} became {masked}");
    }
}

#[test]
fn json_within_json_within_base64_is_masked() {
    for secret in SECRETS {
        let inner = json!({ "token": secret }).to_string();
        let outer = json!({ "message": inner }).to_string();
        for text in [&inner, &outer] {
            let masked = knowing(&[secret]).text(&STANDARD.encode(text)).into_owned();
            assert_eq!(masked.matches("*****").count(), 1, "{secret} became {masked}");
        }
    }
}

#[test]
fn base64_in_lines_is_masked() {
    let secret = KEY.repeat(5);
    let encoded = STANDARD.encode(&secret);
    let lines: Vec<_> = encoded.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    for line_break in ["\n", "\r\n", "\n    "] {
        let text = format!("data: {}\nnext: 1", lines.join(line_break));
        assert_eq!(knowing(&[&secret]).text(&text), "data: *****\nnext: 1");
    }
    let text = json!({ "data": lines.join("\n") }).to_string();
    assert_eq!(knowing(&[&secret]).text(&text), "{\"data\":\"*****\"}");
}

#[test]
fn letter_case_utf_16_and_entities_are_masked() {
    let masker = knowing(&[KEY, "a<b>&\"c'd & e"]);
    let wide: Vec<u8> = KEY.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = KEY.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(masker.bytes(&wide), b"*****\0".as_slice());
    assert_eq!(masker.bytes(&big), b"\0*****".as_slice());
    for text in [
        KEY.to_lowercase(),
        KEY.to_uppercase(),
        KEY.replace('x', "X"),
        KEY.chars().map(|c| format!("&#{};", u32::from(c))).collect(),
        KEY.chars().map(|c| format!("&#x{:X};", u32::from(c))).collect(),
        "a&lt;b&gt;&amp;\"c'd &amp; e".to_owned(),
        "a&lt;b&gt;&amp;&quot;c&#39;d &amp; e".to_owned(),
        "a&lt;b&gt;&amp;&#34;c&#x27;d &amp; e".to_owned(),
        "a&lt;b&gt;&amp;&quot;c'd &amp; e".to_owned(),
        STANDARD.encode(&wide),
    ] {
        let masked = masker.text(&text).into_owned();
        assert!(masked.starts_with("*****") && masked.len() < 8, "{text} became {masked}");
    }
    // A weak one is an ordinary word in other cases, and across lines.
    let weak = knowing(&["test"]);
    assert_eq!(weak.text("TEST Test tes\nt test dGVzdA== 74657374"), "TEST Test tes\nt ***** ***** *****");
}

#[test]
fn utf_16_in_base64_is_masked_in_both_orders_whatever_stands_around_it() {
    for secret in SECRETS {
        let masker = knowing(&[secret]);
        let orders: [fn(u16) -> [u8; 2]; 2] = [u16::to_le_bytes, u16::to_be_bytes];
        for order in orders {
            let wide = |text: &str| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
            for before in 0..4 {
                let text =
                    [&b"abc"[..before % 3], &wide("x".repeat(before).as_str()), &wide(secret), &wide("y")].concat();
                let encoded = STANDARD.encode(&text);
                let masked = masker.text(&encoded).into_owned();
                assert_eq!(masked.matches("*****").count(), 1, "{secret}: {encoded} became {masked}");
                let (left, right) = masked.split_once("*****").expect("it is there");
                let free = encoded.len() - (wide(secret).len() - 1) * 8 / 6;
                assert!(left.len() + right.len() <= free, "{secret}: {encoded} became {masked}");
            }
        }
    }
}

#[test]
fn json_in_ascii_within_base64_is_masked() {
    for secret in SECRETS {
        let masker = knowing(&[secret]);
        for upper in [false, true] {
            let escaped = json_escaping(secret, "", upper);
            for text in [format!("{{\"token\":\"{escaped}\"}}"), format!("{{\"message\":\"{}\"}}", json(&escaped))] {
                let masked = masker.text(&STANDARD.encode(&text)).into_owned();
                assert_eq!(masked.matches("*****").count(), 1, "{secret} in {text} became {masked}");
            }
        }
    }
}

#[test]
fn json_may_be_applied_any_number_of_times() {
    for secret in SECRETS {
        let masker = knowing(&[secret]);
        let mut text = secret.to_string();
        for _ in 0..6 {
            text = json(&text);
            assert_eq!(masker.text(&format!("<{text}>")), "<*****>", "{text}");
        }
    }
}

#[test]
fn a_stray_escape_before_a_secret_does_not_hide_it() {
    for secret in ["n0t-to-be-guessed", "user-and-password", "token/of/the/team", "25/and/more/of/it"] {
        let masker = knowing(&[secret]);
        for before in ["C:\\", "\\\\host\\", "50%", "%2", "&", "&#", "\\u", "\\u00"] {
            let masked = masker.text(&format!("{before}{secret}")).into_owned();
            assert!(masked.ends_with("*****") && before.starts_with(&masked[..masked.len() - 5]), "{masked}");
        }
    }
}

#[test]
fn an_escape_in_a_secret_or_before_it_does_not_hide_it() {
    let hidden = [
        ("nKq7xSecret99", "<td>C:&#92;nKq7xSecret99</td>"),
        ("tür-schlüssel-99", "{\"k\":\"C:\\\\t\\u00fcr-schl\\u00fcssel-99\"}"),
        ("CORP\\tina-Kq7x", "user CORP\\TINA-KQ7X"),
        ("CORP\\tina-Kq7x", "C\0O\0R\0P\0\\\0t\0i\0n\0a\0-\0K\0q\u{0}7\0x\0"),
        ("\\u0041bcd-Kq7x", "\\\\u0041bcd-Kq7x \\U0041BCD-KQ7X"),
        (
            "https://h/?a=1&amp;k=Zx81qPl977",
            "href=\"https://h/?a=1&amp;amp;k=Zx81qPl977\" HTTPS://H/?A=1&AMP;K=ZX81QPL977",
        ),
        ("\\nlead-newline9", "x\\nlead-newline9 \\\\nlead-newline9"),
        ("p&ss<w>rd-Kq7x", "p&amp;amp;ss&amp;lt;w&amp;gt;rd-Kq7x"),
        (">>>>????Kq7x>>>", "Pj4 Pj8/Pz9LcTd4Pj4 "),
    ];
    for (secret, text) in hidden {
        let masked = knowing(&[secret]).text(text).into_owned();
        assert!(masked.contains("*****"), "{secret} in {text}");
        assert!(!masked.to_lowercase().contains("kq7x") && !masked.contains("977"), "{masked}");
    }
}

#[test]
fn encodings_may_be_mixed() {
    let masker = knowing(&["ab/cd efgh/ij\"kl+mn"]);
    for text in ["ab/cd efgh%2fij%22kl%2Bmn", "ab%2Fcd+efgh%2fij%22kl+mn", "ab\\/cd efgh\\u002Fij\\\"kl\\u002bmn"] {
        assert_eq!(masker.text(text), "*****");
    }
}

#[test]
fn a_standard_character_before_base64_goes_with_its_escape() {
    // Its last bits are the first ones of the secret.
    let encoded = STANDARD.encode(["\u{3}~".as_bytes(), KEY.as_bytes()].concat());
    let (head, tail) = encoded.split_at(2);
    assert_eq!(head, "A3");
    let masker = knowing(&[KEY]);
    for (before, masked) in [("+", ""), ("/", ""), ("%2B", ""), ("%252f", ""), ("\\/", ""), ("\\\\\\/", ""), (" ", " ")]
    {
        let text = format!("{head}{before}{}", &tail[1..]);
        assert_eq!(masker.text(&text), format!("{head}{masked}*****"));
    }
}
