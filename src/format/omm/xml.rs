//! OMM as XML: any number of `omm` elements, alone or in an `ndm`.

use std::borrow::Cow;

use super::{Keyword, Record};
use crate::format::batch::Collector;
use crate::format::refusal::{Place, Refusal};
use crate::format::xml::{Malformed, Messages, Node, walk};

/// Reads all messages, each by itself.
pub(in crate::format) fn read(text: &str, collector: &mut Collector<'_>) {
    for (index, found) in Messages::new(text, "omm").enumerate() {
        let place = Place::Record(index + 1);
        match found.text {
            Some(whole) => {
                collector.take(place, message(whole, found.line).and_then(|record| record.elements()));
            }
            None if found.followed => collector.reject(place, Refusal::record(None, "the message is not closed")),
            None => {
                collector.reject(place, Refusal::record(None, "the file ends inside the message"));
                collector.mark_truncated();
            }
        }
    }
}

/// The fields of one message: the text of every element whose name is a keyword.
fn message(text: &str, line: usize) -> Result<Record<'static>, Refusal> {
    let mut record = Record::default();
    walk(text, line, &mut |node| {
        if let Node::Leaf(leaf) = node
            && !leaf.text.is_empty()
            && let Some(keyword) = Keyword::find(leaf.name)
        {
            record.set(keyword, Cow::Owned(leaf.text.to_owned()));
        }
        Ok::<(), Malformed>(())
    })
    .map_err(|malformed| Refusal::record(None, malformed.reason))?;
    Ok(record)
}
