//! The records of a JSON text, cut out one by one, so that a bad one costs itself alone and numbers keep their digits.
//!
//! Nothing here calls itself deeper than [`MAX_DEPTH`], whatever the nesting.

use std::borrow::Cow;

/// Nesting of objects inside a record that is followed.
const MAX_DEPTH: usize = 8;

/// Unclosed records after which the reader stops looking for the next one: each costs a walk to the end of the text.
const MAX_UNCLOSED: usize = 16;

/// One element of the outermost list.
pub(super) enum Item<'a> {
    /// The text of an object with its braces.
    Object(&'a str),
    /// Something else, with the reason.
    Broken(&'static str),
}

/// Walks over the elements of the outermost list, or over objects that follow each other.
pub(super) struct Items<'a> {
    text: &'a str,
    at: usize,
    open_lists: usize,
    unclosed: usize,
    cut: bool,
}

impl<'a> Items<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0, open_lists: 0, unclosed: 0, cut: false }
    }

    /// Whether the text ended inside a record or an unclosed list.
    pub(super) const fn is_cut(&self) -> bool {
        self.cut || self.open_lists > 0
    }

    fn object(&mut self) -> Item<'a> {
        let start = self.at;
        if let Some(end) = value_end(self.text.as_bytes(), start) {
            self.at = end;
            return Item::Object(&self.text[start..end]);
        }
        self.unclosed += 1;
        let next = self.text[start + 1..].find('{').filter(|_| self.unclosed < MAX_UNCLOSED);
        match next {
            Some(offset) => self.at = start + 1 + offset,
            None => {
                self.at = self.text.len();
                self.cut = true;
            }
        }
        Item::Broken("the record is not closed")
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b',' => self.at += 1,
                b'[' if self.open_lists == 0 => {
                    self.open_lists = 1;
                    self.at += 1;
                }
                b']' => {
                    self.open_lists = 0;
                    self.at += 1;
                }
                b'{' => return Some(self.object()),
                _ => {
                    let end = value_end(bytes, self.at);
                    self.cut |= end.is_none();
                    self.at = end.unwrap_or(bytes.len()).max(self.at + 1);
                    return Some(Item::Broken("not an object"));
                }
            }
        }
        None
    }
}

/// A member's value.
pub(super) enum Value<'a> {
    /// `null`, or a list.
    None,
    /// A string without its quotes, or the text of a number or another word.
    Text(Cow<'a, str>),
}

/// Calls `take` for every member of an object, those of nested objects included; the reason where it is malformed.
pub(super) fn members<'a>(object: &'a str, take: &mut dyn FnMut(Cow<'a, str>, Value<'a>)) -> Result<(), &'static str> {
    members_at(object, 0, take)
}

fn members_at<'a>(
    object: &'a str,
    depth: usize,
    take: &mut dyn FnMut(Cow<'a, str>, Value<'a>),
) -> Result<(), &'static str> {
    const MALFORMED: &str = "malformed JSON";
    if depth > MAX_DEPTH {
        return Err("nested too deep");
    }
    let bytes = object.as_bytes();
    let mut at = skip_blanks(bytes, 1);
    loop {
        match bytes.get(at) {
            Some(b'}') => return Ok(()),
            Some(b'"') => {}
            _ => return Err(MALFORMED),
        }
        let key_end = value_end(bytes, at).ok_or(MALFORMED)?;
        let key = unquote(&object[at..key_end])?;
        at = skip_blanks(bytes, key_end);
        if bytes.get(at) != Some(&b':') {
            return Err(MALFORMED);
        }
        at = skip_blanks(bytes, at + 1);
        let end = value_end(bytes, at).filter(|end| *end > at).ok_or(MALFORMED)?;
        let text = &object[at..end];
        match text.as_bytes()[0] {
            b'{' => members_at(text, depth + 1, take)?,
            b'[' => take(key, Value::None),
            b'"' => take(key, Value::Text(unquote(text)?)),
            _ if text == "null" => take(key, Value::None),
            _ => take(key, Value::Text(Cow::Borrowed(text))),
        }
        at = skip_blanks(bytes, end);
        match bytes.get(at) {
            Some(b',') => at = skip_blanks(bytes, at + 1),
            Some(b'}') => return Ok(()),
            _ => return Err(MALFORMED),
        }
    }
}

fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    at
}

/// Where the value that begins at `start` ends; `None` where the text ends first, a bracket does not match, or a string
/// runs over a line's end.
fn value_end(bytes: &[u8], start: usize) -> Option<usize> {
    let (mut braces, mut brackets) = (0_usize, 0_usize);
    let mut at = start;
    loop {
        let byte = bytes.get(at)?;
        let inside = braces + brackets > 0;
        match byte {
            // What closes or separates around a bare word ends it.
            b'}' | b']' | b',' | b' ' | b'\t' | b'\r' | b'\n' if !inside => return Some(at),
            b'{' => braces += 1,
            b'[' => brackets += 1,
            b'}' => braces = braces.checked_sub(1)?,
            b']' => brackets = brackets.checked_sub(1)?,
            b'"' => at = string_end(bytes, at)? - 1,
            _ => {}
        }
        at += 1;
        if braces + brackets == 0 && (inside || *byte == b'"') {
            return Some(at);
        }
    }
}

/// Behind the closing quote of the string that begins at `start`.
fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            b'\n' | b'\r' => return None,
            _ => at += 1,
        }
    }
}

fn unquote(text: &str) -> Result<Cow<'_, str>, &'static str> {
    if text.contains('\\') {
        return serde_json::from_str(text).map(Cow::Owned).map_err(|_| "a string with a bad escape");
    }
    text.get(1..text.len() - 1).map(Cow::Borrowed).ok_or("a string that is not closed")
}
