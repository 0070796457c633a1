//! When a request that can be repeated is sent once more.

use std::time::Duration;

use http::HeaderMap;
use http::header::RETRY_AFTER;
use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// Attempts at a request that can be repeated.
const MOST_ATTEMPTS: u32 = 3;

/// The first pause when the server names none. Each further one is four times as long.
const FIRST: Duration = Duration::from_millis(250);

/// The pause before the next attempt, when the server asks for one with `429` or `503` (RFC 9110, section 10.2.3), or
/// when an attempt had no answer. `attempt` counts from 1. None: the answer is the answer.
pub fn pause(attempt: u32, answer: Option<(u16, &HeaderMap)>) -> Option<Duration> {
    if attempt >= MOST_ATTEMPTS {
        return None;
    }
    let own = FIRST * 4_u32.pow(attempt.saturating_sub(1));
    match answer {
        None => Some(own),
        Some((429 | 503, headers)) => Some(named(headers, Timestamp::now()).unwrap_or(own)),
        Some(_) => None,
    }
}

/// `Retry-After`: seconds, or a date.
fn named(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok()?;
    Some(Duration::try_from(until.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> HeaderMap {
        HeaderMap::from_iter([(RETRY_AFTER, text.parse().expect("it is a value"))])
    }

    #[test]
    fn the_server_says_how_long_to_wait_in_seconds_or_as_a_date() {
        let now: Timestamp = "2026-11-30T12:00:00Z".parse().expect("it is a time");
        for (text, seconds) in [
            ("3", Some(3)),
            ("Mon, 30 Nov 2026 12:00:07 GMT", Some(7)),
            ("Mon, 30 Nov 2026 11:00:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
        ] {
            assert_eq!(named(&asked(text), now), seconds.map(Duration::from_secs), "{text}");
        }
    }

    #[test]
    fn only_an_answer_that_asks_for_it_and_no_answer_are_followed_by_another_attempt() {
        let headers = asked("2");
        assert_eq!(pause(1, Some((429, &headers))), Some(Duration::from_secs(2)));
        assert_eq!(pause(1, Some((503, &HeaderMap::new()))), Some(FIRST));
        assert_eq!(pause(2, None), Some(FIRST * 4));
        for (attempt, status) in [(1, 500), (1, 200), (1, 404), (3, 503)] {
            assert_eq!(pause(attempt, Some((status, &headers))), None, "{attempt} {status}");
        }
    }
}
