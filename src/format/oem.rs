//! Orbit ephemeris messages (CCSDS 502.0-B-2 and 502.0-B-3, section 5): an operator's own trajectory, in and out as KVN
//! and XML.

mod draft;
mod kvn;
mod message;
mod time;
mod write;
mod xml;

use std::sync::Arc;

pub use message::{Oem, OemCovariance, OemFrame, OemSegment, OemState};
pub use write::{write_oem_kvn, write_oem_xml};

use super::detect::detect;
use super::error::{FormatError, Problem};
use super::kind::{Foreign, Kind, Notation};
use super::refusal::Place;
use super::unpack;

/// Reads one orbit ephemeris message as KVN or XML, told apart by its content, compressed or not.
///
/// Epochs come back in UTC whatever the time system of a segment: UTC, TAI, GPS and TT are read, with the leap seconds
/// from 1972 to 2017 and none after. A trajectory with a bad line is no trajectory: nothing is passed over but
/// keywords that are not known. The one exception is a last line of KVN that does not end: its last number may be cut,
/// and the line is left out.
///
/// # Errors
/// The file is refused, naming the line and the field: it is no text, no such message, larger than `max_unpacked_bytes`
/// when unpacked, about another body than the Earth, in a frame or time system that is not read, without states, or a
/// mandatory field, an epoch or a number is missing or wrong.
pub fn read_oem(source_name: &str, bytes: &[u8], max_unpacked_bytes: usize) -> Result<Oem, FormatError> {
    let fail = |problem| FormatError::new(source_name, problem);
    let unpacked = unpack(bytes, max_unpacked_bytes).map_err(|error| error.named(source_name))?;
    let text = String::from_utf8_lossy(&unpacked);
    let read = match detect(&unpacked) {
        Kind::Oem(Notation::Xml) => xml::read(&text),
        Kind::Oem(_) => kvn::read(&text),
        Kind::Foreign(Foreign::Unknown(_)) => {
            return Err(fail(Problem::Unrecognised { expected: "an ephemeris (OEM) in KVN or XML" }));
        }
        Kind::Foreign(foreign) => return Err(fail(Problem::Foreign(foreign))),
        other => return Err(fail(Problem::OtherKind { found: other.as_str() })),
    };
    let source: Arc<str> = source_name.into();
    read.map_err(|fault| fail(Problem::Record(Box::new(fault.at(&source, Place::Record(1))))))
}
