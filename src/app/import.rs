//! Bringing files into the store.

use chrono::{DateTime, Utc};

use super::App;
use crate::feed::bundled;
use crate::feed::file::{Payload, sha256};
use crate::format::eop::read_eop;
use crate::format::satcat::{SatcatBatch, read_satcat};
use crate::format::{self, Batch, FormatError, Kind, MAX_FILE_BYTES, ReadOptions, Rejection};
use crate::store::catalogue::{SourceKind, SourceRecord};
use crate::store::import::{ImportOutcome, SatcatOutcome};
use crate::store::snapshot::Snapshot;

/// What one file turned out to be, and what it changed.
#[derive(Clone, Debug)]
pub enum Imported {
    /// Element sets.
    Elements {
        /// What the reader found.
        batch: Batch,
        /// What the store took.
        outcome: ImportOutcome,
    },
    /// A satellite catalogue.
    Satcat {
        /// Refused records.
        rejected: Vec<Rejection>,
        /// What the store took.
        outcome: SatcatOutcome,
    },
    /// Earth orientation.
    EarthOrientation {
        /// Days in the file.
        days: usize,
        /// Days that the store did not have, or had as a prediction.
        better: usize,
        /// Refused lines.
        rejected: Vec<Rejection>,
    },
}

/// How to read element sets at a clock: an epoch cannot lie far after the present, nor after the user's clock.
#[must_use]
pub fn read_options(now: Option<DateTime<Utc>>) -> ReadOptions {
    let wall = Utc::now();
    ReadOptions { now: Some(now.map_or(wall, |now| now.max(wall))), ..ReadOptions::default() }
}

impl App {
    /// Imports one file of element sets, SATCAT or Earth orientation, told apart by its content.
    ///
    /// # Errors
    /// The file is refused as a whole, or the store cannot be written.
    pub fn import(&mut self, payload: &Payload, fetched_at: DateTime<Utc>) -> anyhow::Result<Imported> {
        let kind = if payload.locator == "-" { SourceKind::Stdin } else { SourceKind::File };
        let unpacked = format::unpack(&payload.bytes, MAX_FILE_BYTES)
            .map_err(|FormatError { problem, .. }| FormatError::new(&payload.locator, problem))?;
        let source = |format: &str| SourceRecord {
            kind,
            locator: payload.locator.clone(),
            sha256: payload.sha256.clone(),
            fetched_at,
            format: format.to_owned(),
        };
        match format::detect(&unpacked) {
            Kind::SatcatCsv | Kind::SatcatJson => {
                let SatcatBatch { entries, rejected, rejected_count, .. } =
                    read_satcat(&payload.locator, &unpacked, MAX_FILE_BYTES)?;
                let outcome = self.store.import_satcat(&source("satcat"), &entries, rejected_count, 0)?;
                Ok(Imported::Satcat { rejected, outcome })
            }
            Kind::EarthOrientationCsv | Kind::EarthOrientationFinals => {
                let batch = read_eop(&payload.locator, &unpacked, MAX_FILE_BYTES)?;
                let better = self.store.import_earth_orientation(&source("earth orientation"), &batch.rows)?;
                Ok(Imported::EarthOrientation { days: batch.rows.len(), better, rejected: batch.rejected })
            }
            _ => {
                let batch = format::read_elements(&payload.locator, &unpacked, &read_options(self.now))?;
                let outcome = self.store.import_elements(
                    &source(batch.format.as_str()),
                    &batch.elements,
                    batch.rejected_count,
                    batch.duplicates,
                )?;
                Ok(Imported::Elements { batch, outcome })
            }
        }
    }

    /// Imports a bundled snapshot and makes it the active one.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn import_snapshot(&mut self, snapshot: &bundled::Snapshot) -> anyhow::Result<ImportOutcome> {
        let batch = format::read_elements(snapshot.file, snapshot.bytes, &ReadOptions::default())?;
        let source = SourceRecord {
            kind: SourceKind::Bundled,
            locator: snapshot.name.to_owned(),
            sha256: sha256(snapshot.bytes),
            fetched_at: snapshot.clock,
            format: batch.format.as_str().to_owned(),
        };
        let outcome = self.store.import_elements(&source, &batch.elements, batch.rejected_count, batch.duplicates)?;
        self.store.set_snapshot(Some(&Snapshot { name: snapshot.name.to_owned(), clock: snapshot.clock }))?;
        Ok(outcome)
    }
}
