//! The summary of a run, for a duty officer.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::findings::Findings;
use super::overfly::hours;
use super::publish::Reported;
use super::run::CycleReport;
use crate::report::fold::folded;
use crate::report::overflights::OverflightRow;
use crate::report::sheet::{Cell, Sheet, Shown};
use crate::report::zone::{Zone, clock_time};
use crate::report::{conjunctions, coverage};
use crate::ssa::conjunction::{Conjunction, Kind};
use crate::ssa::probability::Verdict;
use crate::ssa::tally::Tally;

/// The region whose overflights are listed by nation.
const THEATRE: &str = "theatre";

/// Objects that failed are named up to this many.
const MOST_NAMED: usize = 10;

/// The summary of a run: what was screened, what failed, the closest approaches, the next overflights by nation, the
/// coverage, and where the files are. Times in the user's zone.
#[must_use]
pub fn summary(report: &CycleReport, database: &str, zone: Zone, took: Duration) -> String {
    let findings = &report.findings;
    let sections = [
        folded(&head(findings, took)),
        approaches(report, zone),
        overflights(findings, zone),
        covered(findings, zone),
        folded(&files(report, database)),
    ];
    sections.join("\n")
}

fn head(report: &Findings, took: Duration) -> String {
    let mut lines: Vec<String> = report.notes.clone();
    lines.push(format!(
        "Window {} to {}; done in {:.1} s.",
        clock_time(report.window.start),
        clock_time(report.window.end),
        took.as_secs_f64()
    ));
    lines.push(String::new());
    let kinds = [
        (Kind::Encounter, "encounter", "encounters"),
        (Kind::Companion, "companion pair", "companion pairs"),
        (Kind::Open, "open at a window end", "open at a window end"),
        (Kind::Duplicate, "duplicate pair", "duplicate pairs"),
    ];
    let counts: Vec<String> = kinds
        .into_iter()
        .map(|(kind, one, many)| (report.conjunctions.iter().filter(|c| c.kind == kind).count(), one, many, kind))
        .filter(|(count, .., kind)| *count > 0 || *kind == Kind::Encounter)
        .map(|(count, one, many, _)| format!("{count} {}", if count == 1 { one } else { many }))
        .collect();
    let screened = report.tally.objects - report.tally.unusable.len() - report.tally.too_old;
    lines.push(format!(
        "SCREENED {screened} of {} objects below {} km: {}.",
        report.tally.objects,
        report.threshold_km,
        counts.join(", ")
    ));
    lines.extend(tally_lines(&report.tally));
    lines.join("\n") + "\n"
}

/// What was dropped or is doubtful, and why.
#[must_use]
pub fn tally_lines(tally: &Tally) -> Vec<String> {
    let failed = tally.unusable.len() + tally.lost.len();
    let mut lines = Vec::new();
    if failed > 0 {
        let reasons: Vec<String> =
            tally.by_reason().into_iter().map(|(reason, count)| format!("{reason} {count}")).collect();
        let ids: Vec<String> =
            tally.unusable.keys().chain(tally.lost.keys()).take(MOST_NAMED).map(ToString::to_string).collect();
        let more = if failed > ids.len() { " …" } else { "" };
        lines.push(format!(
            "{failed} failed ({}): {}{more}. Of these {} failed inside the window and were used until then.",
            reasons.join(", "),
            ids.join(" "),
            tally.lost.len(),
        ));
    } else {
        lines.push("No object failed.".to_owned());
    }
    if tally.stale > 0 {
        lines.push(format!(
            "{} an element set too old for the orbit: used and flagged.",
            if tally.stale == 1 { "1 has".to_owned() } else { format!("{} have", tally.stale) }
        ));
    }
    if tally.too_old > 0 {
        lines.push(format!("{} left out, older than asked for.", tally.too_old));
    }
    lines
}

fn approaches(report: &CycleReport, zone: Zone) -> String {
    let threshold_km = report.findings.threshold_km;
    let beyond = report.nearest.iter().filter(|c| c.miss_km >= threshold_km).count();
    let note = match (report.nearest.len(), beyond) {
        (0, _) => format!("None, not even below {} km.\n", report.nearest_within_km),
        (_, 0) => String::new(),
        (_, beyond) => format!("{beyond} of these are beyond the threshold of {threshold_km} km.\n"),
    };
    let duplicates =
        report.findings.conjunctions.iter().filter(|conjunction| conjunction.kind == Kind::Duplicate).count();
    let left_out = match duplicates {
        0 => String::new(),
        count => {
            format!("Without {count} pairs of identical element sets (docked modules, copies under two numbers).\n")
        }
    };
    let verdicts = verdicts(&report.findings.conjunctions);
    format!("CLOSEST APPROACHES\n{}{note}{left_out}{verdicts}", table_of(&report.nearest, zone))
}

/// `Of 29 below the threshold: 0 act, 1 watch, 0 diluted: better data needed, 28 negligible.`
fn verdicts(found: &[Conjunction]) -> String {
    let count = |verdict: Verdict| {
        let is_so = |found: &&Conjunction| found.assessment.as_ref().is_some_and(|known| known.verdict == verdict);
        found.iter().filter(is_so).count()
    };
    let words: Vec<String> =
        Verdict::ALL.into_iter().rev().map(|verdict| format!("{} {verdict}", count(verdict))).collect();
    if found.is_empty() { String::new() } else { format!("Of all {}: {}.\n", found.len(), words.join(", ")) }
}

