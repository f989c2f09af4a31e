//! Conjunctions as rows.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::rows::Rows;
use super::sheet::{Cell, Mark, Sheet, Shown};
use super::zone::machine_time;
use crate::format::cdm::Cdm;
use crate::ssa::conjunction::assessment::Assessment;
use crate::ssa::conjunction::history::{Sighting, Trend, Vanished, trend};
use crate::ssa::conjunction::{Conjunction, Kind};
use crate::ssa::probability::Verdict;

/// The columns of the contract, then those that only this program's users know: which element set is too old, what to do
/// about the event, by what factor on the errors it is most probable, its radius, whether the orbits bend too much for `pc`.
const COLUMNS: [&str; 25] = [
    "primary_id",
    "primary_name",
    "secondary_id",
    "secondary_name",
    "tca",
    "miss_km",
    "rel_speed_km_s",
    "miss_r_km",
    "miss_t_km",
    "miss_n_km",
    "primary_age_days",
    "secondary_age_days",
    "pc",
    "pc_method",
    "covariance_source",
    "pc_max",
    "pc_max_socrates",
    "dilution_km",
    "kind",
    "stale",
    "verdict",
    "pc_max_scale",
    "hbr_m",
    "hbr_source",
    "curved",
];

/// Where an event is heading, of rows with a history.
const TREND: &str = "trend";

/// The columns that give way in tables.
const NAMES: [&str; 2] = ["primary_name", "secondary_name"];

/// When a pair is below the threshold, in JSON.
const SPANS: &str = "spans";

/// What a change adds.
const CHANGE_COLUMNS: [&str; 5] = ["change", "previous_miss_km", "previous_tca", "changed_at", "vanished_why"];

/// How the figures went from run to run, in JSON.
const HISTORY: &str = "history";

/// The columns of the table for people: the sort of an approach stands in the place of its verdict where it is no
/// encounter, and the trend behind the probability.
pub const SHOWN: [Shown; 11] = [
    Shown { column: "tca", head: "TCA", decimals: 0 },
    Shown { column: "miss_km", head: "MISS KM", decimals: 3 },
    Shown { column: "rel_speed_km_s", head: "KM/S", decimals: 1 },
    Shown { column: "pc", head: "PC", decimals: 0 },
    Shown { column: "verdict", head: "VERDICT", decimals: 0 },
    Shown { column: "primary_id", head: "ID", decimals: 0 },
    Shown { column: "primary_name", head: "OBJECT", decimals: 0 },
    Shown { column: "primary_age_days", head: "AGE D", decimals: 1 },
    Shown { column: "secondary_id", head: "ID", decimals: 0 },
    Shown { column: "secondary_name", head: "OBJECT", decimals: 0 },
    Shown { column: "secondary_age_days", head: "AGE D", decimals: 1 },
];

/// The columns of the table of changes for people.
pub const CHANGES_SHOWN: [Shown; 11] = [
    Shown { column: "change", head: "CHANGE", decimals: 0 },
    Shown { column: "tca", head: "TCA", decimals: 0 },
    Shown { column: "previous_tca", head: "WAS AT", decimals: 0 },
    Shown { column: "miss_km", head: "MISS KM", decimals: 3 },
    Shown { column: "previous_miss_km", head: "WAS KM", decimals: 3 },
    Shown { column: "rel_speed_km_s", head: "KM/S", decimals: 1 },
    Shown { column: "pc", head: "PC", decimals: 0 },
    Shown { column: "primary_id", head: "ID", decimals: 0 },
    Shown { column: "primary_name", head: "OBJECT", decimals: 0 },
    Shown { column: "secondary_id", head: "ID", decimals: 0 },
    Shown { column: "secondary_name", head: "OBJECT", decimals: 0 },
];

/// A conjunction that has changed.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangedRow {
    /// The figures known last.
    pub conjunction: Conjunction,
    /// How it has changed: `new`, `raised`, `lowered`, `moved`, `vanished`, `passed`.
    pub change: &'static str,
    /// What was known of it before.
    pub before: Option<Sighting>,
    /// How the figures went from run to run; the last line is the one that made the change.
    pub history: Vec<Sighting>,
}

