//! Conjunctions as rows.

use serde_json::{Value, json};

use super::sheet::{Cell, Mark, Sheet, Shown};
use super::zone::machine_time;
use crate::ssa::conjunction::Conjunction;

/// The columns of the contract, then those that only this program's users know: which element set is too old, and in
/// JSON the spans below the threshold.
const COLUMNS: [&str; 21] = [
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
    "spans",
];

/// The columns of the table for people.
pub const SHOWN: [Shown; 10] = [
    Shown { column: "tca", head: "TCA", decimals: 0 },
    Shown { column: "miss_km", head: "MISS KM", decimals: 3 },
    Shown { column: "rel_speed_km_s", head: "KM/S", decimals: 3 },
    Shown { column: "primary_id", head: "ID", decimals: 0 },
    Shown { column: "primary_name", head: "OBJECT", decimals: 0 },
    Shown { column: "primary_age_days", head: "AGE D", decimals: 1 },
    Shown { column: "secondary_id", head: "ID", decimals: 0 },
    Shown { column: "secondary_name", head: "OBJECT", decimals: 0 },
    Shown { column: "secondary_age_days", head: "AGE D", decimals: 1 },
    Shown { column: "kind", head: "KIND", decimals: 0 },
];

/// Conjunctions as rows, in the order given.
#[must_use]
pub fn sheet(conjunctions: &[Conjunction]) -> Sheet {
    let mut sheet = Sheet::new(&COLUMNS).with_nested(1);
    for conjunction in conjunctions {
        let uncomputed = std::iter::repeat_n(Cell::Null, 6);
        let mut row = vec![
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
            Cell::Number(conjunction.primary_age_days, 4).marked(conjunction.primary_stale, Mark::Stale),
            Cell::Number(conjunction.secondary_age_days, 4).marked(conjunction.secondary_stale, Mark::Stale),
        ];
        row.extend(uncomputed);
        row.extend([
            Cell::text(conjunction.kind.as_str()),
            Cell::text(stale(conjunction)),
            if conjunction.spans.is_empty() { Cell::Null } else { Cell::Nested(spans(conjunction)) },
        ]);
        sheet.push(row);
    }
    sheet
}

fn stale(conjunction: &Conjunction) -> &'static str {
    match (conjunction.primary_stale, conjunction.secondary_stale) {
        (true, true) => "both",
        (true, false) => "primary",
        (false, true) => "secondary",
        (false, false) => "",
    }
}

fn spans(conjunction: &Conjunction) -> Value {
    conjunction
        .spans
        .iter()
        .map(|(start, end)| json!({ "start": machine_time(*start), "end": machine_time(*end) }))
        .collect()
}
