//! Burns that were tried against an event, as rows.

use super::sheet::{Cell, Mark, Sheet, Shown};
use crate::ssa::avoid::{Sweep, Trial, Way};
use crate::ssa::conjunction::Conjunction;
use crate::ssa::conjunction::assessment::Assessment;

/// The columns: the burn, what becomes of the event, the most probable of the other approaches, and the one made.
const COLUMNS: [&str; 37] = [
    "result",
    "burn_time",
    "hours_before",
    "axis",
    "delta_v_m_s",
    "delta_v_r_m_s",
    "delta_v_t_m_s",
    "delta_v_n_m_s",
    "gained_km",
    "gained_sigmas",
    "primary_id",
    "primary_name",
    "secondary_id",
    "secondary_name",
    "tca",
    "miss_km",
    "rel_speed_km_s",
    "pc",
    "pc_method",
    "covariance_source",
    "pc_max",
    "verdict",
    "primary_age_days",
    "secondary_age_days",
    "others",
    "worst_id",
    "worst_name",
    "worst_tca",
    "worst_miss_km",
    "worst_pc",
    "worst_pc_without_burn",
    "made_id",
    "made_name",
    "made_tca",
    "made_miss_km",
    "made_pc",
    "problem",
];

/// The columns of the table for people.
pub const SHOWN: [Shown; 11] = [
    Shown { column: "result", head: "RESULT", decimals: 0 },
    Shown { column: "burn_time", head: "BURN AT", decimals: 0 },
    Shown { column: "hours_before", head: "H BEFORE", decimals: 1 },
    Shown { column: "axis", head: "AXIS", decimals: 0 },
    Shown { column: "delta_v_m_s", head: "M/S", decimals: 3 },
    Shown { column: "miss_km", head: "MISS KM", decimals: 3 },
    Shown { column: "pc", head: "PC", decimals: 0 },
    Shown { column: "gained_sigmas", head: "SIGMAS", decimals: 1 },
    Shown { column: "worst_id", head: "NEXT WORST", decimals: 0 },
    Shown { column: "worst_miss_km", head: "MISS KM", decimals: 3 },
    Shown { column: "worst_pc", head: "PC", decimals: 0 },
];

/// The burns of a sweep as rows, in its order; `delta_v_m_s` has the sign of its axis.
#[must_use]
pub fn sheet<'a>(sweep: &Sweep, trials: impl Iterator<Item = &'a Trial>) -> Sheet {
    let mut sheet = Sheet::new(&COLUMNS);
    for trial in trials {
        let outcome = trial.outcome.as_ref().ok();
        let event = outcome.map(|outcome| &outcome.event);
        let before_h = (sweep.event.tca - trial.burn.time).as_seconds_f64() / 3600.0;
        let delta_v = trial.burn.delta_v_rtn_m_s;
        let mut row = vec![
            Cell::text(result(outcome.map(|outcome| outcome.way), 1)),
            Cell::Time(trial.burn.time),
            Cell::Number(before_h, 4),
            Cell::text(trial.axis.as_str()),
            Cell::Number(trial.axis.of(&delta_v), 6),
            Cell::Number(delta_v.x, 6),
            Cell::Number(delta_v.y, 6),
            Cell::Number(delta_v.z, 6),
            Cell::number(outcome.map(|outcome| outcome.gained_km), 6),
            Cell::number(outcome.and_then(|outcome| outcome.gained_sigmas), 3),
        ];
        row.extend(event_cells(&sweep.event, event));
        row.push(outcome.map_or(Cell::Null, |outcome| count(outcome.others)));
        row.extend(other_cells(outcome.and_then(|outcome| outcome.worst.as_ref())));
        row.push(Cell::scientific(outcome.and_then(|outcome| outcome.worst_before)));
        row.extend(other_cells(outcome.and_then(|outcome| outcome.made.as_ref())));
        row.push(trial.outcome.as_ref().err().map_or(Cell::Null, |error| Cell::owned(error.to_string())));
        sheet.push(row);
    }
    sheet
}

/// What one burn came to, or so many.
const fn result(way: Option<Way>, count: usize) -> &'static str {
    match (way, count) {
        (Some(way), 1) => way.as_str(),
        (Some(Way::Clears), _) => "clear it",
        (Some(Way::MakesNew), _) => "clear it and make a new one",
        (Some(Way::DoesNotClear), _) => "do not clear it",
        (None, _) => "not known",
    }
}

fn count(count: usize) -> Cell {
    i64::try_from(count).map_or(Cell::Null, Cell::Integer)
}

fn assessment(conjunction: Option<&Conjunction>) -> Option<&Assessment> {
    conjunction.and_then(|conjunction| conjunction.assessment.as_deref())
}

