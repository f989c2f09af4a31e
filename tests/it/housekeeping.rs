//! What the papers of the project say against what the project is.

use std::path::{Path, PathBuf};
use std::process::Command;

use alliedsky::config::Config;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Standard output of the program with an empty home: the bundled snapshot answers.
fn answer(arguments: &[&str]) -> String {
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_alliedsky"))
        .args(arguments)
        .env("HOME", home.path())
        .env_remove("XDG_DATA_HOME")
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// All files under a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

fn file_name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

/// The fenced block that follows a marker, as the checks read it.
fn block_after(document: &str, marker: &str) -> String {
    let after = document.split_once(marker).unwrap_or_else(|| panic!("no {marker}")).1;
    let fence = after.trim_start().strip_prefix("```").unwrap_or_else(|| panic!("no fence under {marker}"));
    let body = fence.split_once('\n').unwrap().1;
    body.split_once("```").unwrap().0.trim().to_owned()
}

#[test]
fn every_command_is_in_the_readme() {
    let help = answer(&["--help"]);
    let commands: Vec<&str> = help
        .split_once("Commands:\n")
        .unwrap()
        .1
        .lines()
        .take_while(|line| !line.trim().is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .collect();
    assert!(commands.len() >= 16, "{commands:?}");
    let readme = text("README.md");
    for command in commands {
        let named = [format!("`{command}`"), format!("`{command} ")].iter().any(|word| readme.contains(word));
        assert!(named, "`{command}` is not in README.md");
    }
}

#[test]
fn columns_are_as_the_readme_lists_them() {
    let readme = text("README.md");
    let listed: String = readme.split_whitespace().collect();
    for arguments in [
        &["screen", "--hours", "1", "--threshold-km", "20"][..],
        &["passes", "--site", "Seoul", "--hours", "1"],
        &["overflights", "--region", "korea", "--hours", "1"],
        &["coverage", "--region", "dprk", "--hours", "1"],
    ] {
        let answer = answer(&[arguments, &["--format", "csv", "--quiet"]].concat());
        let header = answer.lines().next().unwrap();
        assert!(listed.contains(&format!("`{header}`")), "not in README.md: {header}");
    }
}

#[test]
fn the_test_command_is_where_the_checks_look_for_it() {
    let readme = text("README.md");
    assert_eq!(block_after(&readme, "<!-- test-command -->"), "cargo test");
    assert_eq!(block_after(&readme, "<!-- run-command -->"), "cargo run --release -- run --bundled");
    // A packaged crate leaves the checks out.
    if root().join(".ci").exists() {
        let checks = text(".ci/run");
        assert!(checks.contains("test-command") && checks.contains("run-command"));
    }
}

#[test]
fn the_configuration_of_the_readme_is_the_default() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    std::fs::write(&file, text("README.md").split_once("```toml\n").unwrap().1.split_once("```").unwrap().0).unwrap();
    assert_eq!(Config::read(&file).unwrap(), Config::default());
}

#[test]
fn the_changelog_has_this_version() {
    let version = env!("CARGO_PKG_VERSION");
    assert!(text("CHANGELOG.md").contains(&format!("## [{version}]")), "no entry for {version}");
}

#[test]
fn the_readme_asks_for_the_rust_that_the_package_asks_for() {
    assert!(text("README.md").contains(&format!("Rust {}", env!("CARGO_PKG_RUST_VERSION"))));
}

#[test]
fn every_bundled_file_is_described() {
    let described = text("tle/README.md");
    for path in files(&root().join("tle")) {
        let name = file_name(&path);
        assert!(name == "README.md" || described.contains(name), "{name} is not in tle/README.md");
    }
}

#[test]
fn the_origin_of_all_test_data_is_told() {
    let told = text("THIRD-PARTY.md");
    for entry in std::fs::read_dir(root().join("tests/data")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(told.contains(&format!("tests/data/{name}")), "tests/data/{name} is not in THIRD-PARTY.md");
    }
    let bytes: u64 = files(&root().join("tests/data")).iter().map(|path| path.metadata().unwrap().len()).sum();
    assert!(bytes < 4_000_000, "{bytes} bytes of test data");
}

#[test]
fn migrations_are_numbered_without_gaps() {
    let opened = text("src/store/open.rs");
    let names: Vec<String> = files(&root().join("migrations")).iter().map(|path| file_name(path).to_owned()).collect();
    assert!(!names.is_empty());
    for (index, name) in names.iter().enumerate() {
        assert!(name.starts_with(&format!("{:04}_", index + 1)) && name.ends_with(".sql"), "{names:?}");
        assert!(opened.contains(name.as_str()), "{name} is not applied by src/store/open.rs");
    }
}

/// Paths of the project that the papers name, in links and in backticks, exist.
#[test]
fn the_papers_name_files_that_exist() {
    let tops = ["src/", "tests/", "tle/", "migrations/", "benches/"];
    for paper in ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "THIRD-PARTY.md"] {
        let document = text(paper);
        let quoted = document.split('`').skip(1).step_by(2);
        let quoted = quoted.filter(|name| tops.iter().any(|top| name.starts_with(top)));
        let linked = document.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
        let linked = linked.filter(|target| !target.starts_with("http") && !target.starts_with('#'));
        for name in quoted.chain(linked) {
            let name = name.split(['#', ':']).next().unwrap();
            // `a/{b,c}`, `a/b.*` and `a/<b>.x` name several: some file begins so.
            let begins = root().join(name.split(['{', '*', '<']).next().unwrap());
            let several = name.contains(['{', '*', '<']);
            let exists = match begins.parent() {
                Some(folder) if several => {
                    files(folder).iter().any(|file| file.to_str().unwrap().starts_with(begins.to_str().unwrap()))
                }
                _ => begins.exists(),
            };
            assert!(exists, "{paper} names {name}");
        }
    }
}

#[test]
fn headings_of_the_readme_that_it_links_to_exist() {
    let readme = text("README.md");
    let anchors: Vec<String> = readme
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            let kept = line.trim_start_matches('#').trim().to_lowercase();
            kept.chars().filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-').collect::<String>().replace(' ', "-")
        })
        .collect();
    for target in readme.split("](#").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target) {
        assert!(anchors.iter().any(|anchor| anchor == target), "no heading for #{target}");
    }
}
