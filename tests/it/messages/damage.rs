//! Damaged messages never panic, and what is still accepted holds what the fuzz targets check.

use alliedsky::format::cdm::{write_cdm_json, write_cdm_kvn, write_cdm_xml};
use alliedsky::format::oem::{write_oem_kvn, write_oem_xml};
use proptest::prelude::*;

use super::samples;
use crate::fuzz_corpus::checks;

/// Texts that mean something to a reader, to be put where they do not belong.
const WORDS: [&str; 16] = [
    "\n",
    "COMMENT x\n",
    "OBJECT = OBJECT1\n",
    "<data>",
    "</data>",
    "<COMMENT>a</COMMENT>",
    "&#1;",
    "&amp;",
    "[",
    "]",
    "\"",
    "NaN",
    "1e400",
    "-",
    "CCSDS_CDM_VERS = 1.0\n",
    "META_START\n",
];

fn texts() -> Vec<String> {
    let (cdms, oem) = ([samples::full_cdm(), samples::cdm()], samples::oem());
    vec![
        write_cdm_kvn(&cdms),
        write_cdm_xml(&cdms),
        write_cdm_json(&cdms),
        write_oem_kvn(&oem),
        write_oem_xml(&oem),
        "NORAD_CAT_ID_1,OBJECT_NAME_1,NORAD_CAT_ID_2,TCA,TCA_RANGE\n5,\"A, [+]\",6,2026-09-06 00:00:00,0.5\n"
            .to_owned(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn damaged_messages_are_read_or_refused(
        sample in 0..6_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..5_u8), 1..5),
    ) {
        let mut bytes = texts().swap_remove(sample).into_bytes();
        for (at, byte, kind) in changes {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.truncate(bytes.len() - at / 20),
                2 => drop(bytes.splice(at..at, WORDS[usize::from(byte) % WORDS.len()].bytes())),
                3 => drop(bytes.drain(at..bytes.len().min(at + usize::from(byte)))),
                _ => bytes.insert(at, byte),
            }
            prop_assume!(!bytes.is_empty());
        }
        checks::cdm(&bytes);
        checks::oem(&bytes);
        checks::socrates(&bytes);
    }
}
