//! The findings of the watch as rows.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::sheet::{Cell, Sheet, Shown};
use crate::ssa::watch::event::{Kind, State, WatchEvent};

const COLUMNS: [&str; 17] = [
    "norad_id",
    "name",
    "owner",
    "kind",
    "state",
    "pattern",
    "start",
    "end",
    "along_track_m_s",
    "cross_track_m_s",
    "sigma",
    "earliest",
    "latest",
    "detail",
    "first_seen_at",
    "updated_at",
    "evidence",
];

/// The columns of the table for people.
pub const SHOWN: [Shown; 9] = [
    Shown { column: "start", head: "FROM", decimals: 0 },
    Shown { column: "end", head: "TO", decimals: 0 },
    Shown { column: "norad_id", head: "ID", decimals: 0 },
    Shown { column: "name", head: "OBJECT", decimals: 0 },
    Shown { column: "owner", head: "OWNER", decimals: 0 },
    Shown { column: "kind", head: "KIND", decimals: 0 },
    Shown { column: "state", head: "STATE", decimals: 0 },
    Shown { column: "sigma", head: "SIGMA", decimals: 0 },
    Shown { column: "detail", head: "WHAT", decimals: 0 },
];

/// What the last column of the table means for manoeuvres.
pub const LEGEND: &str = "m/s: least change of speed along the track / across it; class noise: too few sets to know the \
                          object's own noise, so that of its class of orbit is taken.";

/// One event with when it was first seen and when it last changed.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// What was found.
    pub event: &'a WatchEvent,
    /// When it was found first.
    pub first_seen_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// Findings as rows, in the order given.
#[must_use]
pub fn sheet<'a>(rows: impl IntoIterator<Item = Row<'a>>) -> Sheet {
    let mut sheet = Sheet::new(&COLUMNS).with_nested(1);
    let time = |time: Option<DateTime<Utc>>| time.map_or(Cell::Null, Cell::Time);
    for Row { event, first_seen_at, updated_at } in rows {
        sheet.push(vec![
            Cell::Integer(event.subject.norad_id.get().into()),
            Cell::text(&event.subject.name),
            Cell::text(&event.subject.owner),
            Cell::text(event.kind.as_str()),
            Cell::text(event.state.as_str()),
            Cell::text(&event.pattern),
            Cell::Time(event.start),
            Cell::Time(event.end),
            Cell::number(event.along_track_m_s, 5),
            Cell::number(event.cross_track_m_s, 3),
            Cell::number(event.sigma, 1),
            time(event.earliest),
            time(event.latest),
            Cell::text(&detail(event)),
            Cell::Time(first_seen_at),
            Cell::Time(updated_at),
            Cell::Nested(event.evidence.clone()),
        ]);
    }
    sheet
}

/// The finding in a few words: `raising +0.520 m/s, a +0.94 km`, `ends +-2.1 d, perigee was 190 km`, `1998-067A`.
fn detail(event: &WatchEvent) -> String {
    let number = |key: &str| event.evidence.get(key).and_then(Value::as_f64);
    let text = |key: &str| event.evidence.get(key).and_then(Value::as_str).unwrap_or_default();
    match event.kind {
        Kind::Manoeuvre => {
            let along = event.along_track_m_s.map_or_else(String::new, |speed| format!(" {speed:+.3}"));
            let cross = event.cross_track_m_s.map_or_else(String::new, |speed| format!("/{speed:.1}"));
            let axis = number("semi_major_change_km").map_or_else(String::new, |km| format!(", a {km:+.2} km"));
            let noise = if text("noise") == "class" { ", class noise" } else { "" };
            format!("{}{along}{cross} m/s{axis}{noise}", event.pattern)
        }
        Kind::Decay => {
            let foretold = event.earliest.zip(event.latest).map(|(earliest, latest)| {
                (earliest + (latest - earliest) / 2, (latest - earliest).as_seconds_f64() / 172_800.0)
            });
            match (event.state, foretold) {
                (State::Decayed, Some((middle, margin_days))) => {
                    format!("ended; foretold for {} +-{margin_days:.1} d", middle.format("%Y-%m-%d"))
                }
                (State::Decayed, None) => "ended".to_owned(),
                (_, Some((_, margin_days))) => {
                    let perigee =
                        number("perigee_km").map_or_else(String::new, |km| format!(", perigee was {km:.0} km"));
                    format!("ends +-{margin_days:.1} d{perigee}")
                }
                (_, None) => String::new(),
            }
        }
        Kind::New => match (text("object_id"), text("launch_date")) {
            ("", _) => "no designator".to_owned(),
            (designator, "") => designator.to_owned(),
            (designator, launched) => format!("{designator}, launched {launched}"),
        },
    }
}
