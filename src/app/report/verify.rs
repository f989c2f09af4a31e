//! Making a report again from what stands in it, and telling what differs.

use std::path::Path;

use anyhow::{Context, bail};

use super::manifest::{Manifest, digest};
use super::{MANIFEST, drawn, inputs};
use crate::app::brief::BriefRequest;
use crate::ssa::progress::Progress;

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Files compared.
    pub files: usize,
    /// Figures compared.
    pub figures: usize,
    /// What differs, a line each, the first [`MOST_LISTED`] of them.
    pub differences: Vec<String>,
    /// How many things differ.
    pub different: usize,
}

/// Differences that are listed.
pub const MOST_LISTED: usize = 100;

impl Verified {
    fn differ(&mut self, difference: String) {
        self.different += 1;
        if self.differences.len() < MOST_LISTED {
            self.differences.push(difference);
        }
    }
}

/// Makes the report of a folder again and compares: every file must be the one that the manifest lists, and every figure
/// must be the one made again within its last printed digit, whatever the processor.
///
/// # Errors
/// No report in the folder, one of another form, or cancelled by `progress`.
pub fn verify(folder: &Path, progress: Progress<'_>) -> anyhow::Result<Verified> {
    let path = folder.join(MANIFEST);
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("reading {}: is this the folder of a report?", path.display()))?;
    let manifest: Manifest =
        serde_json::from_str(&text).with_context(|| format!("{} is no manifest of a report", path.display()))?;
    if manifest.program != "alliedsky" {
        bail!("{} is the manifest of {}, not of alliedsky", path.display(), manifest.program);
    }
    let mut found = Verified::default();
    if manifest.version != env!("CARGO_PKG_VERSION") {
        let made_by = format!("made by version {}, verified by {}", manifest.version, env!("CARGO_PKG_VERSION"));
        found.differ(format!("{MANIFEST}: {made_by}"));
    }
    for listed in manifest.inputs.iter().chain(&manifest.files) {
        let path = folder.join(&listed.file);
        match std::fs::read(&path) {
            Ok(bytes) if digest(&bytes) == listed.sha256 => {}
            Ok(_) => found.differ(format!("{}: changed since the report was made", listed.file)),
            Err(error) => found.differ(format!("{}: cannot be read: {error}", listed.file)),
        }
    }
    let (world, catalogue, evidence) = inputs::read(folder, manifest.clock, manifest.notes, manifest.orientation_note)?;
    let request = BriefRequest::from(manifest.parameters);
    let again = drawn(&world.brief(&catalogue, &request, &|_, _| Ok(evidence.clone()), progress)?);
    for (name, text) in &again {
        found.files += 1;
        match std::fs::read_to_string(folder.join(name)) {
            Ok(before) => compare(name, &before, text, &mut found),
            Err(error) => found.differ(format!("{name}: cannot be read: {error}")),
        }
    }
    Ok(found)
}

/// Compares two texts line by line, numbers within one unit of the last digit printed.
fn compare(name: &str, before: &str, again: &str, found: &mut Verified) {
    let (before_count, again_count) = (before.lines().count(), again.lines().count());
    if before_count != again_count {
        found.differ(format!("{name}: {before_count} lines, made again {again_count}"));
    }
    for (line, (before, again)) in before.lines().zip(again.lines()).enumerate() {
        let (before, again) = (tokens(before), tokens(again));
        found.figures += again.iter().filter(|token| is_number(token)).count();
        if before.len() != again.len() {
            found.differ(format!("{name} line {}: not the same words", line + 1));
            continue;
        }
        for (was, is) in before.iter().zip(&again) {
            if !is_same(was, is) {
                found.differ(format!("{name} line {}: {was}, made again {is}", line + 1));
            }
        }
    }
}

/// A line as times, numbers and what stands between.
fn tokens(line: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let length = time_length(rest).unwrap_or_else(|| {
            let digits = first.is_ascii_digit();
            rest.find(|c: char| (c.is_ascii_digit() || (digits && c == '.')) != digits).unwrap_or(rest.len())
        });
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after;
    }
    tokens
}

/// Length of the RFC 3339 instant with microseconds that a text begins with.
fn time_length(text: &str) -> Option<usize> {
    const FORM: &[u8] = b"0000-00-00T00:00:00.000000Z";
    let start = text.as_bytes().get(..FORM.len())?;
    let fits =
        start.iter().zip(FORM).all(|(have, form)| if *form == b'0' { have.is_ascii_digit() } else { have == form });
    fits.then_some(FORM.len())
}

fn is_number(token: &str) -> bool {
    token.starts_with(|c: char| c.is_ascii_digit())
}

fn is_same(was: &str, is: &str) -> bool {
    if was == is {
        return true;
    }
    if time_length(was).is_some() && time_length(is).is_some() {
        let instant = |text: &str| chrono::DateTime::parse_from_rfc3339(text).ok();
        let apart = instant(was).zip(instant(is)).map(|(was, is)| (was - is).abs());
        return apart.is_some_and(|apart| apart <= chrono::TimeDelta::microseconds(1));
    }
    let decimals = |text: &str| text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let last_digit = 10_f64.powi(-(decimals(was).min(decimals(is)) as i32));
    let numbers = was.parse::<f64>().ok().zip(is.parse::<f64>().ok());
    numbers.is_some_and(|(was, is)| (was - is).abs() <= 1.000_001 * last_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_of_the_last_digit_is_the_same_and_two_are_not() {
        let differences = |before: &str, again: &str| {
            let mut found = Verified::default();
            compare("x", before, again, &mut found);
            found.different
        };
        assert_eq!(differences("a,1.2345,b", "a,1.2346,b"), 0);
        assert_eq!(differences("a,1.2345,b", "a,1.2347,b"), 1);
        assert_eq!(differences("a,0.9999,b", "a,1.0000,b"), 0);
        assert_eq!(differences("seen 5 times", "seen 7 times"), 1);
        assert_eq!(differences("2026-09-07T00:00:59.999999Z", "2026-09-07T00:01:00.000000Z"), 0);
        assert_eq!(differences("2026-09-07T00:00:59.999999Z", "2026-09-07T00:01:00.000002Z"), 1);
        assert_eq!(differences("ALOS-2", "ALOS-4"), 1);
        assert_eq!(differences("a\nb", "a"), 1);
    }
}
