//! OEM as `KEY = value` lines with one state a line.

use super::draft::{Draft, STATE, TERMS, number};
use super::message::Oem;
use crate::format::fault::Fault;
use crate::format::lines::{Line, Lines, comment};
use crate::format::omm::kvn::key;

/// Reads the one message of a text.
pub(super) fn read(text: &str) -> Result<Oem, Fault> {
    let mut reader = Reader { draft: Draft::default(), part: Part::Header, covariance: Covariance::default() };
    let mut versions = 0;
    let mut ends_in_state = false;
    for line in Lines::new(text) {
        if let Some(comment) = comment(line.text) {
            reader.draft.put_comment(comment, reader.part != Part::Metadata);
            continue;
        }
        let key = key(line.text);
        if key.is_some_and(|key| key.ends_with("_VERS")) {
            versions += 1;
            if versions > 1 {
                return Err(Fault::message("a second message: only one is read, split the file").on_line(line.number));
            }
            continue;
        }
        ends_in_state = key.is_none() && reader.part == Part::Data;
        reader.take(key, line)?;
    }
    if ends_in_state && !text.ends_with(['\n', '\r']) {
        reader.draft.drop_last_state();
    }
    if reader.part == Part::Covariance {
        return Err(Fault::message("the file ends inside a covariance: fetch it again"));
    }
    reader.draft.finish()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Header,
    Metadata,
    Data,
    Covariance,
}

struct Reader {
    draft: Draft,
    part: Part,
    covariance: Covariance,
}

/// The covariance that is being read.
#[derive(Default)]
struct Covariance {
    epoch: Option<(String, usize)>,
    frame: Option<String>,
    terms: Vec<f64>,
}

impl Reader {
    fn take(&mut self, key: Option<&str>, line: Line<'_>) -> Result<(), Fault> {
        let value = line.text.split_once('=').map_or("", |(_, value)| value.trim());
        match (self.part, key, line.text) {
            (_, _, "META_START") => {
                self.end_covariance()?;
                self.draft.begin_segment()?;
                self.part = Part::Metadata;
            }
            (Part::Metadata, _, "META_STOP") => self.part = Part::Data,
            (Part::Data, _, "COVARIANCE_START") => self.part = Part::Covariance,
            (Part::Covariance, _, "COVARIANCE_STOP") => {
                self.end_covariance()?;
                self.part = Part::Data;
            }
            (Part::Header | Part::Metadata, Some(key), _) => self.draft.put(key, value, line.number)?,
            (Part::Covariance, Some("EPOCH"), _) => {
                self.end_covariance()?;
                self.covariance.epoch = Some((value.to_owned(), line.number));
            }
            (Part::Covariance, Some("COV_REF_FRAME"), _) => self.covariance.frame = Some(value.to_owned()),
            (Part::Covariance, None, text) => self.take_terms(text, line.number)?,
            (Part::Data, None, text) => self.take_state(text, line.number)?,
            _ => {
                let shown: String = line.text.chars().take(40).flat_map(char::escape_default).collect();
                return Err(Fault::message(format!("a line that has no place here: {shown}")).on_line(line.number));
            }
        }
        Ok(())
    }

    fn take_state(&mut self, text: &str, line: usize) -> Result<(), Fault> {
        let mut fields = text.split_ascii_whitespace();
        let epoch = fields.next().unwrap_or_default();
        let mut numbers = Vec::with_capacity(STATE.len());
        for text in fields {
            let name = STATE.get(numbers.len()).map_or("state", |(name, _)| name);
            numbers.push(number(name, text, line)?);
        }
        if !matches!(numbers.len(), 6 | 9) {
            let reason =
                format!("{} numbers after the epoch where a state has 6, or 9 with the acceleration", numbers.len());
            return Err(Fault::message(reason).on_line(line));
        }
        self.draft.push_state(epoch, &numbers, line)
    }

    fn take_terms(&mut self, text: &str, line: usize) -> Result<(), Fault> {
        for text in text.split_ascii_whitespace() {
            let name = TERMS.get(self.covariance.terms.len()).map_or("covariance", |(name, _)| name);
            self.covariance.terms.push(number(name, text, line)?);
        }
        if self.covariance.terms.len() > TERMS.len() {
            return Err(Fault::message("more than the 21 terms of a covariance").on_line(line));
        }
        Ok(())
    }

    /// Hands over the covariance that is open.
    fn end_covariance(&mut self) -> Result<(), Fault> {
        let Covariance { epoch, frame, terms } = std::mem::take(&mut self.covariance);
        match epoch {
            Some((epoch, line)) => self.draft.push_covariance(&epoch, frame.as_deref(), &terms, line),
            None if terms.is_empty() => Ok(()),
            None => Err(Fault::missing("EPOCH").because(" before the terms of a covariance")),
        }
    }
}
