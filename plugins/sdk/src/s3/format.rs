//! Text in the format of the AWS CLI, with times in UTC.

use std::time::UNIX_EPOCH;

const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/// A size in the largest unit of which there is at least one, with one decimal: `1.5 KiB`.
#[must_use]
pub fn human_readable(bytes: u64) -> String {
    match bytes {
        1 => return "1 Byte".to_owned(),
        0..1024 => return format!("{bytes} Bytes"),
        _ => {}
    }
    let mut size = bytes as f64 / 1024.0;
    let mut units = UNITS.iter();
    let mut unit = units.next();
    // 1,023.99 KiB is `1.0 MiB`.
    while size.round() >= 1024.0 {
        size /= 1024.0;
        unit = units.next().or(unit);
    }
    format!("{size:.1} {}", unit.unwrap_or(&""))
}

/// A number with a comma between thousands: `1,204`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (digit, left) in digits.chars().zip((0..digits.len()).rev()) {
        grouped.push(digit);
        if left > 0 && left % 3 == 0 {
            grouped.push(',');
        }
    }
    grouped
}

/// A number of things: `1 file`, `1,204 files`.
#[must_use]
pub fn counted(number: u64, what: &str) -> String {
    format!("{} {what}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// The end of the year 9999, the last one that can be written.
const LATEST_MS: u64 = 253_402_300_799_999;

/// A time in milliseconds since 1970 as `2026-11-21T14:28:07Z`.
#[must_use]
pub fn rfc3339(milliseconds: u64) -> String {
    let since = std::time::Duration::from_millis(milliseconds.min(LATEST_MS));
    humantime::format_rfc3339_seconds(UNIX_EPOCH + since).to_string()
}

/// A time in milliseconds since 1970 as `2026-11-21 14:28:07`.
#[must_use]
pub fn time(milliseconds: u64) -> String {
    rfc3339(milliseconds).trim_end_matches('Z').replace('T', " ")
}

/// The row of an object: `2026-11-21 14:28:07       1024 index.html`.
#[must_use]
pub fn object_row(modified: u64, size: &str, name: &str) -> String {
    format!("{} {size:>10} {name}", time(modified))
}

/// The row of a common prefix, whose name ends with `/`.
#[must_use]
pub fn prefix_row(name: &str) -> String {
    format!("{:>30} {name}", "PRE")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every line was tried with `human_readable_size` of the AWS CLI.
    #[test]
    fn sizes_are_written_as_the_aws_cli_writes_them() {
        for (bytes, text) in [
            (0, "0 Bytes"),
            (1, "1 Byte"),
            (1_023, "1023 Bytes"),
            (1_024, "1.0 KiB"),
            (1_536, "1.5 KiB"),
            (10_300, "10.1 KiB"),
            (1_048_063, "1023.5 KiB"),
            (1_048_064, "1.0 MiB"),
            (1_048_576, "1.0 MiB"),
            (325_058_560, "310.0 MiB"),
            (5_497_558_138_880, "5.0 TiB"),
            (u64::MAX, "16.0 EiB"),
        ] {
            assert_eq!(human_readable(bytes), text, "{bytes}");
        }
    }

    #[test]
    fn thousands_are_separated() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (12_345, "12,345"),
            (123_456, "123,456"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), text);
        }
        assert_eq!((counted(1, "file").as_str(), counted(1_204, "file").as_str()), ("1 file", "1,204 files"));
    }

    #[test]
    fn rows_are_those_of_aws_s3_ls() {
        let half_past_two = 1_795_271_287_999;
        assert_eq!(object_row(half_past_two, "1024", "index.html"), "2026-11-21 14:28:07       1024 index.html");
        assert_eq!(object_row(0, "310.0 MiB", "a b"), "1970-01-01 00:00:00  310.0 MiB a b");
        assert_eq!(prefix_row("img/"), "                           PRE img/");
        assert_eq!(time(u64::MAX), "9999-12-31 23:59:59");
    }
}
