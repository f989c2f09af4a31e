//! OMM as XML: any number of `omm` elements, alone or in an `ndm`.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::{Keyword, Record};
use crate::format::batch::{Collector, Place, Refusal};

/// Reads all messages. Each is cut out by its tags first, so that a malformed one does not take the others with it.
pub(in crate::format) fn read(text: &str, collector: &mut Collector<'_>) {
    let mut index = 0;
    let mut rest = text;
    while let Some(start) = opening_tag(rest) {
        index += 1;
        // Looking no further than the next message keeps the walk linear, whatever is not closed.
        let next = opening_tag(&rest[start + 1..]).map_or(rest.len(), |next| start + 1 + next);
        let body = &rest[start..next];
        let place = Place::Record(index);
        match body.find(CLOSING_TAG) {
            Some(end) => {
                let whole = &body[..end + CLOSING_TAG.len()];
                collector.take(place, message(whole).and_then(|record| record.elements()));
            }
            None if next < rest.len() => collector.reject(place, Refusal::record(None, "the message is not closed")),
            None => {
                collector.reject(place, Refusal::record(None, "the file ends inside the message"));
                collector.mark_truncated();
            }
        }
        rest = &rest[next..];
    }
}

const CLOSING_TAG: &str = "</omm>";

/// Where the next `<omm` with a whole name begins.
fn opening_tag(text: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let start = from + text[from..].find("<omm")?;
        match text.as_bytes().get(start + 4) {
            Some(byte) if byte.is_ascii_whitespace() || *byte == b'>' => return Some(start),
            Some(_) => from = start + 4,
            None => return None,
        }
    }
}

/// The fields of one message: the text of every element whose name is a keyword.
fn message(text: &str) -> Result<Record<'static>, Refusal> {
    let malformed = |reason: String| Refusal::record(None, format!("malformed XML: {reason}"));
    let mut reader = Reader::from_str(text);
    let mut record = Record::default();
    let mut open: Option<(Keyword, String)> = None;
    loop {
        match reader.read_event().map_err(|error| malformed(error.to_string()))? {
            Event::Start(tag) => {
                open = Keyword::find(tag.local_name().as_ref()).map(|keyword| (keyword, String::new()))
            }
            Event::End(_) => {
                if let Some((keyword, value)) = open.take() {
                    record.set(keyword, Cow::Owned(value));
                }
            }
            Event::Text(part) => {
                if let Some((_, value)) = &mut open {
                    value.push_str(&part.xml10_content());
                }
            }
            Event::CData(part) => {
                if let Some((_, value)) = &mut open {
                    value.push_str(&part.xml10_content());
                }
            }
            Event::GeneralRef(name) => {
                let character = match name.xml10_content().as_ref() {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => name.resolve_char_ref().map_err(|error| malformed(error.to_string()))?,
                };
                let character = character.ok_or_else(|| malformed("an entity that is not expanded".to_owned()))?;
                if let Some((_, value)) = &mut open {
                    value.push(character);
                }
            }
            Event::DocType(_) => return Err(malformed("a DOCTYPE inside a message".to_owned())),
            Event::Eof => return Ok(record),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}
