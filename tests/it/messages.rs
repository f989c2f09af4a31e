//! The standards' messages on close approaches and trajectories: CDM, OEM, and SOCRATES' list.

use chrono::{DateTime, Utc};
use proptest::prelude::*;

mod cdm;
mod damage;
mod oem;
mod orekit;
mod received;
mod samples;
mod socrates;

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Instants to the nanosecond from 1972 to 2199, in the order of the calendar's width of a file.
fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    (63_072_000_i64..7_226_582_400, 0_u32..1_000_000_000)
        .prop_map(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos).unwrap())
}

/// Texts that a name or a comment can be, awkward ones among them.
fn text() -> impl Strategy<Value = String> {
    "[!-~àΩ][ -~]{0,12}[!-~é]"
}

/// Finite numbers of any size.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![any::<f64>().prop_filter("finite", |value| value.is_finite()), -1e4..1e4].prop_map(|value| value + 0.0)
}
