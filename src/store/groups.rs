//! Which objects the groups of CelesTrak hold, as they were downloaded last.

use std::collections::{BTreeMap, HashSet};

use rusqlite::params;

use super::row::Fields;
use super::{Store, StoreError};
use crate::astro::elements::NoradId;

impl Store {
    /// Takes these objects for what a group holds, in the place of those of the download before. Case is no part of a
    /// name.
    ///
    /// # Errors
    /// An error of the disk.
    pub fn put_group(&mut self, name: &str, members: &HashSet<NoradId>) -> Result<(), StoreError> {
        let name = name.to_ascii_lowercase();
        self.write("writing down a group", |transaction| {
            transaction.execute("DELETE FROM feed_group WHERE name = ?", [&name])?;
            let mut statement = transaction.prepare("INSERT INTO feed_group (name, norad_id) VALUES (?, ?)")?;
            for id in members {
                statement.execute(params![name, id.get()])?;
            }
            Ok(())
        })
    }

    /// The groups that were ever downloaded, by name in lower case, with the objects that each held last.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn groups(&self) -> Result<BTreeMap<String, HashSet<NoradId>>, StoreError> {
        self.read("reading the groups", |connection| {
            let mut statement = connection.prepare("SELECT name, norad_id FROM feed_group")?;
            let mut groups: BTreeMap<String, HashSet<NoradId>> = BTreeMap::new();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let mut fields = Fields::of(row);
                groups.entry(fields.take()?).or_default().insert(fields.norad_id()?);
            }
            Ok(groups)
        })
    }
}
