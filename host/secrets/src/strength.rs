//! How easily a secret can be guessed.

/// Least characters of a secret that is not weak.
const SHORTEST: usize = 8;

/// Least bits of a secret that is not weak. A run can try some 2³³ candidates before it ends: 5,000 steps with 1 MiB of
/// outputs each, in which one begins at every character. So a secret of 2³² values holds against a run that a person
/// sees failing at its first hit, and not against many.
const FEWEST_BITS: f64 = 32.0;

/// Whether a secret can be guessed, or stands in ordinary texts by chance: it has under 8 characters, or under 32 bits.
/// Its bits are estimated as if its characters were chosen by chance from the kinds that it has: 10 digits, 26 small
/// and 26 capital letters, 33 other signs, 100 letters of other scripts. From the third on, the characters of a
/// repetition or of a sequence such as `1234` count nothing. Ten digits suffice, and so do eight letters.
pub fn is_weak(secret: &str) -> bool {
    let chars: Vec<char> = secret.trim().chars().collect();
    let step = |at: usize| {
        let (before, c) = (chars.get(at.checked_sub(1)?)?, chars.get(at)?);
        Some(i64::from(u32::from(*c)) - i64::from(u32::from(*before)))
    };
    let counts = |at: &usize| {
        let goes_on = at.checked_sub(1).is_some_and(|before| step(before) == step(*at));
        !(goes_on && matches!(step(*at), Some(-1..=1)))
    };
    let counted = (0..chars.len()).filter(counts).count();
    let has = |is_in: fn(&char) -> bool, size: u32| if chars.iter().any(is_in) { size } else { 0 };
    let alphabet = has(char::is_ascii_digit, 10)
        + has(char::is_ascii_lowercase, 26)
        + has(char::is_ascii_uppercase, 26)
        + has(|c| c.is_ascii() && !c.is_ascii_alphanumeric(), 33)
        + has(|c| !c.is_ascii(), 100);
    let counted = u32::try_from(counted).unwrap_or(u32::MAX);
    chars.len() < SHORTEST || f64::from(counted) * f64::from(alphabet.max(1)).log2() < FEWEST_BITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_is_short_or_simple_is_weak() {
        for weak in ["", "1234", "739164", "i-0a", "hunter2", "12345678", "abcdefgh", "87654321", "aaaaaaaaaaaaaaaa"] {
            assert!(is_weak(weak), "{weak}");
        }
        for weak in ["19283746", "000000000000", "aaaa1111bbbb", "   k3y   "] {
            assert!(is_weak(weak), "{weak}");
        }
        for strong in
            ["schedule", "hunter22", "1928374650", "i-0123456789abcdef0", "wJalrXUtnFEMI/K7MDENG", "пароль-größe"]
        {
            assert!(!is_weak(strong), "{strong}");
        }
    }
}
