//! Markup as a tree that is escaped when it is written, so that no text of the data can become markup.
//!
//! The output is both HTML and well-formed XML: attributes quoted, void elements closed.

use std::fmt::Write;

/// An element with its attributes and what it holds.
#[derive(Clone, Debug)]
pub(super) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    children: Vec<Node>,
}

#[derive(Clone, Debug)]
enum Node {
    Element(Element),
    Text(String),
    /// Text of our own that must not be escaped: the style sheet.
    Verbatim(String),
}

/// Elements that have no end tag in HTML, and SVG's shapes, which may be closed at once.
const VOID: [&str; 9] = ["meta", "br", "col", "rect", "path", "line", "circle", "use", "polygon"];

/// An element without anything in it yet.
pub(super) const fn el(name: &'static str) -> Element {
    Element { name, attributes: Vec::new(), children: Vec::new() }
}

impl Element {
    pub(super) fn attr(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    pub(super) fn class(self, names: impl Into<String>) -> Self {
        self.attr("class", names)
    }

    /// A number as a drawing needs it: to a tenth of a unit.
    pub(super) fn num(self, name: &'static str, value: f64) -> Self {
        let text = number(value);
        self.attr(name, text)
    }

    pub(super) fn text(mut self, text: impl Into<String>) -> Self {
        self.children.push(Node::Text(text.into()));
        self
    }

    pub(super) fn bold(self, text: impl Into<String>) -> Self {
        self.child(el("b").text(text))
    }

    pub(super) fn child(mut self, child: Self) -> Self {
        self.children.push(Node::Element(child));
        self
    }

    pub(super) fn children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children.into_iter().map(Node::Element));
        self
    }

    /// Only for text without anything from outside: it goes out as it is.
    pub(super) fn verbatim(mut self, text: impl Into<String>) -> Self {
        self.children.push(Node::Verbatim(text.into()));
        self
    }

    /// Writes the element and all that it holds.
    pub(super) fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape(value, out);
            out.push('"');
        }
        if self.children.is_empty() && VOID.contains(&self.name) {
            out.push_str("/>");
            return;
        }
        out.push('>');
        for child in &self.children {
            match child {
                Node::Element(element) => element.write(out),
                Node::Text(text) => escape(text, out),
                Node::Verbatim(text) => out.push_str(text),
            }
        }
        out.push_str("</");
        out.push_str(self.name);
        out.push('>');
    }
}

/// A number to a tenth, as short as it can be written.
pub(super) fn number(value: f64) -> String {
    let tenths = (value * 10.0).round();
    // Adding zero turns a negative zero into a plain one.
    format!("{}", tenths / 10.0 + 0.0)
}

/// Text for an element or a quoted attribute. Characters that neither HTML nor XML 1.0 can hold become U+FFFD.
fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            // Marks that turn the direction of what follows would let a name rewrite the sentence around it.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
}

/// A string of a style sheet: everything that is not plain becomes an escape of its code point, ended by a blank that
/// belongs to it.
pub(super) fn css_string(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        if character.is_ascii_alphanumeric() || " ,.:/-–()".contains(character) {
            out.push(character);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\{:x} ", u32::from(character));
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_becomes_markup() {
        let mut out = String::new();
        el("p").attr("title", "\"><script>").text("<b>&'\u{0}\u{202e}").write(&mut out);
        assert_eq!(out, "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;b&gt;&amp;&#39;\u{fffd}\u{fffd}</p>");
    }

    #[test]
    fn a_style_string_cannot_end_its_sheet() {
        assert_eq!(css_string("A\"</"), "\"A\\22 \\3c /\"");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(number(-0.04), "0");
        assert_eq!(number(12.25), "12.3");
        assert_eq!(number(7.0), "7");
    }
}
