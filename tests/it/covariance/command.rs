//! `alliedsky realism`.

use alliedsky::astro::elements::Elements;
use alliedsky::format::write_omm_csv;
use assert_cmd::Command;
use serde_json::Value;

use super::synthetic::{Errors, Normal, drawn, later, orbit};

fn run(folder: &std::path::Path, words: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("alliedsky")
        .unwrap()
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .args(words)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn three_catalogues_are_told_in_a_table_and_in_json() {
    let folder = tempfile::tempdir().unwrap();
    let errors = Errors { along_km: 0.3, along_km_day: 0.1, across_km: 0.1 };
    let mut normal = Normal::new(11);
    for (name, days) in [("a.csv", 0.0), ("b.csv", 3.0), ("c.csv", 5.0)] {
        let sets: Vec<Elements> =
            (1..=50).map(|number| drawn(&later(&orbit(number), days), errors, &mut normal)).collect();
        std::fs::write(folder.path().join(name), write_omm_csv(&sets)).unwrap();
    }
    let (code, out, err) = run(folder.path(), &["realism", "a.csv", "b.csv", "c.csv", "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    let rows: Vec<Value> = serde_json::from_str(&out).unwrap();
    let class = rows.iter().find(|row| row["model"] == "class" && row["class"] == "LEO 600-800 km").unwrap();
    // Of 50 objects the sets of the last file against both earlier ones.
    assert_eq!(class["pairs"].as_i64().unwrap() + class["cut_pairs"].as_i64().unwrap(), 100);
    assert!(class["within_95_percent"].as_f64().unwrap() > 90.0, "{class}");
    assert!(rows.iter().any(|row| row["model"] == "class, scaled" && row["factor"].as_f64() < Some(1.0)));
    assert!(err.contains("50 objects compared"), "{err}");
    let (code, out, _) = run(folder.path(), &["realism", "a.csv", "b.csv"]);
    assert!(code == 0 && out.contains("LEO 600-800 km") && out.contains("IN 95 %"), "{out}");
    let (code, _, err) = run(folder.path(), &["realism", "a.csv", "b.csv", "--held", "2"]);
    assert!(code == 2 && err.contains("--held"), "{err}");
    let (code, _, _) = run(folder.path(), &["realism", "a.csv"]);
    assert_eq!(code, 2);
    let (code, _, err) = run(folder.path(), &["realism", "a.csv", "nosuch.csv"]);
    assert!(code == 1 && err.contains("nosuch.csv"), "{err}");
}
