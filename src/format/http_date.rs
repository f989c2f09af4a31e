//! Dates of HTTP headers (RFC 9110, section 5.6.7) and the wait that `Retry-After` asks for (section 10.2.3).

use chrono::{DateTime, TimeDelta, Utc};

/// The longest wait that [`retry_after`] gives: a source that asks for more is not to be believed, but to be looked at
/// by a person long before.
pub const MAX_RETRY_AFTER: TimeDelta = TimeDelta::days(7);

/// The instant of an HTTP date in any of its three forms: `Sun, 06 Nov 1994 08:49:37 GMT` (IMF-fixdate),
/// `Sunday, 06-Nov-94 08:49:37 GMT` (RFC 850; years 70 to 99 are 1970 to 1999, 00 to 69 are 2000 to 2069) and
/// `Sun Nov  6 08:49:37 1994` (asctime). `None` where it is none of them, no such day, or outside 1970 to 9999.
#[must_use]
pub fn http_date(text: &str) -> Option<DateTime<Utc>> {
    httpdate::parse_http_date(text.trim()).ok().map(DateTime::from)
}

/// The wait that a `Retry-After` header asks for at `now`: a whole number of seconds, or an HTTP date.
///
/// Never negative (a date in the past is no wait) and never longer than [`MAX_RETRY_AFTER`], however many digits it has.
/// `None` where the header is neither.
#[must_use]
pub fn retry_after(text: &str, now: DateTime<Utc>) -> Option<TimeDelta> {
    let text = text.trim();
    let wait = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a number holds are more than the longest wait.
        text.parse().ok().and_then(TimeDelta::try_seconds).unwrap_or(MAX_RETRY_AFTER)
    } else {
        http_date(text)?.signed_duration_since(now)
    };
    Some(wait.clamp(TimeDelta::zero(), MAX_RETRY_AFTER))
}
