//! Writing CDM: every number with the fewest digits that read back to the same bits, units as in the standard.

use std::fmt::Write as _;

use super::fields::{self, Slot};
use super::json;
use super::keys::{self, COVARIANCE, DRAG, Group, KEYS, OBJECT_SECTIONS, RELATIVE_STATE, SOLAR, Section, THRUST};
use super::message::Cdm;
use super::record::{FRAMES, MANEUVERABLE, METHODS};
use crate::format::epoch::format_iso;
use crate::format::omm::write::{number, printable};

/// Version of the standard (CCSDS 508.0-B-1).
const VERSION: &str = "1.0";

/// One field of a message: 0 or its object, its place in [`KEYS`], and its text.
struct Entry {
    object: usize,
    index: usize,
    text: String,
}

/// A section with its comments and fields, in the standard's order.
struct Part {
    object: usize,
    section: Section,
    comments: Vec<String>,
    entries: Vec<Entry>,
}

/// CDM KVN, one message after the other. Control characters in texts become blanks.
#[must_use]
pub fn write_cdm_kvn(messages: &[Cdm]) -> String {
    let mut text = String::new();
    for message in messages {
        // Writing to a String does not fail.
        let _ = writeln!(text, "CCSDS_CDM_VERS = {VERSION}");
        for part in parts(message) {
            for comment in &part.comments {
                let _ = writeln!(text, "COMMENT {comment}");
            }
            for entry in &part.entries {
                let unit = unit(entry.index).map(|unit| format!(" [{unit}]")).unwrap_or_default();
                let _ = writeln!(text, "{} = {}{unit}", KEYS[entry.index].name, entry.text);
            }
        }
        text.push('\n');
    }
    text
}

/// CDM XML: one message as a document of its own, several in one `ndm`. Control characters in texts become blanks.
#[must_use]
pub fn write_cdm_xml(messages: &[Cdm]) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let several = messages.len() != 1;
    text.push_str(if several { "<ndm>\n" } else { "" });
    for message in messages {
        push_xml(&mut text, message);
    }
    text.push_str(if several { "</ndm>\n" } else { "" });
    text
}

fn push_xml(text: &mut String, message: &Cdm) {
    let _ = writeln!(text, "<cdm id=\"CCSDS_CDM_VERS\" version=\"{VERSION}\">");
    for part in parts(message) {
        let element = element(part.section);
        match part.section {
            Section::Relative => text.push_str("<body>\n"),
            Section::Metadata => text.push_str("<segment>\n"),
            _ => {}
        }
        // The standard has the state and the metadata in any case, the other parts of an object only where they say
        // something.
        if !(part.entries.is_empty() && part.comments.is_empty()) {
            let _ = writeln!(text, "<{element}>");
            for comment in &part.comments {
                let _ = writeln!(text, "<COMMENT>{}</COMMENT>", quick_xml::escape::escape(comment));
            }
            part.entries.iter().for_each(|entry| push_element(text, entry));
            let _ = writeln!(text, "</{element}>");
        }
        match part.section {
            Section::Metadata => text.push_str("<data>\n"),
            Section::Covariance => text.push_str("</data>\n</segment>\n"),
            _ => {}
        }
    }
    text.push_str("</body>\n</cdm>\n");
}

fn push_element(text: &mut String, entry: &Entry) {
    let name = KEYS[entry.index].name;
    let relative_state = RELATIVE_STATE.indices();
    if entry.index == relative_state.start {
        text.push_str("<relativeStateVector>\n");
    }
    let units = unit(entry.index).map(|unit| format!(" units=\"{unit}\"")).unwrap_or_default();
    let _ = writeln!(text, "<{name}{units}>{}</{name}>", quick_xml::escape::escape(entry.text.as_str()));
    if entry.index + 1 == relative_state.end {
        text.push_str("</relativeStateVector>\n");
    }
}

/// The unit of a field that has one.
fn unit(index: usize) -> Option<&'static str> {
    KEYS[index].unit.filter(|unit| !unit.is_empty())
}

const fn element(section: Section) -> &'static str {
    match section {
        Section::Header => "header",
        Section::Relative => "relativeMetadataData",
        Section::Metadata => "metadata",
        Section::Od => "odParameters",
        Section::Additional => "additionalParameters",
        Section::State => "stateVector",
        Section::Covariance => "covarianceMatrix",
    }
}

