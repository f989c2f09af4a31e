//! Where answers go and in which form.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::ValueEnum;

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
    /// CCSDS keyword-value text.
    Kvn,
    /// CCSDS XML.
    Xml,
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
    /// Writes rows in the form asked for; `notes` stand under a table, and on standard error for the other forms.
    ///
    /// # Errors
    /// The form makes no sense here, or the file cannot be written.
    pub(super) fn sheet(&self, sheet: &Sheet, shown: &[Shown], notes: &[String]) -> anyhow::Result<()> {
        let text = match self.format {
            Format::Table => {
                let table = if sheet.is_empty() { String::new() } else { sheet.to_table(shown, self.zone) };
                let gap = if table.is_empty() || notes.is_empty() { "" } else { "\n" };
                let notes: String = notes.iter().map(|note| format!("{note}\n")).collect();
                return self.text(&format!("{table}{gap}{notes}"));
            }
            Format::Csv => sheet.to_csv(),
            Format::Json => sheet.to_json(),
            Format::Ndjson => sheet.to_ndjson(),
            other => bail!("this command has no {} form: use table, csv, json or ndjson", other.word()),
        };
        self.notes(notes);
        self.text(&text)
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
        match std::io::stdout().lock().write_all(text.as_bytes()) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            other => other.context("writing to standard output"),
        }
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
