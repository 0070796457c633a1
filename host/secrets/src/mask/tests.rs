mod encodings;
mod records;
mod streams;
mod values;

use super::Masker;

/// A secret access key, as AWS makes it.
const KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const SECRETS: &[&str] = &[
    KEY,
    "AKIAIOSFODNN7EXAMPLE",
    "/+leading/and/trailing+/",
    "correct horse battery staple",
    "p\"a'ss\\w<o>r&d=100%;$^.*[x]{2}|(?i)\\n",
    "%41%2F%percent%",
    "100%25+1 = a+b c",
    "\\\\server\\share\\",
    "пароль-größe-密码-🔑",
    "🔑🔑🔑",
    "tab\tbell\u{7}esc\u{1b}nul\u{0}end",
    "abcd",
];

/// A masker with these secrets.
fn knowing(secrets: &[&str]) -> Masker {
    let masker = Masker::new();
    secrets.iter().for_each(|secret| masker.learn(secret));
    masker
}

/// The same numbers in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    /// A secret of the characters in AWS's keys.
    fn secret(&mut self, length: usize) -> String {
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        (0..length).map(|_| char::from(ALPHABET[self.below(64)])).collect()
    }
}
