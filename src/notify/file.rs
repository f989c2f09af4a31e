//! Alerts as lines at the end of a file.

use std::fs::OpenOptions;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::NotifyError;

/// Adds lines to a file, made where there is none, and returns once they are on the disk. A line that a crash left
/// unfinished is ended first.
///
/// # Errors
/// The file cannot be opened or written.
pub fn append(path: &Path, lines: &[String]) -> Result<(), NotifyError> {
    let write = || {
        let mut file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
        let mut text = String::new();
        if file.metadata()?.len() > 0 {
            let mut last = [0];
            file.seek(SeekFrom::End(-1))?;
            file.read_exact(&mut last)?;
            if last != *b"\n" {
                text.push('\n');
            }
        }
        for line in lines {
            text.push_str(line);
            text.push('\n');
        }
        file.write_all(text.as_bytes())?;
        file.sync_data()
    };
    write().map_err(|source| NotifyError::Write { path: path.to_owned(), source })
}