/// The event after a burn, from `primary_id` to `secondary_age_days`.
fn event_cells(event: &Conjunction, after: Option<&Conjunction>) -> Vec<Cell> {
    let known = assessment(after);
    let text = |text: fn(&Assessment) -> &str| known.map_or(Cell::Null, |known| Cell::text(text(known)));
    vec![
        Cell::Integer(event.primary_id.get().into()),
        Cell::text(&event.primary_name),
        Cell::Integer(event.secondary_id.get().into()),
        Cell::text(&event.secondary_name),
        after.map_or(Cell::Null, |after| Cell::Time(after.tca)),
        Cell::number(after.map(|after| after.miss_km), 6),
        Cell::number(after.map(|after| after.rel_speed_km_s), 6),
        Cell::scientific(known.and_then(|known| known.pc)),
        text(|known| &known.pc_method),
        text(|known| &known.covariance_source),
        Cell::scientific(known.and_then(|known| known.pc_max)),
        text(|known| known.verdict.as_str()),
        Cell::Number(event.primary_age_days, 4).marked(event.primary_stale, Mark::Stale),
        Cell::Number(event.secondary_age_days, 4).marked(event.secondary_stale, Mark::Stale),
    ]
}

/// Another approach: number, name, time, distance, probability.
fn other_cells(other: Option<&Conjunction>) -> [Cell; 5] {
    [
        other.map_or(Cell::Null, |other| Cell::Integer(other.secondary_id.get().into())),
        other.map_or(Cell::Null, |other| Cell::text(&other.secondary_name)),
        other.map_or(Cell::Null, |other| Cell::Time(other.tca)),
        Cell::number(other.map(|other| other.miss_km), 6),
        Cell::scientific(assessment(other).and_then(|known| known.pc)),
    ]
}

/// What a sweep says of itself.
#[must_use]
pub fn notes(sweep: &Sweep) -> Vec<String> {
    let event = &sweep.event;
    let pc = |conjunction: &Conjunction| match assessment(Some(conjunction)) {
        Some(Assessment { pc: Some(pc), verdict, .. }) => format!("Pc {pc:.1e}, {}", verdict.as_str()),
        Some(known) => format!("Pc {}, {}", known.pc_method, known.verdict.as_str()),
        None => "Pc not computed".to_owned(),
    };
    let time = |conjunction: &Conjunction| super::zone::clock_time(conjunction.tca);
    let source =
        assessment(Some(event)).map_or_else(String::new, |known| format!(" Errors: {}.", known.covariance_source));
    let counts: Vec<String> =
        sweep.counts().iter().map(|(way, count)| format!("{count} {}", result(*way, *count))).collect();
    let mut notes = vec![
        format!(
            "Without a burn: {} {} meets {} {} at {} by {:.3} km at {:.3} km/s ({}); element sets {:.1} and {:.1} days old \
             then.{source}",
            event.primary_id,
            event.primary_name,
            event.secondary_id,
            event.secondary_name,
            time(event),
            event.miss_km,
            event.rel_speed_km_s,
            pc(event),
            event.primary_age_days,
            event.secondary_age_days,
        ),
        format!(
            "{} burns screened against {} objects below {} km from {} to {}: {}.",
            sweep.trials.len(),
            sweep.tally.objects,
            sweep.threshold_km,
            super::zone::clock_time(sweep.window.start),
            super::zone::clock_time(sweep.window.end),
            counts.join(", ")
        ),
        format!(
            "Cleared: Pc below {:.1e} afterwards. A new one: another approach from there on, more than twice as probable as \
             without the burn.",
            sweep.limit
        ),
    ];
    if assessment(Some(event)).and_then(|known| known.pc).is_some_and(|pc| pc < sweep.limit) {
        notes.push("It is below that without a burn already: none is needed for it.".to_owned());
    }
    if let Some(worst) = &sweep.worst {
        notes.push(format!(
            "Without a burn {} other approaches, the most probable {} {} at {} by {:.3} km ({}).",
            sweep.others,
            worst.secondary_id,
            worst.secondary_name,
            time(worst),
            worst.miss_km,
            pc(worst)
        ));
    }
    if !sweep.companions.is_empty() {
        notes.push(format!(
            "Left out, since they fly along with it: {}.",
            sweep.companions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        ));
    }
    notes.push(
        "SIGMAS: how far the burn moves the satellite across the relative velocity, in standard deviations of where both \
         are. Below one or two the burn is smaller than what is known of the orbits, and its figures mean nothing: ask for \
         better orbits first. The burn is taken as exact, and the way back to the old orbit is not counted."
            .to_owned(),
    );
    notes
}
