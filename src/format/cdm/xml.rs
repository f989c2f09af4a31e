//! CDM as XML (CCSDS 505.0-B): any number of `cdm` elements, alone or in an `ndm`.

use std::borrow::Cow;

use super::Collector;
use super::keys::{self, Section};
use super::record::Record;
use crate::format::fault::Fault;
use crate::format::refusal::Place;
use crate::format::xml::{Messages, Node, walk};

/// Reads all messages.
pub(super) fn read(text: &str, collector: &mut Collector) {
    for (index, message) in Messages::new(text, "cdm").enumerate() {
        let place = Place::Record(index + 1);
        match message.text {
            Some(text) => match record(text, message.line) {
                Ok(record) => collector.take(place, record),
                Err(fault) => collector.reject(place, fault),
            },
            None if message.followed => collector.reject(place, Fault::message("the message is not closed")),
            None => {
                collector.reject(place, Fault::message("the file ends inside the message"));
                collector.mark_truncated();
            }
        }
    }
}

fn record(text: &str, first_line: usize) -> Result<Record<'static>, Fault> {
    let mut record = Record::default();
    let (mut object, mut section) = (0, Section::Header);
    walk(text, first_line, &mut |node| -> Result<(), Fault> {
        match node {
            Node::Open("segment") => object += 1,
            Node::Open(name) => section = section_of(name).unwrap_or(section),
            Node::Close(_) => {}
            Node::Leaf(leaf) if leaf.name == "COMMENT" => {
                let object = if section <= Section::Relative { 0 } else { object };
                record.put_comment(object, section, leaf.text);
            }
            Node::Leaf(leaf) => {
                if let Some(index) = keys::find(leaf.name) {
                    record.put(object, index, Cow::Owned(leaf.text.to_owned()), Some(leaf.line));
                    if let Some(units) = leaf.units {
                        record.put_unit(object, index, Cow::Owned(units.to_owned()));
                    }
                }
            }
        }
        Ok(())
    })?;
    Ok(record)
}

/// The section that an element holds; comments of `data` itself go to its first part.
fn section_of(element: &str) -> Option<Section> {
    Some(match element {
        "header" => Section::Header,
        "relativeMetadataData" => Section::Relative,
        "metadata" => Section::Metadata,
        "data" | "odParameters" => Section::Od,
        "additionalParameters" => Section::Additional,
        "stateVector" => Section::State,
        "covarianceMatrix" => Section::Covariance,
        _ => return None,
    })
}