/// So many conjunctions as rows, in the order of their numbers; each is asked for when its row is made.
#[must_use]
pub fn rows<'a>(count: usize, conjunction: impl Fn(usize) -> Option<Cow<'a, Conjunction>> + Sync + 'a) -> Rows<'a> {
    let columns: Vec<&str> = COLUMNS.into_iter().chain([SPANS]).collect();
    let width = columns.len();
    Rows::new(columns, 1, count, move |index| {
        let Some(conjunction) = conjunction(index) else { return vec![Cell::Null; width] };
        let mut row = cells(&conjunction, None);
        row.push(spans(&conjunction));
        row
    })
    .with_narrow(&NAMES)
}

/// Conjunctions as rows, in the order given, all at once.
#[must_use]
pub fn sheet(conjunctions: &[Conjunction]) -> Sheet {
    rows(conjunctions.len(), |index| conjunctions.get(index).map(Cow::Borrowed)).collect()
}

/// Conjunctions as rows, in the order given, each with the trend of its history.
#[must_use]
pub fn sheet_with_trend<'a>(events: impl Iterator<Item = (&'a Conjunction, &'a [Sighting])>) -> Sheet {
    let columns: Vec<&str> = COLUMNS.into_iter().chain([TREND, SPANS]).collect();
    let mut sheet = Sheet::new(&columns).with_nested(1).with_narrow(&NAMES);
    for (conjunction, history) in events {
        let heading = trend(history);
        let mut row = cells(conjunction, heading);
        row.extend([trend_cell(heading), spans(conjunction)]);
        sheet.push(row);
    }
    sheet
}

/// Conjunctions as rows, in the order given, each with the trend of its history, and all of it in JSON.
#[must_use]
pub fn sheet_with_history<'a>(events: impl Iterator<Item = (&'a Conjunction, &'a [Sighting])>) -> Sheet {
    let columns: Vec<&str> = COLUMNS.into_iter().chain([TREND, SPANS, HISTORY]).collect();
    let mut sheet = Sheet::new(&columns).with_nested(2).with_narrow(&NAMES);
    for (conjunction, history) in events {
        let heading = trend(history);
        let mut row = cells(conjunction, heading);
        row.extend([trend_cell(heading), spans(conjunction), nested_history(history)]);
        sheet.push(row);
    }
    sheet
}

/// Changes as rows, in the order given, each with its history in JSON.
#[must_use]
pub fn changes_sheet(rows: &[ChangedRow]) -> Sheet {
    let columns: Vec<&str> = COLUMNS.into_iter().chain([TREND]).chain(CHANGE_COLUMNS).chain([SPANS, HISTORY]).collect();
    let mut sheet = Sheet::new(&columns).with_nested(2).with_narrow(&NAMES);
    for ChangedRow { conjunction, change, before, history } in rows {
        let last = history.last();
        let why = last.and_then(|line| line.vanished).map_or("", |why| why.as_str());
        let heading = trend(history);
        let mut row = cells(conjunction, heading);
        row.extend([
            trend_cell(heading),
            Cell::text(change),
            Cell::number(before.as_ref().map(|line| line.miss_km), 6),
            before.as_ref().map_or(Cell::Null, |line| Cell::Later(line.tca, conjunction.tca)),
            last.map_or(Cell::Null, |line| Cell::Time(line.recorded_at)),
            Cell::text(why),
            spans(conjunction),
            nested_history(history),
        ]);
        sheet.push(row);
    }
    sheet
}

/// A message's approach, worked out again.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceivedRow {
    /// The file.
    pub file: String,
    /// What the message says.
    pub message: Cdm,
    /// What its states and covariances come to.
    pub conjunction: Conjunction,
}

/// What a message adds.
const RECEIVED_COLUMNS: [&str; 7] =
    ["message_pc", "message_pc_method", "message_miss_km", "message_id", "originator", "created_at", "file"];

/// The columns of the table of messages for people.
pub const RECEIVED_SHOWN: [Shown; 11] = [
    Shown { column: "tca", head: "TCA", decimals: 0 },
    Shown { column: "miss_km", head: "MISS KM", decimals: 3 },
    Shown { column: "pc", head: "PC", decimals: 0 },
    Shown { column: "message_pc", head: "THEIRS", decimals: 0 },
    Shown { column: "pc_max", head: "PC MAX", decimals: 0 },
    Shown { column: "verdict", head: "VERDICT", decimals: 0 },
    Shown { column: "primary_id", head: "ID", decimals: 0 },
    Shown { column: "primary_name", head: "OBJECT", decimals: 0 },
    Shown { column: "secondary_id", head: "ID", decimals: 0 },
    Shown { column: "secondary_name", head: "OBJECT", decimals: 0 },
    Shown { column: "pc_method", head: "METHOD", decimals: 0 },
];

