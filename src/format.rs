//! Text in, text out: the readers and writers of outside formats, without I/O: they take bytes that are already here.
//!
//! A reader returns what was good and what was not, record by record: one bad record never loses the file. Only a file
//! that holds nothing usable is an error, and that error says what the file looks like and what to do.
//!
//! ```
//! use alliedsky::format::{ReadOptions, read_elements};
//!
//! let text = b"VANGUARD 1\n\
//!     1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753\n\
//!     2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667\n";
//! let batch = read_elements("vanguard.tle", text, &ReadOptions::default())?;
//! assert_eq!(batch.elements[0].norad_id.get(), 5);
//! # Ok::<(), alliedsky::format::FormatError>(())
//! ```

mod batch;
pub mod cdm;
pub mod cdm_public;
pub mod czml;
mod delimited;
mod detect;
pub mod eop;
mod epoch;
mod error;
mod fault;
pub mod http_date;
pub mod ics;
mod json;
mod kind;
mod lines;
pub mod oem;
mod omm;
mod refusal;
pub mod satcat;
pub mod socrates;
mod tle;
mod units;
mod unpack;
mod xml;

pub use batch::{Batch, MAX_REJECTIONS_LISTED, ReadOptions};
pub use detect::detect;
pub use error::{FormatError, Problem};
pub use kind::{Foreign, Format, Kind, Notation};
pub use omm::write::{write_omm_csv, write_omm_json, write_omm_kvn, write_omm_xml};
pub use refusal::{MAX_NAME_CHARS, Place, Rejection};
pub use tle::write::{TleError, write_tle};
pub use unpack::{MAX_FILE_BYTES, unpack};

use batch::Collector;

/// Reads element sets in any of the supported formats, compressed or not, told apart by their content.
///
/// `source_name` (a file name or an address) stands in every message.
///
/// # Errors
/// The whole file is refused: it is no text, not element sets, or none of its records is usable.
pub fn read_elements(source_name: &str, bytes: &[u8], options: &ReadOptions) -> Result<Batch, FormatError> {
    let fail = |problem| FormatError::new(source_name, problem);
    let unpacked = unpack(bytes, options.max_unpacked_bytes).map_err(|error| error.named(source_name))?;
    let format = match detect(&unpacked) {
        Kind::Elements(format) => format,
        Kind::Foreign(foreign) => return Err(fail(Problem::Foreign(foreign))),
        Kind::Cdm(_) => return Err(fail(Problem::Foreign(Foreign::OtherMessage("CDM".to_owned())))),
        Kind::Oem(_) => return Err(fail(Problem::Foreign(Foreign::OtherMessage("OEM".to_owned())))),
        other => return Err(fail(Problem::OtherKind { found: other.as_str() })),
    };
    let text = String::from_utf8_lossy(&unpacked);
    let mut collector = Collector::new(source_name, options);
    match format {
        Format::Tle => tle::read(&text, &mut collector),
        Format::OmmCsv => omm::csv::read(&text, &mut collector).map_err(fail)?,
        Format::OmmJson => omm::json::read(&text, &mut collector),
        Format::OmmXml => omm::xml::read(&text, &mut collector),
        Format::OmmKvn => omm::kvn::read(&text, &mut collector),
    }
    collector.finish(format).map_err(fail)
}
