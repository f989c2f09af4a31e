//! The entries of a TOML file that people edit, read one by one so that a mistake is told with its entry and field.

use serde::de::DeserializeOwned;

/// What is wrong with which entry of which file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {entry}: {problem}")]
pub struct EntryError {
    /// The file, as its reader was told.
    pub file: String,
    /// The entry, such as `asset 3 ("ALOS-2")`, or `the file` where it is no TOML at all.
    pub entry: String,
    /// The field and what is wrong with it.
    pub problem: String,
}

impl EntryError {
    /// An error of one entry.
    pub(crate) fn new(file: &str, entry: &str, problem: impl Into<String>) -> Self {
        Self { file: file.to_owned(), entry: entry.to_owned(), problem: problem.into() }
    }
}

/// One entry as read, with the label that errors name it by.
pub(crate) struct Entry<T> {
    pub(crate) label: String,
    pub(crate) value: T,
}

/// The TOML table of a file whose top-level keys are all among `keys`.
pub(crate) fn table(file: &str, text: &str, keys: &[&str]) -> Result<toml::Table, EntryError> {
    let table: toml::Table =
        text.parse().map_err(|error: toml::de::Error| EntryError::new(file, "the file", one_line(&error)))?;
    match table.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => Err(EntryError::new(file, key, format!("unknown key, expected {}", keys.join(" or ")))),
        None => Ok(table),
    }
}

/// The entries of the array `key`, none where the key is absent.
pub(crate) fn list<T: DeserializeOwned>(
    file: &str,
    key: &str,
    table: &mut toml::Table,
) -> Result<Vec<Entry<T>>, EntryError> {
    match table.remove(key) {
        None => Ok(Vec::new()),
        Some(toml::Value::Array(values)) => values
            .into_iter()
            .enumerate()
            .map(|(index, value)| {
                let name = value.get("name").and_then(toml::Value::as_str).unwrap_or("without a name");
                let label = format!("{key} {} ({name:?})", index + 1);
                read(file, label, value)
            })
            .collect(),
        Some(_) => Err(EntryError::new(file, key, format!("expected a list: [[{key}]]"))),
    }
}

/// The entries of the table of tables `key` with their names, none where the key is absent.
pub(crate) fn named<T: DeserializeOwned>(
    file: &str,
    key: &str,
    table: &mut toml::Table,
) -> Result<Vec<(String, Entry<T>)>, EntryError> {
    match table.remove(key) {
        None => Ok(Vec::new()),
        Some(toml::Value::Table(entries)) => entries
            .into_iter()
            .map(|(name, value)| read(file, format!("{key}.{name}"), value).map(|entry| (name, entry)))
            .collect(),
        Some(_) => Err(EntryError::new(file, key, format!("expected tables: [{key}.NAME]"))),
    }
}

fn read<T: DeserializeOwned>(file: &str, label: String, value: toml::Value) -> Result<Entry<T>, EntryError> {
    match value.try_into() {
        Ok(value) => Ok(Entry { label, value }),
        Err(error) => Err(EntryError::new(file, &label, one_line(&error))),
    }
}

/// A figure that must lie in a range, both ends allowed.
pub(crate) fn in_range(field: &str, value: f64, least: f64, greatest: f64) -> Result<f64, String> {
    if (least..=greatest).contains(&value) {
        Ok(value)
    } else {
        Err(format!("{field} = {value} is outside {least} to {greatest}"))
    }
}

/// A figure's source must be told, or the figure be marked as assumed.
pub(crate) fn sourced(source: &str, assumed: bool) -> Result<(), String> {
    if source.trim().is_empty() && !assumed {
        return Err("source is missing: say where the figures stand, or mark them assumed = true".to_owned());
    }
    Ok(())
}

/// TOML's messages span lines (a snippet with a pointer under it); ours are one line.
fn one_line(error: &toml::de::Error) -> String {
    let text = error.to_string();
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.contains('|') && !line.starts_with('^'))
        .collect();
    lines.join(", ")
}
