//! Right numbers and right digits through the front door: commands against the truth tables.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Place, catalogue, of_2018};
use crate::truth::{data, table};

fn start() -> DateTime<Utc> {
    "2018-01-21T00:00:00Z".parse().unwrap()
}

fn seconds(text: &str) -> f64 {
    let time: DateTime<Utc> = text.parse().unwrap();
    (time - start()).as_seconds_f64()
}

/// The number, which must be printed with so many decimals.
#[track_caller]
fn number(text: &str, decimals: usize) -> f64 {
    assert_eq!(text.split_once('.').map_or(0, |(_, digits)| digits.len()), decimals, "{text}");
    text.parse().unwrap()
}

#[track_caller]
fn close(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "{found} instead of {expected}");
}

/// Of the truth table of all pairs below 10 km in 24 h: ids, TCA in seconds, miss, speed, R, T, N.
const ENCOUNTERS: [(u32, u32, f64, [f64; 5]); 2] = [
    (4814, 42753, 419.658299, [2.379803317, 7.185863223, -0.386551, -2.070674, -1.107407]),
    (39135, 41978, 480.317102, [9.390181697, 14.959411403, 1.757722, -1.694503, -9.067226]),
];

#[test]
fn screening_a_file_finds_the_conjunctions_of_the_truth_table() {
    let line = format!("screen {} --from 2018-01-21 --threshold-km 10 --format csv", catalogue().display());
    let answer = Place::new().ok(&line);
    let rows = answer.rows();
    let of_kind = |kind: &str| rows.iter().filter(|row| row["kind"] == kind).count();
    assert_eq!((of_kind("encounter") + of_kind("open"), of_kind("open"), of_kind("companion")), (362, 1, 4));
    for (primary, secondary, tca_s, [miss, speed, r, t, n]) in ENCOUNTERS {
        let ids = (primary.to_string(), secondary.to_string());
        let row = rows.iter().find(|row| (row["primary_id"].clone(), row["secondary_id"].clone()) == ids).unwrap();
        close(seconds(&row["tca"]), tca_s, 1e-3);
        close(number(&row["miss_km"], 6), miss, 1e-6);
        close(number(&row["rel_speed_km_s"], 6), speed, 1e-6);
        // The table's TCA is where Δr·Δv vanishes, a few microseconds from the least distance.
        for (column, expected) in [("miss_r_km", r), ("miss_t_km", t), ("miss_n_km", n)] {
            close(number(&row[column], 6), expected, 1e-3);
        }
    }
    let pair = rows.iter().find(|row| row["kind"] == "companion" && row["primary_id"] == "42036").unwrap();
    assert_eq!(pair["secondary_id"], "42041");
    close(number(&pair["miss_km"], 6), 0.555_199_956, 1e-6);
    close(seconds(&pair["tca"]), 79_198.160, 0.5);
    for words in ["979 objects.", "24794 24969 41939"] {
        assert!(answer.err.contains(words), "{}", answer.err);
    }
}

#[test]
fn passes_over_a_position_are_those_of_the_truth_table() {
    let place = of_2018();
    // Seoul in the table stands 38 m high: the position is given, not the name.
    let line = "passes --db sky.db --site 37.5665,126.978,38 --from 2018-01-21 --to 2018-01-24 --sat 25544,41328 \
                --eop none --format csv --min-elevation-deg";
    for mask in ["0", "10"] {
        let mut found = place.ok(&format!("{line} {mask}")).rows();
        found.sort_by_key(|row| (row["norad_id"].clone(), row["aos"].clone()));
        let truth = table(&data("passes/passes.csv.gz"));
        let mut expected: Vec<_> = truth
            .iter()
            .filter(|row| row.text("site") == "Seoul" && row.number("mask_deg") == mask.parse::<f64>().unwrap())
            .filter(|row| ["25544", "41328"].contains(&row.text("norad")))
            .collect();
        expected.sort_by(|a, b| {
            (a.text("norad"), a.number("rise_s")).partial_cmp(&(b.text("norad"), b.number("rise_s"))).unwrap()
        });
        assert!(expected.len() > 12);
        assert_eq!(found.len(), expected.len(), "mask {mask}");
        for (row, truth) in found.iter().zip(expected) {
            assert_eq!(row["norad_id"], truth.text("norad"));
            close(seconds(&row["aos"]), truth.number("rise_s"), 1e-3);
            close(seconds(&row["los"]), truth.number("set_s"), 1e-3);
            close(seconds(&row["tca"]), truth.number("culm_s"), 1.0);
            close(number(&row["max_elevation_deg"], 6), truth.number("culm_el_deg"), 1e-5);
            close(number(&row["aos_azimuth_deg"], 6), truth.number("rise_az_deg"), 1e-4);
            close(number(&row["los_azimuth_deg"], 6), truth.number("set_az_deg"), 1e-4);
            let is_open = |flag: &str| (truth.text(flag) == "1").to_string();
            assert_eq!((&row["open_start"], &row["open_end"]), (&is_open("start_clipped"), &is_open("end_clipped")));
        }
    }
}

