//! The packaging folder against the program that it packages.

use std::path::{Path, PathBuf};
use std::process::Command;

use alliedsky::config::Config;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(file(name)).unwrap()
}

/// `systemd-analyze`, where there is one.
fn analyze(arguments: &[&str]) -> Option<std::process::Output> {
    match Command::new("systemd-analyze").args(arguments).output() {
        Ok(output) => Some(output),
        Err(error) => {
            println!("skipped: systemd-analyze cannot be run here ({error})");
            None
        }
    }
}

#[test]
fn the_example_configuration_is_the_default() {
    let example = Config::parse(&file("config.toml"), &text("config.toml")).unwrap();
    assert!(example.contact.is_some());
    assert_eq!(Config { contact: None, ..example }, Config::default());
}

/// The keys of a configuration, those in comments too, each with its section.
fn keys(text: &str) -> Vec<String> {
    let mut section = String::new();
    let mut keys = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.split(']').next().unwrap().to_owned();
        }
        let assignment = line.trim_start_matches('#').trim_start().split_once(" = ");
        if let Some((key, _)) = assignment.filter(|(key, _)| key.chars().all(|c| c.is_ascii_lowercase() || c == '_')) {
            keys.push(format!("{section}.{key}"));
        }
    }
    keys
}

#[test]
fn the_example_configuration_has_every_key() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let block = readme.split_once("```toml\n").unwrap().1.split_once("```").unwrap().0;
    let (known, explained) = (keys(block), keys(&text("config.toml")));
    assert!(known.len() >= 35, "{known:?}");
    for key in known {
        assert!(explained.contains(&key), "{key} is not in packaging/config.toml");
    }
}

#[test]
fn every_key_of_the_example_is_explained() {
    let text = text("config.toml");
    let lines: Vec<&str> = text.lines().collect();
    for (index, line) in lines.iter().enumerate() {
        if keys(line).len() == 1 && !line.starts_with("# ") {
            let above = lines[index - 1];
            let is_explained = above.starts_with("# ") || line.contains("base_url");
            assert!(is_explained, "{line} has no words above it");
        }
    }
}

#[test]
fn the_unit_is_hardened() {
    let unit = file("alliedsky.service");
    let words = ["security", "--offline=true", "--threshold=15", "--no-pager", unit.to_str().unwrap()];
    let Some(output) = analyze(&words) else { return };
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn the_unit_is_well_formed() {
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("alliedsky.service");
    // The program stands elsewhere here.
    let text = text("alliedsky.service").replace("/usr/local/bin/alliedsky", env!("CARGO_BIN_EXE_alliedsky"));
    std::fs::write(&unit, text).unwrap();
    let Some(output) = analyze(&["verify", "--man=no", unit.to_str().unwrap()]) else { return };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let of_the_unit: Vec<&str> = said.lines().filter(|line| line.contains("alliedsky.service")).collect();
    assert!(of_the_unit.is_empty(), "{said}");
}

#[test]
fn the_unit_and_the_container_call_the_program_as_it_is() {
    for name in ["alliedsky.service", "Containerfile"] {
        let text = text(name);
        assert!(text.contains("daemon"), "{name}");
        for word in ["--config", "--db"] {
            assert!(text.contains(word), "{name} {word}");
        }
    }
    let unit = text("alliedsky.service");
    for line in ["Type=notify", "ExecReload=/bin/kill -HUP $MAINPID", "DynamicUser=yes", "StateDirectoryMode=0700"] {
        assert!(unit.contains(line), "{line}");
    }
    // Where this is hidden, a jump of the clock cannot be told.
    assert!(!unit.lines().any(|line| line == "ProcSubset=pid"));
}
