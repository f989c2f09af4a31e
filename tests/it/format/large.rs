//! Full catalogues and dialects seen in the field, where that data is present.

use std::time::Instant;

use alliedsky::format::satcat::read_satcat;
use alliedsky::format::{MAX_FILE_BYTES, ReadOptions, read_elements, write_omm_csv, write_omm_json};

use super::{assert_identical, read};
use crate::truth;

#[test]
fn the_full_catalogue_is_read_and_written() {
    let Some(path) = truth::local("catalogs/20250901.tle.gz") else { return };
    let bytes = std::fs::read(path).unwrap();
    let started = Instant::now();
    let batch = read("20250901.tle.gz", &bytes);
    let seconds = started.elapsed().as_secs_f64();
    println!("28488 sets in {seconds:.3} s; {} duplicates, {} conflicts", batch.duplicates, batch.conflicts);
    assert_eq!(batch.elements.len() + batch.duplicates + batch.conflicts, 28_488);
    assert_eq!((batch.rejected_count, batch.truncated), (0, false));
    let started = Instant::now();
    for (text, what) in [(write_omm_csv(&batch.elements), "CSV"), (write_omm_json(&batch.elements), "JSON")] {
        let again = read(what, text.as_bytes());
        assert_identical(&batch.elements, &again.elements);
    }
    println!("written and read as CSV and as JSON in {:.3} s", started.elapsed().as_secs_f64());
    assert!(seconds < 5.0, "{seconds} s");
}

#[test]
fn every_local_dialect_is_read() {
    for (name, sets) in [
        ("sample_omm.csv", 1),
        ("sample_omm.json", 1),
        ("sample_omm.xml", 1),
        ("soyuz_ms29_6digit.csv", 2),
        ("soyuz_ms29_alpha5.3le", 1),
        ("skyfield_celestrak_stations.json", 0),
        ("eljja_gp_debris_cosmos1408.json", 0),
        ("eljja_gp_debris_cosmos2251.json", 0),
        ("eljja_gp_debris_fengyun1c.json", 0),
        ("eljja_gp_debris_iridium33.json", 0),
        ("orekit_OMM-with-units.xml", 1),
        ("orekit_OMMExample2.xml", 1),
        ("orekit_OMMExample4.xml", 1),
        ("orekit_OMMExample1.txt", 1),
        ("orekit_OMMExample2.txt", 1),
        ("orekit_OMMExample4.txt", 1),
        ("orekit_OMM-wrong-keyword.txt", 1),
    ] {
        let Some(path) = truth::local(&format!("omm/{name}")) else { return };
        let bytes = std::fs::read(path).unwrap();
        let batch = read(name, &bytes);
        // Where no number is given above, the file itself says how often it names an epoch.
        let epochs = String::from_utf8_lossy(&bytes).matches("\"EPOCH\"").count();
        let expected = if sets == 0 { epochs } else { sets };
        assert_eq!(batch.elements.len() + batch.duplicates, expected, "{name}: {:?}", batch.rejected);
        assert_eq!((batch.rejected_count, batch.truncated), (0, false), "{name}");
    }
    for (name, words) in [
        ("orekit_OMM-number-format-error.txt", "ARG_OF_PERICENTER = this-is-not-a-number: not a number"),
        ("orekit_OMMExample3.txt", "NORAD_CAT_ID: missing"),
        ("orekit_OMMExample5.txt", "EPHEMERIS_TYPE = 4: SGP4-XP"),
    ] {
        let Some(path) = truth::local(&format!("omm/{name}")) else { return };
        let error = read_elements(name, &std::fs::read(path).unwrap(), &ReadOptions::default()).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn every_local_catalogue_is_read() {
    let Some(folder) = truth::local("catalogs") else { return };
    let daily = folder.join("daily_2026-05");
    for path in [folder, daily].iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()) {
        let path = path.unwrap().path();
        if path.is_file() {
            let batch = read(&path.display().to_string(), &std::fs::read(&path).unwrap());
            for refusal in &batch.rejected {
                // A publisher's own slip: an exponent of two digits makes these lines 70 columns long.
                assert!(refusal.reason.contains("line 1 is longer than 69 columns"), "{refusal}");
            }
            assert!(batch.rejected_count <= 1, "{}: {}", path.display(), batch.rejected_count);
        }
    }
    for name in ["satcat/ads508_satcat_20250304.csv.gz", "satcat/celestrak_satcat_format_sample_IND.csv"] {
        let Some(path) = truth::local(name) else { return };
        let batch = read_satcat(name, &std::fs::read(&path).unwrap(), MAX_FILE_BYTES).unwrap();
        println!("{name}: {} entries", batch.entries.len());
        assert_eq!(batch.rejected_count, 0, "{:?}", batch.rejected.first());
        assert_eq!(batch.entries.len(), truth::table(&path).len());
    }
}
