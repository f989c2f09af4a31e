//! One line of CSV (RFC 4180 without line breaks inside a field) to its fields, and back.
//!
//! Line by line, so that an unclosed quote costs one record and not the rest of the file.

use std::borrow::Cow;

/// Splits `line` into `fields`, which it empties first; the reason where a quote is never closed.
pub(super) fn split<'a>(line: &'a str, fields: &mut Vec<Cow<'a, str>>) -> Result<(), &'static str> {
    fields.clear();
    let mut rest = line;
    loop {
        let after = if let Some(quoted) = rest.strip_prefix('"') {
            let (field, after) = quoted_field(quoted)?;
            fields.push(field);
            after
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            fields.push(Cow::Borrowed(rest[..end].trim()));
            &rest[end..]
        };
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None => return Ok(()),
        }
    }
}

/// The field whose opening quote has been taken off, and what follows its closing quote.
fn quoted_field(text: &str) -> Result<(Cow<'_, str>, &str), &'static str> {
    let mut end = 0;
    let mut doubled = false;
    loop {
        end += text[end..].find('"').ok_or("a quote is never closed")?;
        if text[end + 1..].starts_with('"') {
            doubled = true;
            end += 2;
        } else {
            break;
        }
    }
    let after = text[end + 1..].trim_start_matches([' ', '\t']);
    if !after.is_empty() && !after.starts_with(',') {
        return Err("text follows a closing quote");
    }
    let field = &text[..end];
    Ok((if doubled { Cow::Owned(field.replace("\"\"", "\"")) } else { Cow::Borrowed(field) }, after))
}

/// Appends a field to a CSV line, quoted where it must be. Control characters would break the line and become blanks.
pub(super) fn push_field(line: &mut String, field: &str) {
    let quote = field.contains([',', '"']);
    if quote {
        line.push('"');
    }
    for character in field.chars() {
        match character {
            '"' => line.push_str("\"\""),
            control if control.is_control() => line.push(' '),
            plain => line.push(plain),
        }
    }
    if quote {
        line.push('"');
    }
}
