//! OMM as JSON: a list of objects, one object, or one object after the other.

use super::{Keyword, Record};
use crate::format::batch::Collector;
use crate::format::json::{Item, Items, Value, members};
use crate::format::refusal::{Place, Refusal};

pub(in crate::format) fn read(text: &str, collector: &mut Collector<'_>) {
    let mut items = Items::new(text);
    let mut index = 0;
    for item in items.by_ref() {
        index += 1;
        match item {
            Item::Object(object) => collector.take(Place::Record(index), record(object).and_then(|set| set.elements())),
            Item::Broken(reason) => collector.reject(Place::Record(index), Refusal::record(None, reason)),
        }
    }
    if items.is_cut() {
        collector.mark_truncated();
    }
}

fn record(object: &str) -> Result<Record<'_>, Refusal> {
    let mut record = Record::default();
    members(object, &mut |key, value| {
        if let (Some(keyword), Value::Text(text)) = (Keyword::find(&key), value) {
            record.set(keyword, text);
        }
    })
    .map_err(|reason| Refusal::record(None, reason))?;
    Ok(record)
}
