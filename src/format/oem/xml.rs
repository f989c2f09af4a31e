//! OEM as XML (CCSDS 505.0-B): one `oem` element, alone or in an `ndm`.

use super::draft::{Draft, STATE, TERMS, number};
use super::message::Oem;
use crate::format::fault::Fault;
use crate::format::units::same_unit;
use crate::format::xml::{Leaf, Messages, Node, walk};

/// Reads the one message of a text.
pub(super) fn read(text: &str) -> Result<Oem, Fault> {
    let mut messages = Messages::new(text, "oem");
    let message = messages.next().ok_or_else(|| Fault::message("no message"))?;
    if message.followed {
        return Err(Fault::message("several messages: only one is read, split the file"));
    }
    let text = message.text.ok_or_else(|| Fault::message("the file ends inside the message: fetch it again"))?;
    let mut reader = Reader::default();
    walk(text, message.line, &mut |node| reader.take(&node))?;
    reader.draft.finish()
}

#[derive(Default)]
struct Reader {
    draft: Draft,
    part: Part,
    epoch: Option<String>,
    frame: Option<String>,
    numbers: Vec<f64>,
    line: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Texts,
    Data,
    State,
    Covariance,
}

impl Reader {
    fn take(&mut self, node: &Node<'_>) -> Result<(), Fault> {
        match node {
            Node::Open("segment") => self.draft.begin_segment()?,
            Node::Open("data") => self.part = Part::Data,
            Node::Open("stateVector") => self.begin(Part::State),
            Node::Open("covarianceMatrix") => self.begin(Part::Covariance),
            Node::Open(_) => {}
            Node::Close("segment") => {
                self.part = Part::Texts;
                self.draft.end_segment()?;
            }
            Node::Close("stateVector") => {
                let epoch = self.end()?;
                self.draft.push_state(&epoch, &self.numbers, self.line)?;
            }
            Node::Close("covarianceMatrix") => {
                let epoch = self.end()?;
                self.draft.push_covariance(&epoch, self.frame.as_deref(), &self.numbers, self.line)?;
            }
            Node::Close(_) => {}
            Node::Leaf(leaf) => self.take_leaf(leaf)?,
        }
        Ok(())
    }

    fn begin(&mut self, part: Part) {
        self.part = part;
        (self.epoch, self.frame) = (None, None);
        self.numbers.clear();
    }

    /// The epoch of the state or covariance that ends.
    fn end(&mut self) -> Result<String, Fault> {
        self.part = Part::Data;
        self.epoch.take().ok_or_else(|| Fault::missing("EPOCH").on_line(self.line))
    }

    fn take_leaf(&mut self, leaf: &Leaf<'_>) -> Result<(), Fault> {
        self.line = leaf.line;
        match (self.part, leaf.name) {
            (part, "COMMENT") => self.draft.put_comment(leaf.text, part != Part::Texts),
            (Part::Texts, name) => self.draft.put(name, leaf.text, leaf.line)?,
            (Part::State | Part::Covariance, "EPOCH") => self.epoch = Some(leaf.text.to_owned()),
            (Part::Covariance, "COV_REF_FRAME") => self.frame = Some(leaf.text.to_owned()),
            (Part::State, _) => self.take_number(leaf, &STATE)?,
            (Part::Covariance, _) => self.take_number(leaf, &TERMS)?,
            (Part::Data, _) => {}
        }
        Ok(())
    }

    /// Takes the next number of a row; the standard leaves no choice in their order.
    fn take_number(&mut self, leaf: &Leaf<'_>, row: &[(&'static str, &'static str)]) -> Result<(), Fault> {
        let expected = row.get(self.numbers.len()).filter(|(name, _)| *name == leaf.name);
        let Some((name, unit)) = expected else {
            let next = row.get(self.numbers.len()).map_or("the end", |(name, _)| name);
            let shown: String = leaf.name.chars().take(40).flat_map(char::escape_default).collect();
            return Err(Fault::message(format!("{shown} where {next} is expected")).on_line(leaf.line));
        };
        if let Some(given) = leaf.units.filter(|given| !same_unit(given, unit)) {
            let shown: String = given.chars().take(20).flat_map(char::escape_default).collect();
            let reason = format!("in the unit {shown}, where the standard has {unit}: ask the originator");
            return Err(Fault::field(name, leaf.text, reason).on_line(leaf.line));
        }
        self.numbers.push(number(name, leaf.text, leaf.line)?);
        Ok(())
    }
}
