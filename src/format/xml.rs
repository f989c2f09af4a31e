//! XML of the standards' messages, element by element with line numbers; entities other than the five of XML itself
//! are never expanded.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// A step of the walk over a text.
pub(super) enum Node<'n> {
    /// An element that holds others begins.
    Open(&'n str),
    /// An element without others inside, its surrounding blanks off.
    Leaf(Leaf<'n>),
    /// An element that holds others ends.
    Close(&'n str),
}

/// An element without others inside.
pub(super) struct Leaf<'n> {
    /// Name without prefix.
    pub(super) name: &'n str,
    /// Attribute `units`.
    pub(super) units: Option<&'n str>,
    /// Text.
    pub(super) text: &'n str,
    /// Line on which it begins, from 1.
    pub(super) line: usize,
}

/// Why a walk ended early: the line and the reason.
pub(super) struct Malformed {
    /// Line, from 1.
    pub(super) line: usize,
    /// Why.
    pub(super) reason: String,
}

/// An element that may turn out to hold others.
struct Pending {
    name: String,
    units: Option<String>,
    text: String,
    line: usize,
}

impl Pending {
    fn new(tag: &BytesStart<'_>, line: usize) -> Self {
        let units = tag.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == "units");
        Self {
            name: tag.local_name().as_ref().to_owned(),
            units: units.map(|attribute| attribute.value.into_owned()),
            text: String::new(),
            line,
        }
    }

    fn leaf(&self) -> Node<'_> {
        Node::Leaf(Leaf { name: &self.name, units: self.units.as_deref(), text: self.text.trim(), line: self.line })
    }
}

/// Walks over `text`, whose first line has the number `first_line`; stops at the first error of the text or of `take`.
pub(super) fn walk<E: From<Malformed>>(
    text: &str,
    first_line: usize,
    take: &mut dyn FnMut(Node<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut reader = Reader::from_str(text);
    let (mut line, mut counted) = (first_line, 0);
    let mut depth = 0_usize;
    let mut pending: Option<Pending> = None;
    loop {
        let event = reader.read_event();
        let begins_on = line;
        let at = usize::try_from(reader.buffer_position()).unwrap_or(text.len()).min(text.len());
        line += text.as_bytes()[counted.min(at)..at].iter().filter(|byte| **byte == b'\n').count();
        counted = at;
        let malformed = |reason: String| Malformed { line, reason: format!("malformed XML: {reason}") };
        match event.map_err(|error| malformed(error.to_string()))? {
            Event::Start(tag) => {
                if let Some(outer) = pending.replace(Pending::new(&tag, begins_on)) {
                    take(Node::Open(&outer.name))?;
                }
                depth += 1;
            }
            Event::Empty(tag) => {
                if let Some(outer) = pending.take() {
                    take(Node::Open(&outer.name))?;
                }
                take(Pending::new(&tag, begins_on).leaf())?;
            }
            Event::End(tag) => {
                depth = depth.saturating_sub(1);
                match pending.take() {
                    Some(leaf) => take(leaf.leaf())?,
                    None => take(Node::Close(tag.local_name().as_ref()))?,
                }
            }
            Event::Text(part) => push(&mut pending, &part.xml10_content()),
            Event::CData(part) => push(&mut pending, &part.xml10_content()),
            Event::GeneralRef(name) => {
                let character = entity(&name).map_err(malformed)?;
                push(&mut pending, character.encode_utf8(&mut [0; 4]));
            }
            Event::DocType(_) => return Err(malformed("a DOCTYPE, whose entities are not expanded".to_owned()).into()),
            Event::Eof if depth > 0 => return Err(malformed("the file ends inside the message".to_owned()).into()),
            Event::Eof => return Ok(()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn push(pending: &mut Option<Pending>, text: &str) {
    if let Some(pending) = pending {
        pending.text.push_str(text);
    }
}

fn entity(name: &BytesRef<'_>) -> Result<char, String> {
    let character = match name.xml10_content().as_ref() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => name.resolve_char_ref().map_err(|error| error.to_string())?,
    };
    character.ok_or_else(|| "an entity that is not expanded".to_owned())
}

/// One message cut out of a text by its tags, so that a malformed one does not take the others with it.
pub(super) struct Message<'a> {
    /// From the opening tag through the closing one; `None` where the message is not closed.
    pub(super) text: Option<&'a str>,
    /// Line on which it begins, from 1.
    pub(super) line: usize,
    /// Whether another one follows.
    pub(super) followed: bool,
}

/// The messages of an element name, such as `cdm`, alone or in an `ndm`.
pub(super) struct Messages<'a> {
    text: &'a str,
    name: &'static str,
    at: Option<usize>,
    line: usize,
    counted: usize,
}

impl<'a> Messages<'a> {
    pub(super) fn new(text: &'a str, name: &'static str) -> Self {
        Self { text, name, at: opening_tag(text, name, 0), line: 1, counted: 0 }
    }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Message<'a>;

    fn next(&mut self) -> Option<Message<'a>> {
        let start = self.at?;
        // Looking no further than the next message keeps the walk linear, whatever is not closed.
        self.at = opening_tag(self.text, self.name, start + 1);
        let body = &self.text[start..self.at.unwrap_or(self.text.len())];
        let closing = format!("</{}>", self.name);
        self.line += self.text.as_bytes()[self.counted..start].iter().filter(|byte| **byte == b'\n').count();
        self.counted = start;
        let text = body.find(&closing).map(|end| &body[..end + closing.len()]);
        Some(Message { text, line: self.line, followed: self.at.is_some() })
    }
}

/// Where, from `from` on, the next tag with the whole name begins.
fn opening_tag(text: &str, name: &str, mut from: usize) -> Option<usize> {
    let tag = format!("<{name}");
    loop {
        let start = from + text.get(from..)?.find(&tag)?;
        match text.as_bytes().get(start + tag.len()) {
            Some(byte) if byte.is_ascii_whitespace() || *byte == b'>' => return Some(start),
            Some(_) => from = start + tag.len(),
            None => return None,
        }
    }
}
