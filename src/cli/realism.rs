//! `realism`: how far the covariances hold on element sets that they were not made from.

use std::path::PathBuf;

use super::words::counted;
use super::{Call, Outcome, usage};
use crate::app::realism::{Realism, realism};
use crate::report::sheet::{Cell, Sheet, Shown};
use crate::ssa::covariance::realism::{FAR, Model, Report};

/// How far the covariances of element sets hold, on successive catalogues
///
/// Takes catalogues in the order of time. The sets of the last one (or of --held) test the covariances that the sets
/// before them had: every older set is propagated to the newer one's epoch, and the difference is measured in the
/// covariance of its class of orbit, in that scaled by what the earlier pairs ask for, and in that of the object's own
/// earlier sets. Pairs across a manoeuvre are left out and counted.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky realism monday.tle thursday.tle sunday.tle\n  alliedsky realism --held 2 --format csv day1.csv day2.csv day3.csv day4.csv"
)]
pub(super) struct Arguments {
    /// Catalogues of element sets in the order of time, at least two
    #[arg(required = true, num_args = 2.., value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Keep the last so many files for the test
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u16).range(1..=1000))]
    held: u16,
}

const COLUMNS: [&str; 13] = [
    "model",
    "class",
    "pairs",
    "cut_pairs",
    "mean_age_days",
    "factor",
    "within_68_percent",
    "within_95_percent",
    "within_99_7_percent",
    "mean_d2_3",
    "median_ratio",
    "far_pairs",
    "near_mean_d2_3",
];

const SHOWN: [Shown; 13] = [
    Shown { column: "model", head: "MODEL", decimals: 0 },
    Shown { column: "class", head: "CLASS", decimals: 0 },
    Shown { column: "pairs", head: "PAIRS", decimals: 0 },
    Shown { column: "cut_pairs", head: "CUT", decimals: 0 },
    Shown { column: "mean_age_days", head: "AGE D", decimals: 1 },
    Shown { column: "factor", head: "FACTOR", decimals: 2 },
    Shown { column: "within_68_percent", head: "IN 68 %", decimals: 1 },
    Shown { column: "within_95_percent", head: "IN 95 %", decimals: 1 },
    Shown { column: "within_99_7_percent", head: "IN 99.7 %", decimals: 1 },
    Shown { column: "mean_d2_3", head: "MEAN", decimals: 2 },
    Shown { column: "median_ratio", head: "MEDIAN", decimals: 2 },
    Shown { column: "far_pairs", head: "FAR", decimals: 0 },
    Shown { column: "near_mean_d2_3", head: "MEAN NEAR", decimals: 2 },
];

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let held = usize::from(arguments.held);
    if held >= arguments.files.len() {
        return Err(usage("--held leaves no file to make the covariances from"));
    }
    let found = realism(&arguments.files, held, call.setup.now)?;
    let study = &found.study;
    let mut sheet = Sheet::new(&COLUMNS);
    for report in &study.reports {
        let cut = match report.band {
            Some(band) => study.cut.get(&band).copied().unwrap_or_default(),
            None => study.cut.values().sum(),
        };
        push(&mut sheet, report, cut);
    }
    call.output.sheet(&sheet, &SHOWN, &notes(&found))?;
    Ok(Outcome::Done)
}

fn push(sheet: &mut Sheet, report: &Report, cut: usize) {
    let count = |count: usize| i64::try_from(count).map_or(Cell::Null, Cell::Integer);
    let percent = |share: f64| Cell::Number(100.0 * share, 2);
    let [within_68, within_95, within_997] = report.within.map(percent);
    // All classes together are each scaled by their own.
    let factor = if report.band.is_none() && report.model == Model::Scaled {
        Cell::Null
    } else {
        Cell::Number(report.factor, 3)
    };
    sheet.push(vec![
        Cell::text(report.model.as_str()),
        Cell::text(report.band.map_or("all", |band| band.as_str())),
        count(report.pairs),
        count(cut),
        Cell::Number(report.mean_age_days, 2),
        factor,
        within_68,
        within_95,
        within_997,
        Cell::Number(report.mean_ratio, 3),
        Cell::Number(report.median_ratio, 3),
        count(report.far),
        Cell::Number(report.near_mean_ratio, 3),
    ]);
}

fn notes(found: &Realism) -> Vec<String> {
    let study = &found.study;
    let mut notes = vec![
        format!(
            "{} compared, {} with a covariance of their own history; {} of later sets cut by a manoeuvre or an outlying \
             set. Made from {}, tested on {}.",
            counted(study.objects, "object", "objects"),
            study.fitted,
            counted(study.cut.values().sum(), "pair", "pairs"),
            counted(found.earlier, "file", "files"),
            counted(found.later, "file", "files"),
        ),
        format!(
            "MEAN: mean squared Mahalanobis distance over 3, MEDIAN: the median over its own 2.366; both are 1 where a \
             covariance is right. FAR: pairs beyond {FAR}, no draws from it; MEAN NEAR: the mean without them."
        ),
        "Successive sets share errors that their difference does not show: a mean below 1 is no proof that a covariance \
         is too large."
            .to_owned(),
    ];
    if found.rejected + study.without_state > 0 {
        notes.push(format!(
            "{} refused, {} without a state.",
            counted(found.rejected, "record", "records"),
            counted(study.without_state, "set or pair", "sets or pairs")
        ));
    }
    notes
}