/// Messages as rows, in the order given.
#[must_use]
pub fn received_sheet(rows: &[ReceivedRow]) -> Sheet {
    let columns: Vec<&str> = COLUMNS.into_iter().chain(RECEIVED_COLUMNS).collect();
    let mut sheet = Sheet::new(&columns);
    for ReceivedRow { file, message, conjunction } in rows {
        let mut row = cells(conjunction, None);
        row.extend([
            Cell::scientific(message.collision_probability),
            Cell::text(message.collision_probability_method.as_deref().unwrap_or_default()),
            Cell::Number(message.miss_distance_m / 1000.0, 6),
            Cell::text(&message.message_id),
            Cell::text(&message.originator),
            Cell::Time(message.creation_date),
            Cell::text(file),
        ]);
        sheet.push(row);
    }
    sheet
}

/// The columns of histories, one row a line of them.
const LINE_COLUMNS: [&str; 19] = [
    "primary_id",
    "primary_name",
    "secondary_id",
    "secondary_name",
    "kind",
    "recorded_at",
    "run",
    "tca",
    "miss_km",
    "rel_speed_km_s",
    "miss_r_km",
    "miss_t_km",
    "miss_n_km",
    "primary_age_days",
    "secondary_age_days",
    "pc",
    "pc_max",
    "verdict",
    "vanished_why",
];

/// The columns of the table of histories for people.
pub const LINES_SHOWN: [Shown; 12] = [
    Shown { column: "primary_id", head: "ID", decimals: 0 },
    Shown { column: "primary_name", head: "OBJECT", decimals: 0 },
    Shown { column: "secondary_id", head: "ID", decimals: 0 },
    Shown { column: "secondary_name", head: "OBJECT", decimals: 0 },
    Shown { column: "recorded_at", head: "RECORDED", decimals: 0 },
    Shown { column: "run", head: "RUN", decimals: 0 },
    Shown { column: "tca", head: "TCA", decimals: 0 },
    Shown { column: "miss_km", head: "MISS KM", decimals: 3 },
    Shown { column: "primary_age_days", head: "AGE D", decimals: 1 },
    Shown { column: "secondary_age_days", head: "AGE D", decimals: 1 },
    Shown { column: "pc", head: "PC", decimals: 0 },
    Shown { column: "vanished_why", head: "GONE", decimals: 0 },
];

/// Histories as rows, one a line of them: event after event in the order given, the earliest line first.
#[must_use]
pub fn lines_sheet<'a>(events: impl Iterator<Item = (&'a Conjunction, &'a [Sighting])>) -> Sheet {
    let mut sheet = Sheet::new(&LINE_COLUMNS).with_narrow(&NAMES);
    for (conjunction, history) in events {
        for line in history {
            sheet.push(vec![
                Cell::Integer(conjunction.primary_id.get().into()),
                Cell::text(&conjunction.primary_name),
                Cell::Integer(conjunction.secondary_id.get().into()),
                Cell::text(&conjunction.secondary_name),
                Cell::text(conjunction.kind.as_str()),
                Cell::Time(line.recorded_at),
                Cell::Integer(line.run),
                Cell::Time(line.tca),
                Cell::Number(line.miss_km, 6),
                Cell::Number(line.rel_speed_km_s, 6),
                Cell::Number(line.miss_rtn_km.x, 6),
                Cell::Number(line.miss_rtn_km.y, 6),
                Cell::Number(line.miss_rtn_km.z, 6),
                Cell::Number(line.primary_age_days, 4),
                Cell::Number(line.secondary_age_days, 4),
                Cell::scientific(line.pc),
                Cell::scientific(line.pc_max),
                Cell::text(line.verdict.map_or("", |verdict| verdict.as_str())),
                line.vanished.map_or(Cell::Null, vanished),
            ]);
        }
    }
    sheet
}

