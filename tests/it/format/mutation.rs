//! Random and damaged input never panics; any good set round-trips.

use alliedsky::astro::elements::{Elements, NoradId};
use alliedsky::format::satcat::read_satcat;
use alliedsky::format::{
    ReadOptions, detect, read_elements, write_omm_csv, write_omm_json, write_omm_kvn, write_omm_xml, write_tle,
};
use chrono::DateTime;
use proptest::prelude::*;

use super::{LINE1, LINE2, assert_round_trips, one, read_data, time};

/// Five sets in every notation, to be mutated.
fn samples() -> Vec<Vec<u8>> {
    let elements = &read_data("elements/theatre_20260906.tle").elements[..5];
    let created = time("2026-09-07T00:00:00Z");
    let tle = elements.iter().fold(String::new(), |text, set| {
        let (one, two) = write_tle(set).unwrap();
        format!("{text}{}\n{one}\n{two}\n", set.name)
    });
    let texts = [
        tle,
        write_omm_csv(elements),
        write_omm_json(elements),
        write_omm_kvn(elements, created),
        write_omm_xml(elements, created),
    ];
    texts.into_iter().map(String::into_bytes).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let _ = read_elements("random", &bytes, &ReadOptions::default());
        let _ = read_satcat("random", &bytes, 1 << 20);
        let _ = detect(&bytes);
    }

    #[test]
    fn mutated_files_never_panic_and_never_give_more_sets(
        sample in 0..5_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..6),
    ) {
        let mut bytes = samples().swap_remove(sample);
        for (at, byte, kind) in changes {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.truncate(at + 1),
                2 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
            prop_assume!(!bytes.is_empty());
        }
        if let Ok(batch) = read_elements("mutated", &bytes, &ReadOptions::default()) {
            prop_assert!(batch.elements.len() <= 5);
        }
    }

    #[test]
    fn any_number_of_any_object_round_trips(
        id in 1..=999_999_999_u32,
        numbers in (0.0..0.2_f64, 0.0..=180.0_f64, 0.0..360.0_f64, 0.0..360.0_f64, 0.0..360.0_f64),
        rates in (0.01..12.0_f64, -1.0..1.0_f64, -1.0..1.0_f64, -1e-5..1e-5_f64),
        nanoseconds in 0..1_000_000_000_000_000_000_i64,
        name in "[ -~éλ東]{0,30}",
    ) {
        let mut fields = one(&format!("{LINE1}\n{LINE2}\n")).into_fields();
        fields.norad_id = NoradId::new(id).unwrap();
        (fields.eccentricity, fields.inclination_deg, fields.raan_deg) = (numbers.0, numbers.1, numbers.2);
        (fields.arg_perigee_deg, fields.mean_anomaly_deg) = (numbers.3, numbers.4);
        (fields.mean_motion_rev_day, fields.bstar) = (rates.0, rates.1);
        (fields.mean_motion_dot, fields.mean_motion_ddot) = (rates.2, rates.3);
        fields.epoch = DateTime::from_timestamp_nanos(nanoseconds);
        fields.name = name.trim().to_owned();
        let set = Elements::new(fields).unwrap();
        assert_round_trips(std::slice::from_ref(&set));
        match write_tle(&set) {
            Ok((line1, line2)) => {
                let again = one(&format!("{line1}\n{line2}\n"));
                prop_assert_eq!(again.norad_id, set.norad_id);
                prop_assert!((again.epoch - set.epoch).abs() <= chrono::TimeDelta::microseconds(432));
            }
            Err(error) => prop_assert!(id > 339_999, "{}", error),
        }
    }
}
