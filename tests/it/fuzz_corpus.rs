//! The inputs that fuzzing gathered, given again to the checks of the targets in `fuzz/`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub mod checks;

type Check = fn(&[u8]);

/// Every target with its check.
const TARGETS: [(&str, Check); 16] = [
    ("tle", checks::tle),
    ("omm_csv", checks::omm_csv),
    ("omm_json", checks::omm_json),
    ("omm_xml", checks::omm_xml),
    ("omm_kvn", checks::omm_kvn),
    ("satcat", checks::satcat),
    ("eop", checks::eop),
    ("cdm_public", checks::cdm_public),
    ("cdm", checks::cdm),
    ("oem", checks::oem),
    ("socrates", checks::socrates),
    ("http_dates", checks::http_dates),
    ("config", checks::config),
    ("unpacked", checks::unpacked),
    ("regions", checks::regions),
    ("places", checks::places),
];

/// The folder of the targets; `None` in a packaged crate, which leaves it out.
fn fuzz() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    folder.exists().then_some(folder)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_input_of_the_corpus_passes_its_check() {
    let Some(fuzz) = fuzz() else { return };
    let mut bytes_of_all = 0;
    for (target, check) in TARGETS {
        let inputs = files(&fuzz.join("corpus").join(target));
        assert!(!inputs.is_empty(), "{target} has no corpus");
        for input in inputs {
            // Shown where the check fails.
            println!("{}", input.display());
            let bytes = std::fs::read(&input).unwrap();
            bytes_of_all += bytes.len();
            check(&bytes);
        }
    }
    assert!(bytes_of_all < 300_000, "{bytes_of_all} bytes of corpus");
}

#[test]
fn every_target_is_checked_here() {
    let Some(fuzz) = fuzz() else { return };
    let stems = |folder: &str| -> BTreeSet<String> {
        files(&fuzz.join(folder)).iter().map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
    };
    let known: BTreeSet<String> = TARGETS.map(|(target, _)| target.to_owned()).into();
    assert_eq!(stems("fuzz_targets"), known);
    assert_eq!(stems("corpus"), known);
    for target in &known {
        let source = std::fs::read_to_string(fuzz.join("fuzz_targets").join(format!("{target}.rs"))).unwrap();
        assert!(source.contains(&format!("checks::{target}(")), "{target} runs another check");
    }
}
