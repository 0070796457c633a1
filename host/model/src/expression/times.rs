//! Points in time in expressions: texts in RFC 3339, as options of type `datetime` have them.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use minijinja::{Error, ErrorKind, Value};

use crate::error::shorten_to;
use crate::file::parse_duration;

/// Most bytes of a format, such as `%d.%m.%Y %H:%M`.
const LONGEST_FORMAT: usize = 200;

fn wrong(what: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidOperation, what.into())
}

/// A point in time: RFC 3339, or a day, which begins at midnight in UTC.
fn moment(value: &Value) -> Result<Timestamp, Error> {
    let text = value.as_str().unwrap_or_default();
    let of_day = || text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|day| day.timestamp());
    text.parse::<Timestamp>().ok().or_else(of_day).ok_or_else(|| {
        let shown = shorten_to(&value.to_string(), 60);
        wrong(format!("`{shown}` is no point in time such as `2026-01-31T12:00:00Z` or `2026-01-31`"))
    })
}

/// The text of a duration, which may also be zero.
pub(super) fn duration(text: &str) -> Result<SignedDuration, String> {
    let duration = parse_duration(text).and_then(|duration| SignedDuration::try_from(duration).ok());
    duration.ok_or_else(|| format!("`{}` is no duration such as `90s`, `15m`, `1h30m` or `2d`", shorten_to(text, 60)))
}

/// A later point in time.
pub(super) fn plus(value: &Value, by: &str) -> Result<String, Error> {
    moved(value, duration(by).map_err(wrong)?)
}

/// An earlier point in time.
pub(super) fn minus(value: &Value, by: &str) -> Result<String, Error> {
    moved(value, -duration(by).map_err(wrong)?)
}

fn moved(value: &Value, by: SignedDuration) -> Result<String, Error> {
    moment(value)?
        .checked_add(by)
        .map(|at| at.to_string())
        .map_err(|_| wrong("the year is beyond 9999, or before -9999"))
}

/// A point in time as people write it, in a time zone or in UTC.
pub(super) fn date(value: &Value, format: Option<&str>, zone: Option<&str>) -> Result<String, Error> {
    let zone = time_zone(zone.unwrap_or("UTC")).map_err(wrong)?;
    written(moment(value)?, format.unwrap_or("%Y-%m-%d"), zone).map_err(wrong)
}

/// A time zone by its name in the IANA database.
pub(super) fn time_zone(name: &str) -> Result<TimeZone, String> {
    let known = || format!("`{}` is no time zone such as `Europe/Berlin` or `UTC`", shorten_to(name, 60));
    TimeZone::get(name).map_err(|_| known())
}

/// A time in this format.
pub(super) fn written(at: Timestamp, format: &str, zone: TimeZone) -> Result<String, String> {
    if format.len() > LONGEST_FORMAT {
        return Err(format!("a format has at most {LONGEST_FORMAT} bytes"));
    }
    let written = jiff::fmt::strtime::format(format, &at.to_zoned(zone));
    written.map_err(|error| format!("`{}` is no format such as `%d.%m.%Y %H:%M`: {error}", shorten_to(format, 60)))
}
