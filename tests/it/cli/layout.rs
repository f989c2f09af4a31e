//! How tables look: heads with units and zone, numbers to the right, marks and what they mean, no trailing blanks.

use super::{Place, is_utf8_table};

#[track_caller]
fn table(line: &str) -> String {
    let text = Place::new().ok(line).out;
    assert!(is_utf8_table(&text), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 120), "{text}");
    text
}

#[test]
fn conjunctions_at_the_edge_of_age() {
    insta::assert_snapshot!(table(
        "screen --hours 1h --now 2026-09-13T21:00Z --primaries TANDEM-X,GAOFEN-6 --threshold-km 300"
    ));
}

#[test]
fn passes_cut_at_both_ends() {
    insta::assert_snapshot!(table("passes --site Seoul --sat GAOFEN-4,SKYSAT-C3,TERRA --hours 2 --tz kst"));
}

#[test]
fn overflights_over_midnight() {
    insta::assert_snapshot!(table("overflights --site Seoul --nation cn --from 2026-09-07T14:00Z --hours 3 --tz kst"));
}

#[test]
fn coverage_with_gaps() {
    let text = table("coverage --site Yongbyon --hours 12 --nations kr,jp --gaps 2 --tz jst");
    let head = "PLACE     NATIONS  ASSETS  OF  FRESH %  TIME %  AREA %  CELL-TIME %  ACCESS  MEAN GAP  LONGEST GAP  \
                GAP FROM JST";
    assert_eq!(text.lines().next(), Some(head));
    assert!(
        text.contains("\nLongest gaps of kr over Yongbyon (") && text.contains(" in all, JST):\n  2026-09-07 "),
        "{text}"
    );
    assert!(text.contains("dark to all") && text.contains("filled by "), "{text}");
}

#[test]
fn the_facts_of_an_object() {
    insta::assert_snapshot!(table("show KOMPSAT-3A"));
}

#[test]
fn other_tables_keep_within_the_screen() {
    for line in
        ["catalog", "catalog --now 2027-01-01", "roster", "regions", "sites", "status", "config check --db x.db"]
    {
        table(line);
    }
}

#[test]
fn marks_are_explained_only_where_they_stand() {
    let fresh = table("passes --site Seoul --sat TERRA --from 2026-09-07T01:00Z --hours 20");
    assert!(!fresh.contains("too old") && !fresh.contains("under way"), "{fresh}");
    let old = table("passes --site Seoul --sat TERRA --from 2026-10-20 --hours 20");
    assert!(old.contains("! element set too old for its orbit."), "{old}");
    let rows = old.lines().filter(|line| line.contains("TERRA"));
    assert!(
        rows.clone().count() > 2 && rows.into_iter().all(|line| line.ends_with('!')),
        "flagged on every row: {old}"
    );
}

#[test]
fn a_zone_that_changes_is_told_on_every_row() {
    let text = table("passes --site Seoul --sat 25544 --from 2026-10-31 --to 2026-11-02 --tz America/New_York");
    assert!(text.starts_with("AOS  ") && text.contains(" EDT  ") && text.contains(" EST  "), "{text}");
}

#[test]
fn a_name_cannot_drive_the_terminal() {
    let place = Place::new();
    let sets = std::fs::read_to_string(crate::truth::data("badinputs/00_good.tle")).unwrap();
    let first = sets.lines().next().unwrap().to_owned();
    place.write("evil.tle", sets.replacen(&first, "EVIL\u{1b}[31m\u{7}SAT", 1));
    place.ok("import evil.tle --db sky.db");
    let shown = place.ok("catalog --db sky.db --name evil").out;
    assert!(shown.contains("EVIL\u{fffd}[31m\u{fffd}SAT"), "{shown:?}");
    assert!(!place.ok("show 694 --db sky.db").out.contains('\u{1b}'));
}

/// Long names give way, the figures do not.
#[test]
fn conjunctions_keep_within_the_screen_whatever_the_names() {
    let place = Place::new();
    let sets = super::catalogue_text();
    let mut long = String::new();
    for (index, lines) in sets.lines().collect::<Vec<_>>().chunks(3).enumerate() {
        long += &format!("A VERY LONG NAME OF A SATELLITE NUMBER {index}\n{}\n{}\n", lines[1], lines[2]);
    }
    place.write("long.tle", long);
    place.ok("import --db sky.db long.tle --now 2018-01-21");
    place.ok("run --db sky.db --hours 6 --threshold-km 30 --now 2018-01-21 -q");
    for line in [
        "screen --hours 2 --threshold-km 50",
        "conjunctions",
        "conjunctions --history",
        "conjunctions --changed-since -2d",
    ] {
        let text = place.ok(&format!("{line} --db sky.db --now 2018-01-21T00:00Z")).out;
        assert!(text.contains("A VERY") && text.contains('…') && text.lines().count() > 8, "{line}: {text}");
        assert!(text.lines().all(|line| line.chars().count() <= 120), "{line}: {text}");
    }
}