/// CDM JSON: a list with one flat object a message, numbers as numbers, in the shape that the
/// [module](crate::format::cdm) describes. Control characters in texts become blanks.
#[must_use]
pub fn write_cdm_json(messages: &[Cdm]) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut text = String::from("[");
    for (index, message) in messages.iter().enumerate() {
        text.push_str(if index == 0 { "\n{" } else { ",\n{" });
        let _ = write!(text, "\"CCSDS_CDM_VERS\":\"{VERSION}\"");
        for part in parts(message) {
            if !part.comments.is_empty() {
                let of = json::COMMENT_SECTIONS.iter().find(|(section, _)| *section == part.section);
                let name = format!("COMMENT{}", of.map_or("", |(_, name)| *name));
                let key = json::prefixed(part.object, &name);
                let _ = write!(text, ",\n\"{key}\":{}", quoted(&part.comments.join("\n")));
            }
            for entry in &part.entries {
                let is_number = KEYS[entry.index].unit.is_some();
                let value = if is_number { entry.text.clone() } else { quoted(&entry.text) };
                let _ = write!(text, ",\n\"{}\":{value}", json::key(entry.object, entry.index));
            }
        }
        text.push('}');
    }
    text.push_str("\n]\n");
    text
}

/// The parts of a message in the standard's order.
fn parts(message: &Cdm) -> Vec<Part> {
    let mut message = message.clone();
    let mut entries = entries(&mut message);
    let places = [(0, Section::Header), (0, Section::Relative)].into_iter();
    let of_objects = (1..=2).flat_map(|object| OBJECT_SECTIONS.map(|section| (object, section)));
    let mut part = |object, section| {
        let comments = fields::comments(&mut message, object, section).map(std::mem::take).unwrap_or_default();
        let comments = comments.iter().map(|comment| printable(comment).trim().to_owned());
        let is_here = |entry: &mut Entry| entry.object == object && KEYS[entry.index].section == section;
        Part {
            object,
            section,
            comments: comments.filter(|comment| !comment.is_empty()).collect(),
            entries: entries.extract_if(.., is_here).collect(),
        }
    };
    places.chain(of_objects).map(|(object, section)| part(object, section)).collect()
}

/// All fields that say something, in the standard's order.
fn entries(message: &mut Cdm) -> Vec<Entry> {
    let mut entries = Vec::new();
    push_slots(&mut entries, 0, fields::of_message(message));
    let relative = message.relative_state.map(|state| [state.position_m, state.velocity_m_s].concat());
    push_group(&mut entries, 0, RELATIVE_STATE, relative.as_deref());
    for (index, object) in message.objects.iter_mut().enumerate() {
        let number = index + 1;
        entries.extend(keys::find("OBJECT").map(|index| Entry {
            object: number,
            index,
            text: format!("OBJECT{number}"),
        }));
        push_slots(&mut entries, number, fields::of_object(object));
        if let Some(covariance) = &object.covariance {
            push_group(&mut entries, number, COVARIANCE, Some(&covariance.terms));
            push_group(&mut entries, number, DRAG, covariance.drag.as_ref().map(<[f64; 7]>::as_slice));
            push_group(&mut entries, number, SOLAR, covariance.solar.as_ref().map(<[f64; 8]>::as_slice));
            push_group(&mut entries, number, THRUST, covariance.thrust.as_ref().map(<[f64; 9]>::as_slice));
        }
    }
    entries.sort_by_key(|entry| (entry.object, entry.index));
    entries
}

fn push_group(entries: &mut Vec<Entry>, object: usize, group: Group, values: Option<&[f64]>) {
    let values = values.unwrap_or_default();
    entries.extend(group.indices().zip(values).map(|(index, value)| Entry { object, index, text: number(*value) }));
}

fn push_slots(entries: &mut Vec<Entry>, object: usize, fields: Vec<fields::Field<'_>>) {
    for (name, slot) in fields {
        if let (Some(index), Some(text)) = (keys::find(name), text_of(slot)) {
            entries.push(Entry { object, index, text });
        }
    }
}

fn text_of(slot: Slot<'_>) -> Option<String> {
    let plain = |text: &str| Some(printable(text).trim().to_owned()).filter(|text| !text.is_empty());
    match slot {
        Slot::Text(text) => plain(text).or_else(|| Some("UNKNOWN".to_owned())),
        Slot::OptionalText(text) => plain(text.as_deref()?),
        Slot::Number(value) => Some(number(*value)),
        Slot::OptionalNumber(value) => value.filter(|value| value.is_finite()).map(number),
        Slot::OptionalCount(value) => value.map(|value| value.to_string()),
        Slot::OptionalFlag(value) => value.map(|value| if value { "YES" } else { "NO" }.to_owned()),
        Slot::Time(time) => Some(format_iso(*time)),
        Slot::OptionalTime(time) => time.map(format_iso),
        Slot::Method(method) => word(&METHODS, *method),
        Slot::Maneuverable(maneuverable) => word(&MANEUVERABLE, *maneuverable),
        Slot::Frame(frame) => word(&FRAMES, *frame),
    }
}

fn word<T: Copy + PartialEq>(words: &[(&str, T)], value: T) -> Option<String> {
    words.iter().find(|(_, known)| *known == value).map(|(word, _)| (*word).to_owned())
}
