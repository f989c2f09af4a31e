//! Dates of HTTP headers.

use alliedsky::format::http_date::http_date;
use chrono::DateTime;

use super::time;

/// The example of RFC 9110, section 5.6.7, in its three forms, and UTC by the calendar.
#[test]
fn the_three_forms_of_the_standard_are_read() {
    for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
        assert_eq!(http_date(text), Some(time("1994-11-06T08:49:37Z")), "{text}");
    }
    assert_eq!(http_date(" Thu, 29 Feb 2024 23:59:59 GMT "), Some(time("2024-02-29T23:59:59Z")));
    assert_eq!(http_date("Thu, 01 Jan 1970 00:00:00 GMT"), Some(DateTime::UNIX_EPOCH));
}

#[test]
fn what_is_no_date_is_none() {
    for text in [
        "",
        "0",
        "soon",
        "2026-11-22T00:00:00Z",
        "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sun, 31 Feb 2026 08:49:37 GMT",
        "Thu, 29 Feb 2023 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 99999 08:49:37 GMT",
        "Wed, 31 Dec 1969 23:59:59 GMT",
        "Sün, 06 Nov 1994 08:49:37 GMT",
    ] {
        assert_eq!(http_date(text), None, "{text}");
    }
}
