//! What satellite catalogues say of objects, and who said it; objects by the designator that they share with the world.

use std::collections::HashMap;
use std::sync::Arc;

use super::catalogue::{OBJECT_COLUMNS, SourceRecord, read_facts, read_source, sources};
use super::row::Fields;
use super::{Store, StoreError};
use crate::astro::elements::NoradId;
use crate::format::satcat::SatcatEntry;

impl Store {
    /// What satellite catalogues say of objects, each with the one that said it.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn described(&self) -> Result<HashMap<NoradId, (SatcatEntry, Arc<SourceRecord>)>, StoreError> {
        self.read("reading the satellite catalogue", |connection| {
            let sources = sources(connection)?;
            let sql = format!("SELECT {OBJECT_COLUMNS}, source_id FROM object WHERE source_id IS NOT NULL");
            let mut statement = connection.prepare(&sql)?;
            let rows = statement.query_map([], |row| {
                let mut fields = Fields::of(row);
                let facts = read_facts(&mut fields)?;
                Ok((facts.norad_id, (facts, read_source(&mut fields, &sources)?)))
            })?;
            Ok(rows.collect::<rusqlite::Result<HashMap<_, _>>>()?)
        })
    }

    /// The objects by international designator, as catalogues and element sets have it.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn designators(&self) -> Result<HashMap<String, Vec<NoradId>>, StoreError> {
        self.read("reading international designators", |connection| {
            let mut statement = connection
                .prepare("SELECT norad_id, upper(object_id) FROM object WHERE object_id <> '' ORDER BY norad_id")?;
            let mut designators: HashMap<String, Vec<NoradId>> = HashMap::new();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let mut fields = Fields::of(row);
                let id = fields.norad_id()?;
                designators.entry(fields.take()?).or_default().push(id);
            }
            Ok(designators)
        })
    }
}