/// The cells of [`COLUMNS`].
fn cells(conjunction: &Conjunction, trend: Option<Trend>) -> Vec<Cell> {
    let assessment = conjunction.assessment.as_deref();
    let text = |text: fn(&Assessment) -> &str| assessment.map_or(Cell::Null, |assessment| Cell::text(text(assessment)));
    let number = |number: fn(&Assessment) -> Option<f64>| Cell::scientific(assessment.and_then(number));
    vec![
        Cell::Integer(conjunction.primary_id.get().into()),
        Cell::text(&conjunction.primary_name),
        Cell::Integer(conjunction.secondary_id.get().into()),
        Cell::text(&conjunction.secondary_name),
        Cell::Time(conjunction.tca),
        Cell::Number(conjunction.miss_km, 6),
        Cell::Number(conjunction.rel_speed_km_s, 6),
        Cell::Number(conjunction.miss_rtn_km.x, 6),
        Cell::Number(conjunction.miss_rtn_km.y, 6),
        Cell::Number(conjunction.miss_rtn_km.z, 6),
        Cell::number(Some(conjunction.primary_age_days), 4).marked(conjunction.primary_stale, Mark::Stale),
        Cell::number(Some(conjunction.secondary_age_days), 4).marked(conjunction.secondary_stale, Mark::Stale),
        number(|assessment| assessment.pc)
            .marked(trend == Some(Trend::Rising), Mark::Rising)
            .marked(trend == Some(Trend::Falling), Mark::Falling),
        text(|assessment| &assessment.pc_method),
        text(|assessment| &assessment.covariance_source),
        number(|assessment| assessment.pc_max),
        number(|assessment| assessment.pc_max_socrates),
        Cell::number(assessment.and_then(|assessment| assessment.dilution_km), 6),
        Cell::text(conjunction.kind.as_str()),
        Cell::text(stale(conjunction)),
        verdict(assessment.map(|assessment| assessment.verdict), conjunction.kind),
        number(|assessment| assessment.pc_max_scale),
        Cell::number(assessment.map(|assessment| assessment.hbr_m), 2),
        text(|assessment| &assessment.hbr_source),
        assessment.map_or(Cell::Null, |assessment| Cell::Flag(assessment.is_curved)),
    ]
}

/// The verdict; people read what sort of approach it is, where that is why there is no probability.
fn verdict(verdict: Option<Verdict>, kind: Kind) -> Cell {
    let cell = verdict.map_or(Cell::Null, |verdict| Cell::text(verdict.as_str()));
    match (kind, verdict) {
        (Kind::Companion | Kind::Duplicate | Kind::Open, _) => Cell::Short(Box::new(cell), kind.as_str()),
        (Kind::Encounter, Some(Verdict::Diluted)) => Cell::Short(Box::new(cell), "diluted"),
        (Kind::Encounter, _) => cell,
    }
}

fn trend_cell(trend: Option<Trend>) -> Cell {
    trend.map_or(Cell::Null, |trend| Cell::text(trend.as_str()))
}

fn vanished(why: Vanished) -> Cell {
    let word = match why {
        Vanished::MovedApart => "apart",
        Vanished::NoElementSets => "no sets",
    };
    Cell::Short(Box::new(Cell::text(why.as_str())), word)
}

fn stale(conjunction: &Conjunction) -> &'static str {
    match (conjunction.primary_stale, conjunction.secondary_stale) {
        (true, true) => "both",
        (true, false) => "primary",
        (false, true) => "secondary",
        (false, false) => "",
    }
}

fn spans(conjunction: &Conjunction) -> Cell {
    if conjunction.spans.is_empty() {
        return Cell::Null;
    }
    let span = |(start, end): &(_, _)| json!({ "start": machine_time(*start), "end": machine_time(*end) });
    Cell::Nested(conjunction.spans.iter().map(span).collect())
}

/// The lines as objects, with the figures as everywhere in JSON.
fn nested_history(history: &[Sighting]) -> Cell {
    let line = |line: &Sighting| {
        json!({
            "recorded_at": machine_time(line.recorded_at),
            "run": line.run,
            "tca": machine_time(line.tca),
            "miss_km": rounded(line.miss_km, 1e6),
            "rel_speed_km_s": rounded(line.rel_speed_km_s, 1e6),
            "miss_r_km": rounded(line.miss_rtn_km.x, 1e6),
            "miss_t_km": rounded(line.miss_rtn_km.y, 1e6),
            "miss_n_km": rounded(line.miss_rtn_km.z, 1e6),
            "primary_age_days": rounded(line.primary_age_days, 1e4),
            "secondary_age_days": rounded(line.secondary_age_days, 1e4),
            "pc": Cell::scientific(line.pc).json(),
            "pc_max": Cell::scientific(line.pc_max).json(),
            "verdict": line.verdict.map(|verdict| verdict.as_str()),
            "vanished_why": line.vanished.map(|why| why.as_str()),
        })
    };
    Cell::Nested(history.iter().map(line).collect::<Vec<Value>>().into())
}

fn rounded(value: f64, scale: f64) -> f64 {
    (value * scale).round() / scale
}
