//! The public conjunction messages of Space-Track, by number.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use rusqlite::{Row, params};

use super::catalogue::{SourceRecord, read_source, sources};
use super::import::record_source;
use super::instant::Micros;
use super::row::{Fields, placeholders};
use super::{Store, StoreError};
use crate::astro::elements::NoradId;
use crate::format::cdm_public::{CdmObject, CdmPublic};
use crate::format::satcat::{ObjectType, RcsSize};

/// In the order of [`read_message`].
const COLUMNS: &str = "cdm_id, created_at, emergency_reportable, tca, miss_km, pc, sat1_id, sat1_name, \
    sat1_object_type, sat1_rcs, sat1_excl_vol, sat2_id, sat2_name, sat2_object_type, sat2_rcs, sat2_excl_vol";

impl Store {
    /// Takes in public messages and returns how many the store did not have; one that it had is not touched, because
    /// a later message on the same approach has a number of its own.
    ///
    /// # Errors
    /// An error of the disk; a time outside the years 0 to 9999.
    pub fn import_public_messages(
        &mut self,
        source: &SourceRecord,
        messages: &[CdmPublic],
        rejected: usize,
    ) -> Result<usize, StoreError> {
        self.write("importing public conjunction messages", |transaction| {
            let (source_id, _) = record_source(transaction, source, [messages.len(), rejected, 0])?;
            let mut statement = transaction.prepare(&format!(
                "INSERT INTO public_message ({COLUMNS}, source_id) VALUES ({}, ?) ON CONFLICT DO NOTHING",
                placeholders(COLUMNS)
            ))?;
            let mut new = 0;
            for message in messages {
                let (sat1, sat2) = (&message.sat1, &message.sat2);
                new += statement.execute(params![
                    i64::try_from(message.cdm_id).unwrap_or(i64::MAX),
                    message.created.map(Micros),
                    message.emergency_reportable,
                    Micros(message.tca),
                    message.miss_km,
                    message.pc,
                    sat1.norad_id.get(),
                    sat1.name,
                    sat1.object_type.as_str(),
                    sat1.rcs_size,
                    sat1.exclusion_volume,
                    sat2.norad_id.get(),
                    sat2.name,
                    sat2.object_type.as_str(),
                    sat2.rcs_size,
                    sat2.exclusion_volume,
                    source_id
                ])?;
            }
            Ok(new)
        })
    }

    /// The classes of radar cross-section that the messages tell of objects, each with its source: the latest last.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn message_sizes(&self) -> Result<Vec<(NoradId, RcsSize, Arc<SourceRecord>)>, StoreError> {
        self.read("reading sizes in public conjunction messages", |connection| {
            let sources = sources(connection)?;
            let mut statement = connection.prepare(
                "SELECT sat1_id, sat1_rcs, source_id, cdm_id FROM public_message WHERE sat1_rcs <> '' UNION ALL \
                 SELECT sat2_id, sat2_rcs, source_id, cdm_id FROM public_message WHERE sat2_rcs <> '' ORDER BY cdm_id",
            )?;
            let mut sizes = Vec::new();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let mut fields = Fields::of(row);
                let (id, size) = (fields.norad_id()?, fields.take::<String>()?);
                let source = read_source(&mut fields, &sources)?;
                sizes.extend(RcsSize::from_text(&size).map(|size| (id, size, source)));
            }
            Ok(sizes)
        })
    }

    /// The public messages on approaches from an instant on, by time of closest approach.
    ///
    /// # Errors
    /// An error of the disk, or rows that were changed by hand.
    pub fn public_messages(&self, from: DateTime<Utc>) -> Result<Vec<CdmPublic>, StoreError> {
        self.read("reading public conjunction messages", |connection| {
            let mut statement = connection
                .prepare(&format!("SELECT {COLUMNS} FROM public_message WHERE tca >= ? ORDER BY tca, cdm_id"))?;
            let rows = statement.query_map([Micros(from)], read_message)?;
            Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?)
        })
    }
}

fn read_message(row: &Row<'_>) -> rusqlite::Result<CdmPublic> {
    let mut fields = Fields::of(row);
    Ok(CdmPublic {
        cdm_id: fields.take::<i64>()?.cast_unsigned(),
        created: fields.take::<Option<Micros>>()?.map(|time| time.0),
        emergency_reportable: fields.take()?,
        tca: fields.take::<Micros>()?.0,
        miss_km: fields.take()?,
        pc: fields.take()?,
        sat1: read_object(&mut fields)?,
        sat2: read_object(&mut fields)?,
    })
}

fn read_object(fields: &mut Fields<'_>) -> rusqlite::Result<CdmObject> {
    Ok(CdmObject {
        norad_id: fields.norad_id()?,
        name: fields.take()?,
        object_type: ObjectType::from_text(&fields.take::<String>()?),
        rcs_size: fields.take()?,
        exclusion_volume: fields.take()?,
    })
}
