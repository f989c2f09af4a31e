//! Reading the truth tables of `tests/data` and, where they are present, the large ones that are not part of the project.

use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

/// A file of `tests/data`.
pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// A file of the large catalogues kept beside a developer's checkout; prints why it is skipped where absent.
pub fn local(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/local").join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: the large-catalogue data is not here ({name})");
    None
}

/// A file's bytes, unpacked where its name ends in `.gz`.
pub fn bytes(path: &Path) -> Vec<u8> {
    let raw = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if path.extension().is_some_and(|extension| extension == "gz") {
        let mut unpacked = Vec::new();
        flate2::read::MultiGzDecoder::new(&raw[..]).read_to_end(&mut unpacked).expect("valid gzip");
        return unpacked;
    }
    raw
}

/// One row of a table, by column name.
pub struct Row(HashMap<String, String>);

impl Row {
    pub fn text(&self, column: &str) -> &str {
        self.0.get(column).unwrap_or_else(|| panic!("no column {column}"))
    }

    pub fn number(&self, column: &str) -> f64 {
        let text = self.text(column);
        text.parse().unwrap_or_else(|_| panic!("{column} = {text:?} is no number"))
    }

    /// A number, or `None` where the field is blank.
    pub fn optional(&self, column: &str) -> Option<f64> {
        (!self.text(column).is_empty()).then(|| self.number(column))
    }

    pub fn id(&self, column: &str) -> u32 {
        self.text(column).parse().unwrap()
    }

    pub fn time(&self, column: &str) -> DateTime<Utc> {
        self.text(column).parse().unwrap()
    }
}

/// The rows of a CSV table with a header.
pub fn table(path: &Path) -> Vec<Row> {
    let bytes = bytes(path);
    let mut reader = csv::Reader::from_reader(&bytes[..]);
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    reader
        .records()
        .map(|record| Row(header.iter().cloned().zip(record.unwrap().iter().map(str::to_owned)).collect()))
        .collect()
}
