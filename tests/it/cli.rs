//! The program as its users meet it: the real binary, in a folder and a home of its own.

mod answers;
mod bundled;
mod comparing;
mod ephemerides;
mod errors;
mod exports;
mod importing;
mod layout;
mod messages;
mod numbers;
mod replays;
mod reports;
mod scope;
mod scoped_runs;
mod sensors;
mod what_if;

use std::collections::BTreeMap;
use std::path::PathBuf;

use assert_cmd::Command;
use tempfile::TempDir;

/// A folder with a home in it, where commands run.
struct Place(TempDir);

/// What a command said.
struct Answer {
    code: i32,
    out: String,
    err: String,
}

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).unwrap();
    }

    fn command(&self) -> Command {
        let home = self.path("home");
        std::fs::create_dir_all(&home).unwrap();
        let mut command = Command::cargo_bin("alliedsky").unwrap();
        command.current_dir(self.0.path()).env_clear().env("HOME", &home).env("XDG_DATA_HOME", home.join("data"));
        command
    }

    /// Runs a command line of words without blanks.
    fn run(&self, line: &str) -> Answer {
        self.run_words(&line.split_whitespace().collect::<Vec<_>>())
    }

    fn run_words(&self, words: &[&str]) -> Answer {
        Answer::of(self.command().args(words))
    }

    /// Runs a command that must succeed.
    fn ok(&self, line: &str) -> Answer {
        let answer = self.run(line);
        assert_eq!(answer.code, 0, "{line}\n{}{}", answer.out, answer.err);
        answer
    }
}

impl Answer {
    fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// The rows of a CSV answer, by column.
    fn rows(&self) -> Vec<BTreeMap<String, String>> {
        let mut reader = csv::Reader::from_reader(self.out.as_bytes());
        let header = reader.headers().unwrap().clone();
        let row = |record: csv::StringRecord| {
            header.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect()
        };
        reader.records().map(|record| row(record.unwrap())).collect()
    }

    fn header(&self) -> &str {
        self.out.lines().next().unwrap()
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }

    #[track_caller]
    fn fails(&self, code: i32, words: &str) {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        assert!(self.err.contains(words), "{words:?} is not in {:?}", self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
    }
}

/// The 979 objects of January 2018 as a file.
fn catalogue() -> PathBuf {
    crate::truth::data("elements/gpredict_20180120.tle.gz")
}

/// A folder whose database `sky.db` holds them.
fn of_2018() -> Place {
    let place = Place::new();
    place.ok(&format!("import --db sky.db {}", catalogue().display()));
    place
}

fn keys(object: &serde_json::Value) -> Vec<String> {
    object.as_object().unwrap().keys().cloned().collect()
}

fn is_utf8_table(text: &str) -> bool {
    text.lines().all(|line| line == line.trim_end() && !line.contains('\u{1b}'))
}

/// Their text, unpacked.
fn catalogue_text() -> String {
    let mut text = String::new();
    let packed = std::fs::File::open(catalogue()).unwrap();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(packed), &mut text).unwrap();
    text
}
