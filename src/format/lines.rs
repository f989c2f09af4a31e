//! Lines with their numbers, whatever ends them.

/// One line without its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// 1 for the first.
    pub(super) number: usize,
    /// Text without surrounding blanks.
    pub(super) text: &'a str,
}

/// What a line `COMMENT …` of the standards' messages says.
pub(super) fn comment(line: &str) -> Option<&str> {
    let text = line.strip_prefix("COMMENT")?;
    (text.is_empty() || text.starts_with([' ', '\t'])).then(|| text.trim())
}

/// The lines of a text that ends them with LF, CRLF or CR alone; blank ones are counted but not returned.
pub(super) struct Lines<'a> {
    rest: &'a str,
    number: usize,
}

impl<'a> Lines<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { rest: text, number: 0 }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        while !self.rest.is_empty() {
            let bytes = self.rest.as_bytes();
            let end = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(bytes.len());
            let skip = match bytes.get(end..) {
                Some([b'\r', b'\n', ..]) => 2,
                Some([_, ..]) => 1,
                _ => 0,
            };
            let text = self.rest[..end].trim_matches([' ', '\t']);
            self.rest = &self.rest[end + skip..];
            self.number += 1;
            if !text.is_empty() {
                return Some(Line { number: self.number, text });
            }
        }
        None
    }
}
