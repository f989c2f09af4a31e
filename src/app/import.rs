//! Bringing files into the store.

use chrono::{DateTime, Utc};

use super::App;
use crate::feed::bundled;
use crate::feed::file::{Payload, sha256};
use crate::format::cdm_public::{CdmPublicBatch, read_cdm_public};
use crate::format::eop::{EopBatch, read_eop};
use crate::format::satcat::{SatcatBatch, read_satcat};
use crate::format::{self, Batch, FormatError, Kind, MAX_FILE_BYTES, ReadOptions, Rejection};
use crate::ssa::release::Release;
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
    /// Public conjunction messages.
    PublicMessages {
        /// Messages in the file.
        messages: usize,
        /// Messages that the store did not have.
        new: usize,
        /// Refused records.
        rejected: Vec<Rejection>,
    },
}

/// How to read element sets at a clock: an epoch cannot lie far after the present, nor after the user's clock.
#[must_use]
pub fn read_options(now: Option<DateTime<Utc>>) -> ReadOptions {
    let wall = Utc::now();
    ReadOptions { now: Some(now.map_or(wall, |now| now.max(wall))), ..ReadOptions::default() }
}

/// What one file holds.
#[derive(Clone, Debug)]
pub enum Content {
    /// Element sets.
    Elements(Batch),
    /// A satellite catalogue.
    Satcat(SatcatBatch),
    /// Earth orientation.
    EarthOrientation(EopBatch),
    /// Public conjunction messages.
    PublicMessages(CdmPublicBatch),
}

/// Reads a file of element sets, SATCAT, Earth orientation or public conjunction messages, told apart by its content.
///
/// # Errors
/// The file is refused as a whole.
pub fn read(payload: &Payload, options: &ReadOptions) -> Result<Content, FormatError> {
    let name = payload.locator.as_str();
    let unpacked = format::unpack(&payload.bytes, MAX_FILE_BYTES)
        .map_err(|FormatError { problem, .. }| FormatError::new(name, problem))?;
    Ok(match format::detect(&unpacked) {
        Kind::SatcatCsv | Kind::SatcatJson => Content::Satcat(read_satcat(name, &unpacked, MAX_FILE_BYTES)?),
        Kind::EarthOrientationCsv | Kind::EarthOrientationFinals => {
            Content::EarthOrientation(read_eop(name, &unpacked, MAX_FILE_BYTES)?)
        }
        Kind::CdmPublic => Content::PublicMessages(read_cdm_public(name, &unpacked, MAX_FILE_BYTES)?),
        _ => Content::Elements(format::read_elements(name, &unpacked, options)?),
    })
}

impl App {
    /// Stores what one file holds, with the marking that whoever brings it gives it: heeded for element sets alone.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn import(
        &mut self,
        payload: &Payload,
        content: Content,
        fetched_at: DateTime<Utc>,
        release: Option<Release>,
    ) -> anyhow::Result<Imported> {
        let kind = if payload.locator == "-" { SourceKind::Stdin } else { SourceKind::File };
        self.import_marked(kind, payload, content, fetched_at, release)
    }

    /// Stores what one file or download of a kind of source holds.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn import_from(
        &mut self,
        kind: SourceKind,
        payload: &Payload,
        content: Content,
        fetched_at: DateTime<Utc>,
    ) -> anyhow::Result<Imported> {
        self.import_marked(kind, payload, content, fetched_at, None)
    }

    fn import_marked(
        &mut self,
        kind: SourceKind,
        payload: &Payload,
        content: Content,
        fetched_at: DateTime<Utc>,
        release: Option<Release>,
    ) -> anyhow::Result<Imported> {
        let source = |format: &str| SourceRecord {
            kind,
            locator: payload.locator.clone(),
            sha256: payload.sha256.clone(),
            fetched_at,
            format: format.to_owned(),
            release: release.clone(),
        };
        Ok(match content {
            Content::Satcat(SatcatBatch { entries, rejected, rejected_count, .. }) => {
                let outcome = self.store.import_satcat(&source("satcat"), &entries, rejected_count, 0)?;
                Imported::Satcat { rejected, outcome }
            }
            Content::EarthOrientation(EopBatch { rows, rejected, .. }) => {
                let better = self.store.import_earth_orientation(&source("earth orientation"), &rows)?;
                Imported::EarthOrientation { days: rows.len(), better, rejected }
            }
            Content::PublicMessages(CdmPublicBatch { messages, rejected, rejected_count, .. }) => {
                let new = self.store.import_public_messages(&source("cdm_public"), &messages, rejected_count)?;
                Imported::PublicMessages { messages: messages.len(), new, rejected }
            }
            Content::Elements(batch) => {
                let source = source(batch.format.as_str());
                let outcome =
                    self.store.import_elements(&source, &batch.elements, batch.rejected_count, batch.duplicates)?;
                Imported::Elements { batch, outcome }
            }
        })
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
            release: None,
        };
        let outcome = self.store.import_elements(&source, &batch.elements, batch.rejected_count, batch.duplicates)?;
        self.store.set_snapshot(Some(&Snapshot { name: snapshot.name.to_owned(), clock: snapshot.clock }))?;
        Ok(outcome)
    }
}