fn table_of(nearest: &[Conjunction], zone: Zone) -> String {
    if nearest.is_empty() {
        return String::new();
    }
    let sheet = conjunctions::sheet(nearest);
    let legend = sheet.legend(&conjunctions::SHOWN).map_or_else(String::new, |legend| format!("{legend}\n"));
    sheet.to_table(&conjunctions::SHOWN, zone) + &legend
}

const NEXT_COLUMNS: [&str; 8] = ["nation", "start", "end", "norad_id", "name", "mission", "sensor", "day_count"];

const NEXT_SHOWN: [Shown; 8] = [
    Shown { column: "nation", head: "NATION", decimals: 0 },
    Shown { column: "start", head: "NEXT FROM", decimals: 0 },
    Shown { column: "end", head: "TO", decimals: 0 },
    Shown { column: "norad_id", head: "ID", decimals: 0 },
    Shown { column: "name", head: "OBJECT", decimals: 0 },
    Shown { column: "mission", head: "MISSION", decimals: 0 },
    Shown { column: "sensor", head: "IN REACH OF", decimals: 0 },
    Shown { column: "day_count", head: "COUNT", decimals: 0 },
];

/// Of each nation the next overflight of the theatre, and how many there are on the first day.
fn overflights(report: &Findings, zone: Zone) -> String {
    let mut by_nation: BTreeMap<&str, Vec<&OverflightRow>> = BTreeMap::new();
    for row in report.overflights.iter().filter(|row| row.overflight.region == THEATRE) {
        by_nation.entry(row.nation).or_default().push(row);
    }
    let mut nations: Vec<Vec<&OverflightRow>> = by_nation.into_values().collect();
    nations.sort_by_key(|rows| rows[0].overflight.start);
    let counted_h = 24.0_f64.min(report.window.seconds() / 3600.0);
    let day_end = hours(report.window.start, counted_h).end;
    let mut sheet = Sheet::new(&NEXT_COLUMNS);
    for rows in nations {
        let OverflightRow { overflight, nation, mission, sensor } = rows[0];
        sheet.push(vec![
            Cell::text(nation),
            Cell::Time(overflight.start),
            Cell::Later(overflight.end, overflight.start),
            Cell::Integer(overflight.norad_id.get().into()),
            Cell::text(&overflight.name),
            Cell::text(mission),
            Cell::text(sensor),
            Cell::Integer(rows.iter().filter(|row| row.overflight.start < day_end).count() as i64),
        ]);
    }
    let table = if sheet.is_empty() {
        "None passes over in this window.\n".to_owned()
    } else {
        sheet.to_table(&NEXT_SHOWN, zone)
    };
    let whose = if report.watched < report.tally.objects { "the roster's " } else { "" };
    format!(
        "NEXT OVERFLIGHTS OF THE THEATRE, by nation (by {whose}{} of {} objects; COUNT: in the first {counted_h} h)\n{table}",
        report.watched, report.tally.objects
    )
}

const COVERAGE_SHOWN: [Shown; 9] = [
    Shown { column: "region", head: "PLACE", decimals: 0 },
    Shown { column: "nations", head: "NATIONS", decimals: 0 },
    Shown { column: "assets", head: "ASSETS", decimals: 0 },
    Shown { column: "roster_assets", head: "OF", decimals: 0 },
    Shown { column: "time_percent", head: "TIME %", decimals: 2 },
    Shown { column: "area_percent", head: "AREA %", decimals: 1 },
    Shown { column: "accesses", head: "ACCESSES", decimals: 0 },
    Shown { column: "mean_gap_s", head: "MEAN GAP", decimals: 0 },
    Shown { column: "longest_gap_s", head: "LONGEST GAP", decimals: 0 },
];

fn covered(report: &Findings, zone: Zone) -> String {
    let places: Vec<_> = report
        .coverage
        .iter()
        .filter(|place| ["korea", "japan", THEATRE].contains(&place.place.as_str()))
        .cloned()
        .collect();
    let table = coverage::sheet(&places).to_table(&COVERAGE_SHOWN, zone);
    let notes = folded(&report.coverage_notes.join("\n"));
    format!("COVERAGE by nation and together (TIME: any part in view; AREA: seen at least once)\n{table}{notes}")
}

fn files(report: &CycleReport, database: &str) -> String {
    let findings = &report.findings;
    let folder = report.files.first().and_then(|file| file.parent()).unwrap_or(Path::new(""));
    let names: Vec<String> = report
        .files
        .iter()
        .filter_map(|file| file.file_name().map(|name| name.to_string_lossy().into_owned()))
        .collect();
    let written = match &report.report {
        Reported::No => String::new(),
        Reported::Written(folder) => {
            format!("report    {}\n", shortened(&folder.join("index.html").display().to_string()))
        }
        Reported::Failed(error) => format!("report    not made: {error}\n"),
    };
    let alerted = report.alerted.line().map_or_else(String::new, |line| format!("{line}\n"));
    format!(
        "STORED {} conjunctions, {} overflights, {} passes by the roster's satellites (next {} h)\ndatabase  {}\nresults   {}/\n          {}\n{written}{alerted}",
        findings.conjunctions.len(),
        findings.overflights.len(),
        findings.passes.len(),
        findings.pass_hours,
        shortened(database),
        shortened(&folder.display().to_string()),
        names.join(" ")
    )
}

/// A path with the home folder as `~`.
fn shortened(path: &str) -> String {
    let home = directories::BaseDirs::new().map(|folders| folders.home_dir().display().to_string());
    match home.and_then(|home| path.strip_prefix(&home).filter(|rest| rest.starts_with('/')).map(str::to_owned)) {
        Some(rest) => format!("~{rest}"),
        None => path.to_owned(),
    }
}
