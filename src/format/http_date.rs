//! Dates of HTTP headers (RFC 9110, section 5.6.7).

use chrono::{DateTime, Utc};

/// The instant of an HTTP date in any of its three forms: `Sun, 06 Nov 1994 08:49:37 GMT` (IMF-fixdate),
/// `Sunday, 06-Nov-94 08:49:37 GMT` (RFC 850; years 70 to 99 are 1970 to 1999, 00 to 69 are 2000 to 2069) and
/// `Sun Nov  6 08:49:37 1994` (asctime). `None` where it is none of them, no such day, or outside 1970 to 9999.
#[must_use]
pub fn http_date(text: &str) -> Option<DateTime<Utc>> {
    httpdate::parse_http_date(text.trim()).ok().map(DateTime::from)
}
