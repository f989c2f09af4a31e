//! Two lists of approaches beside each other as rows.

use super::sheet::{Cell, Sheet, Shown};
use crate::astro::elements::NoradId;
use crate::ssa::conjunction::Conjunction;
use crate::ssa::conjunction::compare::{Cause, Compared, Listed};

const COLUMNS: [&str; 16] = [
    "found_by",
    "cause",
    "primary_id",
    "primary_name",
    "secondary_id",
    "secondary_name",
    "tca",
    "their_tca",
    "tca_difference_s",
    "miss_km",
    "their_miss_km",
    "miss_difference_km",
    "pc",
    "pc_max_socrates",
    "their_pc",
    "kind",
];

/// The columns of the table for people.
pub const SHOWN: [Shown; 11] = [
    Shown { column: "found_by", head: "FOUND BY", decimals: 0 },
    Shown { column: "cause", head: "CAUSE", decimals: 0 },
    Shown { column: "primary_id", head: "ID", decimals: 0 },
    Shown { column: "secondary_id", head: "ID", decimals: 0 },
    Shown { column: "tca", head: "TCA", decimals: 0 },
    Shown { column: "their_tca", head: "THEIR TCA", decimals: 0 },
    Shown { column: "miss_km", head: "MISS KM", decimals: 3 },
    Shown { column: "their_miss_km", head: "THEIRS", decimals: 3 },
    Shown { column: "pc", head: "PC", decimals: 0 },
    Shown { column: "pc_max_socrates", head: "MAX PROB", decimals: 0 },
    Shown { column: "their_pc", head: "THEIRS", decimals: 0 },
];

/// What was compared as rows, in the order given; differences are theirs minus ours.
#[must_use]
pub fn sheet(compared: &[Compared], ours: &[Conjunction], theirs: &[Listed]) -> Sheet {
    let mut sheet = Sheet::new(&COLUMNS);
    for one in compared {
        let (word, cause, ours, theirs) = match one {
            Compared::Both { ours: index, theirs: other, cause } => {
                ("both", cause.map_or("", Cause::as_str), ours.get(*index), theirs.get(*other))
            }
            Compared::Ours(index, cause) => ("us", cause.as_str(), ours.get(*index), None),
            Compared::Theirs(index, cause) => ("them", cause.as_str(), None, theirs.get(*index)),
        };
        sheet.push(row(word, cause, ours, theirs));
    }
    sheet
}

fn row(found_by: &str, cause: &str, ours: Option<&Conjunction>, theirs: Option<&Listed>) -> Vec<Cell> {
    let assessment = ours.and_then(|ours| ours.assessment.as_deref());
    let both = ours.zip(theirs);
    let [one, other] = match (ours, theirs) {
        (Some(ours), _) => {
            [(ours.primary_id, ours.primary_name.as_ref()), (ours.secondary_id, ours.secondary_name.as_ref())].map(Some)
        }
        (None, Some(theirs)) => [0, 1].map(|index| Some((theirs.ids[index], theirs.names[index].as_str()))),
        (None, None) => [None, None],
    };
    let id = |object: Option<(NoradId, &str)>| object.map_or(Cell::Null, |(id, _)| Cell::Integer(id.get().into()));
    let name = |object: Option<(NoradId, &str)>| object.map_or(Cell::Null, |(_, name)| Cell::text(name));
    vec![
        Cell::text(found_by),
        Cell::text(cause),
        id(one),
        name(one),
        id(other),
        name(other),
        ours.map_or(Cell::Null, |ours| Cell::Time(ours.tca)),
        theirs.map_or(Cell::Null, |theirs| Cell::Time(theirs.tca)),
        Cell::number(both.map(|(ours, theirs)| (theirs.tca - ours.tca).as_seconds_f64()), 3),
        Cell::number(ours.map(|ours| ours.miss_km), 6),
        Cell::number(theirs.map(|theirs| theirs.miss_km), 6),
        Cell::number(both.map(|(ours, theirs)| theirs.miss_km - ours.miss_km), 6),
        Cell::scientific(assessment.and_then(|assessment| assessment.pc)),
        Cell::scientific(assessment.and_then(|assessment| assessment.pc_max_socrates)),
        Cell::scientific(theirs.and_then(|theirs| theirs.pc)),
        ours.map_or(Cell::Null, |ours| Cell::text(ours.kind.as_str())),
    ]
}
