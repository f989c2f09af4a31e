//! CDM as JSON, in the flat shape of Space-Track's class `cdm`.

use std::borrow::Cow;

use super::Collector;
use super::keys::{self, KEYS, OBJECT_SECTIONS, Section};
use super::record::Record;
use crate::format::fault::Fault;
use crate::format::json::{Item, Items, Value, members};
use crate::format::refusal::Place;

/// Reads all messages: a list of objects, one object, or one object after the other.
pub(super) fn read(text: &str, collector: &mut Collector) {
    let mut items = Items::new(text);
    let mut index = 0;
    for item in items.by_ref() {
        index += 1;
        let place = Place::Record(index);
        match item {
            Item::Object(object) => match record(object) {
                Ok(record) => collector.take(place, record),
                Err(fault) => collector.reject(place, fault),
            },
            Item::Broken(reason) => collector.reject(place, Fault::message(reason)),
        }
    }
    if items.is_cut() {
        collector.mark_truncated();
    }
}

fn record(object: &str) -> Result<Record<'_>, Fault> {
    let mut record = Record::default();
    members(object, &mut |key, value| {
        if let Value::Text(text) = value {
            put(&mut record, &key, text);
        }
    })
    .map_err(Fault::message)?;
    Ok(record)
}

fn put<'a>(record: &mut Record<'a>, key: &str, text: Cow<'a, str>) {
    let (object, name) = match (key.strip_prefix("SAT1_"), key.strip_prefix("SAT2_")) {
        (Some(name), _) => (1, name),
        (_, Some(name)) => (2, name),
        _ => (0, key),
    };
    if let Some(index) = keys::find(name) {
        record.put(object, index, text, None);
    } else if let Some(of) = name.strip_prefix("COMMENT") {
        let section = comment_section(object, of);
        text.lines().for_each(|comment| record.put_comment(object, section, comment));
    } else if let Some(index) = name.strip_suffix("_UNIT").and_then(keys::find) {
        record.put_unit(object, index, text);
    } else if let Some(index) = name.strip_suffix("_FRACTION").and_then(keys::find)
        && text.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
    {
        record.remark(index, text, "a fraction of a second in a key of its own, whose unit the source does not tell");
    }
}

/// What follows `COMMENT` in the keys of a section; others belong to the message, or to the object's metadata.
pub(super) const COMMENT_SECTIONS: [(Section, &str); 7] = [
    (Section::Header, "_HEADER"),
    (Section::Relative, ""),
    (Section::Metadata, ""),
    (Section::Od, "_OD"),
    (Section::Additional, "_ADDITIONAL"),
    (Section::State, "_STATE"),
    (Section::Covariance, "_COVARIANCE"),
];

fn comment_section(object: usize, of: &str) -> Section {
    let fits = |section: &Section| (object == 0) != OBJECT_SECTIONS.contains(section);
    let named = COMMENT_SECTIONS.iter().find(|(section, name)| *name == of && fits(section));
    named.map_or(if object == 0 { Section::Relative } else { Section::Metadata }, |(section, _)| *section)
}

/// The key of a field of the message (`object` 0) or of its first or second object.
pub(super) fn key(object: usize, index: usize) -> String {
    prefixed(object, KEYS[index].name)
}

/// `name` with the prefix of an object.
pub(super) fn prefixed(object: usize, name: &str) -> String {
    if object == 0 { name.to_owned() } else { format!("SAT{object}_{name}") }
}
