//! Files of burns, and screening with them.

use alliedsky::astro::time::{Window, plus_seconds};
use alliedsky::ssa::conjunction::Conjunction;
use alliedsky::ssa::conjunction::screen::{ScreenRequest, screen};
use alliedsky::ssa::manoeuvre::{ManoeuvreError, Manoeuvres};
use alliedsky::ssa::progress::silent;
use chrono::TimeDelta;

use super::{of, snapshot};

fn text(rows: &[(u32, &str, [f64; 3])]) -> String {
    let row = |(id, time, dv): &(u32, &str, [f64; 3])| {
        format!("[[burn]]\nnorad_id = {id}\ntime = \"{time}\"\ndelta_v_rtn_m_s = {dv:?}\n")
    };
    rows.iter().map(row).collect()
}

#[test]
fn mistakes_are_told_with_their_place() {
    let good = "[[burn]]\nnorad_id = 5\ntime = \"2018-01-21T00:00:00Z\"\ndelta_v_rtn_m_s = [0, 0.1, 0]\n";
    let ever = Window::new("2000-01-01T00:00:00Z".parse().unwrap(), TimeDelta::days(36_500));
    assert_eq!(Manoeuvres::parse("b.toml", good).unwrap().counts(ever), (1, 1));
    for (wrong, said) in [
        (String::new(), "holds no burn"),
        ("x = 1".to_owned(), "unknown key"),
        ("[[burn]".to_owned(), "the file"),
        (good.replace("norad_id = 5", "norad_id = 0"), "burn 1"),
        (good.replace("norad_id = 5\n", ""), "norad_id"),
        (good.replace("2018-01-21T00:00:00Z", "yesterday"), "burn 1"),
        (good.replace("[0, 0.1, 0]", "[0, 0.1]"), "burn 1"),
        (good.replace("0.1", "nan"), "delta_v_rtn_m_s"),
        (good.replace("0.1", "1e9"), "outside"),
        (good.replace("norad_id", "sat"), "sat"),
        (format!("{good}{good}"), "a second burn of 5"),
    ] {
        let error = Manoeuvres::parse("b.toml", &wrong).unwrap_err().to_string();
        assert!(error.starts_with("b.toml: ") && error.contains(said), "{error} should say {said}");
    }
}

#[test]
fn a_screening_goes_on_along_the_new_orbit() {
    let catalogue = snapshot();
    let window = Window::new("2018-01-21T00:00:00Z".parse().unwrap(), TimeDelta::hours(24));
    let request = ScreenRequest::new(window, 20.0);
    let before = screen(&catalogue, &request, &silent).unwrap();
    let busy = 41_873;
    let is_own = |row: &&Conjunction| [row.primary_id.get(), row.secondary_id.get()].contains(&busy);
    let noon = plus_seconds(window.start, 43_200.0);
    let still = text(&[(busy, "2018-01-21T12:00:00Z", [0.0; 3]), (33_591, "2018-01-21T03:00:00Z", [0.0; 3])]);
    let nothing = Manoeuvres::parse("b.toml", &still).unwrap().screen(&catalogue, &request, &silent).unwrap();
    assert_eq!(before.conjunctions.len(), nothing.conjunctions.len());
    assert_eq!(before.tally.objects, nothing.tally.objects);
    for (old, new) in before.conjunctions.iter().zip(&nothing.conjunctions) {
        assert_eq!((old.primary_id, old.secondary_id, old.kind), (new.primary_id, new.secondary_id, new.kind));
        assert!((old.miss_km - new.miss_km).abs() < 0.02, "{} for {} km", new.miss_km, old.miss_km);
    }
    // A day earlier, or the same half-way: before the burn nothing changes, after it everything.
    let burnt = text(&[(busy, "2018-01-21T12:00:00Z", [0.0, 5.0, 0.0])]);
    let moved = Manoeuvres::parse("b.toml", &burnt).unwrap().screen(&catalogue, &request, &silent).unwrap();
    let half = |rows: &[Conjunction], early: bool| {
        let own = rows.iter().filter(is_own).filter(|row| (row.tca < noon) == early);
        own.map(|row| (row.primary_id, row.secondary_id, row.tca)).collect::<Vec<_>>()
    };
    assert_eq!(half(&before.conjunctions, true), half(&moved.conjunctions, true));
    assert_ne!(half(&before.conjunctions, false), half(&moved.conjunctions, false));
    let others = |rows: &[Conjunction]| rows.iter().filter(|row| !is_own(row)).count();
    assert_eq!(others(&before.conjunctions), others(&moved.conjunctions));
}

#[test]
fn several_burns_follow_each_other() {
    let catalogue = snapshot();
    let window = Window::new("2018-01-21T00:00:00Z".parse().unwrap(), TimeDelta::hours(24));
    let rows = [
        (39_766, "2018-01-21T12:00:00Z", [0.0, -1.0, 0.0]),
        (39_766, "2018-01-20T22:00:00Z", [0.0, 1.0, 0.0]),
        (39_766, "2018-01-23T00:00:00Z", [0.0, 1.0, 0.0]),
    ];
    let manoeuvres = Manoeuvres::parse("b.toml", &text(&rows)).unwrap();
    assert_eq!(manoeuvres.counts(window), (2, 3));
    let branches = manoeuvres.branches(&catalogue, window).unwrap();
    let stretches: Vec<_> = branches.iter().map(|branch| (branch.stretch.start, branch.stretch.end)).collect();
    let noon = plus_seconds(window.start, 43_200.0);
    assert_eq!(stretches, [(window.start, noon), (noon, window.end)]);
    // The first puts it higher, the second back.
    let heights: Vec<f64> = branches.iter().map(|branch| branch.elements.semi_major_axis_km()).collect();
    let own = of(39_766).semi_major_axis_km();
    // 2 a dv / v, a metre a second in low orbit: 1.8 km.
    assert!((heights[0] - own - 1.87).abs() < 0.1 && (heights[1] - own).abs() < 0.1, "{heights:?} from {own}");
    let unknown = Manoeuvres::parse("b.toml", &text(&[(900_000, "2018-01-21T12:00:00Z", [0.0; 3])])).unwrap();
    assert!(matches!(unknown.branches(&catalogue, window), Err(ManoeuvreError::Unknown(_))));
    let away = Manoeuvres::parse("b.toml", &text(&[(39_766, "2018-01-21T12:00:00Z", [0.0, 4900.0, 0.0])])).unwrap();
    let error = away.branches(&catalogue, window).unwrap_err().to_string();
    assert!(error.contains("39766") && error.contains("no orbit"), "{error}");
    let refused = |time| {
        let one = Manoeuvres::parse("b.toml", &text(&[(39_766, time, [0.0, 1.0, 0.0])])).unwrap();
        one.branches(&catalogue, window).unwrap_err()
    };
    assert!(matches!(refused("2017-12-31T00:00:00Z"), ManoeuvreError::Past { .. }));
    assert_eq!(refused("2018-01-23T00:00:00Z"), ManoeuvreError::Late(window.end));
}
