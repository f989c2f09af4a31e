//! Where answers go and in which form.

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::ValueEnum;

use super::usage;
use crate::report::fold::folded;
use crate::report::rows::Rows;
use crate::report::sheet::{Sheet, Shown};
use crate::report::zone::Zone;

/// Forms of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Table,
    /// Comma-separated values with a header.
    Csv,
    /// A JSON array, or one object.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// GeoJSON features.
    Geojson,
    /// An iCalendar file.
    Ics,
    /// CCSDS keyword-value text.
    Kvn,
    /// CCSDS XML.
    Xml,
    /// A CCSDS orbit ephemeris as keyword-value text.
    Oem,
}

/// How this call answers.
#[derive(Clone, Debug)]
pub(super) struct Output {
    /// What the user asked for.
    pub(super) format: Format,
    /// A file instead of standard output.
    pub(super) path: Option<PathBuf>,
    /// Zone of the times in tables.
    pub(super) zone: Zone,
    /// No notes on standard error.
    pub(super) quiet: bool,
}

impl Output {
    /// Refuses, before any work is done, a form that this command does not have and a file that cannot be written.
    ///
    /// # Errors
    /// A wrong argument.
    pub(super) fn check(&self, forms: &[Format]) -> anyhow::Result<()> {
        if !forms.contains(&self.format) {
            let words: Vec<String> = forms.iter().map(|form| form.word()).collect();
            return Err(usage(format!("this command has no {} form, only {}", self.format.word(), words.join(", "))));
        }
        let Some(path) = &self.path else { return Ok(()) };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if path.is_dir() || folder.is_some_and(|folder| !folder.is_dir()) {
            return Err(anyhow::anyhow!(
                "cannot write {}: it is a folder, or its folder does not exist",
                path.display()
            ));
        }
        Ok(())
    }

    /// Writes rows in the form asked for; `notes` stand under a table, and on standard error for the other forms.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn sheet(&self, sheet: &Sheet, shown: &[Shown], notes: &[String]) -> anyhow::Result<()> {
        let text = match self.format {
            Format::Csv => sheet.to_csv(),
            Format::Json => sheet.to_json(),
            Format::Ndjson => sheet.to_ndjson(),
            _ => {
                let table = if sheet.is_empty() { String::new() } else { sheet.to_table(shown, self.zone) + "\n" };
                let notes: String = sheet.legend(shown).iter().chain(notes).map(|note| folded(note)).collect();
                return self.text(&format!("{table}{notes}"));
            }
        };
        self.notes(notes);
        self.text(&text)
    }

    /// Writes rows in the form asked for as [`Self::sheet`] does, machine forms row by row as they are made.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn rows(&self, rows: Rows<'_>, shown: &[Shown], notes: &[String]) -> anyhow::Result<()> {
        let write: fn(Rows<'_>, &mut dyn Write) -> std::io::Result<()> = match self.format {
            Format::Csv => |rows, to| rows.write_csv(to),
            Format::Json => |rows, to| rows.write_json(to),
            Format::Ndjson => |rows, to| rows.write_ndjson(to),
            _ => return self.sheet(&rows.collect(), shown, notes),
        };
        self.notes(notes);
        let Some(path) = &self.path else {
            let mut stdout = BufWriter::new(std::io::stdout().lock());
            return to_stdout(write(rows, &mut stdout).and_then(|()| stdout.flush()));
        };
        let written = File::create(path).map(BufWriter::new).and_then(|mut file| {
            write(rows, &mut file)?;
            file.flush()
        });
        written.with_context(|| format!("writing {}", path.display()))
    }

    /// Whether the form holds nested values.
    pub(super) const fn is_nested(&self) -> bool {
        matches!(self.format, Format::Json | Format::Ndjson)
    }

    /// Notes for people beside machine output, on standard error.
    pub(super) fn notes(&self, notes: &[String]) {
        if !self.quiet {
            let mut stderr = std::io::stderr().lock();
            for note in notes {
                // Nothing can be done about a closed standard error.
                let _ = writeln!(stderr, "{note}");
            }
        }
    }

    /// Writes text to the file or to standard output; a reader that has gone away is no error.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn text(&self, text: &str) -> anyhow::Result<()> {
        if let Some(path) = &self.path {
            return std::fs::write(path, text).with_context(|| format!("writing {}", path.display()));
        }
        to_stdout(std::io::stdout().lock().write_all(text.as_bytes()))
    }
}

/// What became of writing to standard output; a reader that has gone away is no error.
fn to_stdout(written: std::io::Result<()>) -> anyhow::Result<()> {
    match written {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("writing to standard output"),
    }
}

impl Format {
    /// The word of the command line.
    #[must_use]
    pub(super) fn word(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// Whether progress bars make sense: a person looks at standard error.
#[must_use]
pub(super) fn is_watched(quiet: bool) -> bool {
    !quiet && std::io::stderr().is_terminal()
}
