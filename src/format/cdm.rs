//! Conjunction data messages (CCSDS 508.0-B-1): a close approach of two objects with states and covariances, in and
//! out as KVN, XML and JSON.
//!
//! JSON is not part of the standard: what is read and written is the flat shape of Space-Track's class `cdm`, one
//! object a message, the keywords of the two objects with `SAT1_` and `SAT2_` in front. A list of such objects is read
//! too, and numbers count whether they stand in quotes or not; units stand in keys of their own (`SAT1_X_UNIT`), which
//! are checked where they are there and never written. Which object is the first is told by `SAT1_OBJECT`, not by the
//! prefix. Comments stand in keys that begin with `COMMENT`, several of one section parted by line feeds.
//!
//! ```
//! use alliedsky::format::cdm::{Cdm, CdmObject, read_cdm, write_cdm_kvn};
//! # use chrono::{TimeZone, Utc};
//!
//! let time = |hour| Utc.with_ymd_and_hms(2026, 9, 6, hour, 0, 0).unwrap();
//! let one = CdmObject::new("25544", "ISS (ZARYA)", "1998-067A", [6800.0, 0.0, 0.0], [0.0, 7.6, 0.0]);
//! let two = CdmObject::new("5", "VANGUARD 1", "1958-002B", [6800.1, 0.0, 0.0], [0.0, 0.0, 8.1]);
//! let cdm = Cdm::new(time(0), "EXAMPLE", "1", time(12), 100.0, [one, two]);
//! let text = write_cdm_kvn(&[cdm.clone()]);
//! assert_eq!(read_cdm("a.cdm", text.as_bytes(), 1 << 20)?.messages, [cdm]);
//! # Ok::<(), alliedsky::format::FormatError>(())
//! ```

mod fields;
mod json;
mod keys;
mod kvn;
mod message;
mod record;
mod write;
mod xml;

use std::sync::Arc;

pub use message::{
    AdditionalParameters, Cdm, CdmObject, Covariance, CovarianceMethod, Maneuverable, OdParameters, RefFrame,
    RelativeState, ScreeningVolume,
};
pub use write::{write_cdm_json, write_cdm_kvn, write_cdm_xml};

use self::record::Record;
use super::batch::{MAX_REJECTIONS_LISTED, nothing_usable};
use super::detect::detect;
use super::error::{FormatError, Problem};
use super::fault::Fault;
use super::kind::{Foreign, Kind, Notation};
use super::refusal::{Place, Rejection};
use super::unpack;

/// The content of one file.
#[derive(Clone, Debug, PartialEq)]
pub struct CdmBatch {
    /// Good messages in the order of the file.
    pub messages: Vec<Cdm>,
    /// Optional fields of good messages that were passed over, and why: another unit than the standard's, no number, or
    /// a covariance with a term missing. The first [`MAX_REJECTIONS_LISTED`] of them.
    pub remarks: Vec<Rejection>,
    /// Refused messages, the first [`MAX_REJECTIONS_LISTED`] of them.
    pub rejected: Vec<Rejection>,
    /// Number of refused messages.
    pub rejected_count: usize,
    /// The file ends inside a message.
    pub truncated: bool,
    /// How the messages are written.
    pub notation: Notation,
}

/// Reads conjunction data messages as KVN, XML or JSON, told apart by their content, compressed or not.
///
/// A message whose mandatory fields are missing, no numbers or in another unit is refused; an optional field at fault
/// is passed over with a remark. Keywords that the standard does not know are passed over. Units must be those of the
/// standard where they are given at all.
///
/// # Errors
/// The whole file is refused: it is no text, no such message, larger than `max_unpacked_bytes` when unpacked, or none
/// of its messages is usable.
pub fn read_cdm(source_name: &str, bytes: &[u8], max_unpacked_bytes: usize) -> Result<CdmBatch, FormatError> {
    let fail = |problem| FormatError::new(source_name, problem);
    let unpacked = unpack(bytes, max_unpacked_bytes).map_err(|error| error.named(source_name))?;
    let notation = match detect(&unpacked) {
        Kind::Cdm(notation) => notation,
        Kind::Foreign(Foreign::Unknown(_)) => {
            return Err(fail(Problem::Unrecognised {
                expected: "conjunction data messages (CDM) in KVN, XML or JSON",
            }));
        }
        Kind::Foreign(foreign) => return Err(fail(Problem::Foreign(foreign))),
        other => return Err(fail(Problem::OtherKind { found: other.as_str() })),
    };
    let text = String::from_utf8_lossy(&unpacked);
    let mut collector = Collector::new(source_name, notation);
    match notation {
        Notation::Kvn => kvn::read(&text, &mut collector),
        Notation::Xml => xml::read(&text, &mut collector),
        Notation::Json => json::read(&text, &mut collector),
    }
    let batch = collector.batch;
    if batch.messages.is_empty() {
        return Err(fail(nothing_usable(batch.rejected_count, &batch.rejected)));
    }
    Ok(batch)
}

/// Gathers what a reader finds.
struct Collector {
    source_name: Arc<str>,
    batch: CdmBatch,
}

impl Collector {
    fn new(source_name: &str, notation: Notation) -> Self {
        let batch = CdmBatch {
            messages: Vec::new(),
            remarks: Vec::new(),
            rejected: Vec::new(),
            rejected_count: 0,
            truncated: false,
            notation,
        };
        Self { source_name: source_name.into(), batch }
    }

    /// Takes what one message says, which stands at `place`.
    fn take(&mut self, place: Place, record: Record<'_>) {
        match record.message() {
            Ok((message, remarks)) => {
                for fault in remarks {
                    if self.batch.remarks.len() < MAX_REJECTIONS_LISTED {
                        self.batch.remarks.push(fault.at(&self.source_name, place));
                    }
                }
                self.batch.messages.push(message);
            }
            Err(fault) => self.reject(place, fault),
        }
    }

    fn reject(&mut self, place: Place, fault: Fault) {
        self.batch.rejected_count += 1;
        if self.batch.rejected.len() < MAX_REJECTIONS_LISTED {
            self.batch.rejected.push(fault.at(&self.source_name, place));
        }
    }

    const fn mark_truncated(&mut self) {
        self.batch.truncated = true;
    }
}