#[test]
fn overflights_of_a_geojson_file_are_those_of_the_truth_table() {
    let place = of_2018();
    let boxes = data("overflights/boxes.geojson");
    let found = place.ok(&format!(
        "overflights --db sky.db --region {} --sat 25544,33591 --from 2018-01-21 --hours 3d --eop none --format csv",
        boxes.display()
    ));
    let truth = table(&data("overflights/overflights.csv"));
    let expected: Vec<_> = truth
        .iter()
        .filter(|row| row.text("region").starts_with("BOX_") && ["25544", "33591"].contains(&row.text("norad")))
        .collect();
    assert!(expected.len() > 10);
    let rows = found.rows();
    assert_eq!(rows.len(), expected.len());
    for truth in expected {
        let near = |row: &&std::collections::BTreeMap<String, String>| {
            row["norad_id"] == truth.text("norad")
                && row["region"] == truth.text("region")
                && (seconds(&row["start"]) - truth.number("ingress_s")).abs() < 2e-3
        };
        let row = rows.iter().find(near).unwrap();
        close(seconds(&row["end"]), truth.number("egress_s"), 2e-3);
        assert_eq!(row["open_start"], "false");
    }
}

#[test]
fn states_are_those_of_the_truth_table() {
    let place = of_2018();
    let truth = table(&data("sgp4/gpredict_states.csv.gz"));
    // Near Earth, geostationary, highly eccentric.
    for id in [25544, 36744, 25485] {
        let epoch =
            place.ok(&format!("show {id} --db sky.db --format json")).json()["epoch"].as_str().unwrap().to_owned();
        let rows =
            place.ok(&format!("propagate {id} --db sky.db --from {epoch} --hours 7d --step 1d --format csv")).rows();
        assert_eq!(rows.len(), 8);
        for (row, minutes) in [(0, 0.0), (1, 1440.0), (7, 10_080.0)] {
            let expected =
                truth.iter().find(|row| row.id("norad") == id && row.number("tsince_min") == minutes).unwrap();
            for (column, other) in [("x_km", "x_km"), ("y_km", "y_km"), ("z_km", "z_km")] {
                close(number(&rows[row][column], 9), expected.number(other), 1e-6);
            }
            for (column, other) in [("vx_km_s", "vx_kms"), ("vy_km_s", "vy_kms"), ("vz_km_s", "vz_kms")] {
                close(number(&rows[row][column], 12), expected.number(other), 1e-9);
            }
            close(number(&rows[row]["age_days"], 6), minutes / 1440.0, 1e-6);
        }
    }
}

#[test]
fn an_orbit_that_ends_is_shown_to_its_end() {
    // 25039 fails within sixty days of its epoch.
    let errors = table(&data("sgp4/gpredict_errors_60d.csv"));
    assert!(errors.iter().any(|row| row.id("norad") == 25039));
    let answer = of_2018().ok("propagate 25039 --db sky.db --from 2018-01-21 --hours 60d --step 1h");
    assert!(answer.out.contains("The orbit ends before 2018-"), "{}", answer.out);
    let shown = answer.out.lines().filter(|line| line.starts_with("2018-")).count();
    assert!(shown > 0 && shown < 1440);
    let last = start() + TimeDelta::days(60);
    assert!(!answer.out.contains(&last.format("%Y-%m-%d %H").to_string()));
}
