//! Public conjunction data messages: Space-Track's class `cdm_public`, the 18th Space Defense Squadron's own warnings.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::batch::{MAX_REJECTIONS_LISTED, nothing_usable};
use super::detect::detect;
use super::error::{FormatError, Problem};
use super::json::{Item, Items, Value, members};
use super::kind::Kind;
use super::omm::parse_number;
use super::refusal::{Place, Refusal, Rejection, clean_text};
use super::satcat::ObjectType;
use super::{epoch, unpack};
use crate::astro::elements::NoradId;

/// One of the two objects of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct CdmObject {
    /// Catalogue number; it may be an object that the public catalogue does not list.
    pub norad_id: NoradId,
    /// Name; empty where unknown.
    pub name: String,
    /// Kind of object.
    pub object_type: ObjectType,
    /// Radar cross-section as published: `SMALL` (below 0.1 m²), `MEDIUM`, `LARGE` (above 1 m²); empty where unknown.
    pub rcs_size: String,
    /// Exclusion volume as published: a text, whose unit the source does not tell; empty where there is none.
    pub exclusion_volume: String,
}

/// One message: a close approach of two objects, as the squadron saw it when the message was made.
#[derive(Clone, Debug, PartialEq)]
pub struct CdmPublic {
    /// The source's number of the message, above 0; a later message on the same approach has another.
    pub cdm_id: u64,
    /// When the message was made, UTC; the source's schema allows none.
    pub created: Option<DateTime<Utc>>,
    /// Whether the squadron warns operators of it.
    pub emergency_reportable: bool,
    /// Time of closest approach, UTC.
    pub tca: DateTime<Utc>,
    /// Miss distance at that time in km; the source gives metres.
    pub miss_km: f64,
    /// Probability of collision, 0 to 1; `None` where the source gives none.
    pub pc: Option<f64>,
    /// The source's first object.
    pub sat1: CdmObject,
    /// The source's second object.
    pub sat2: CdmObject,
}

/// The content of one answer.
#[derive(Clone, Debug, PartialEq)]
pub struct CdmPublicBatch {
    /// Good messages in the order of the answer.
    pub messages: Vec<CdmPublic>,
    /// Refused records, the first [`MAX_REJECTIONS_LISTED`] of them.
    pub rejected: Vec<Rejection>,
    /// Number of refused records.
    pub rejected_count: usize,
    /// The answer ends inside a record.
    pub truncated: bool,
}

/// Reads an answer of `cdm_public` as JSON, compressed or not; a number counts whether it stands in quotes or not.
///
/// # Errors
/// The whole answer is refused: it is no text, no list of public messages, larger than `max_unpacked_bytes` when
/// unpacked, or none of its records is usable. An empty list, which means that nothing comes close, is
/// [`Foreign::NoData`](super::Foreign::NoData).
pub fn read_cdm_public(
    source_name: &str,
    bytes: &[u8],
    max_unpacked_bytes: usize,
) -> Result<CdmPublicBatch, FormatError> {
    let fail = |problem| FormatError::new(source_name, problem);
    let unpacked = unpack(bytes, max_unpacked_bytes).map_err(|error| error.named(source_name))?;
    match detect(&unpacked) {
        Kind::CdmPublic => {}
        Kind::Foreign(foreign) => return Err(fail(Problem::Foreign(foreign))),
        other => return Err(fail(Problem::OtherKind { found: other.as_str() })),
    }
    let source: Arc<str> = source_name.into();
    let text = String::from_utf8_lossy(&unpacked);
    let mut batch = CdmPublicBatch { messages: Vec::new(), rejected: Vec::new(), rejected_count: 0, truncated: false };
    let mut items = Items::new(&text);
    let mut index = 0;
    for item in items.by_ref() {
        index += 1;
        match message(&item) {
            Ok(message) => batch.messages.push(message),
            Err(refusal) => {
                batch.rejected_count += 1;
                if batch.rejected.len() < MAX_REJECTIONS_LISTED {
                    batch.rejected.push(refusal.at(&source, Place::Record(index)));
                }
            }
        }
    }
    batch.truncated = items.is_cut();
    if batch.messages.is_empty() {
        return Err(fail(nothing_usable(batch.rejected_count, &batch.rejected)));
    }
    Ok(batch)
}

fn message(item: &Item<'_>) -> Result<CdmPublic, Refusal> {
    let object = match item {
        Item::Broken(reason) => return Err(Refusal::record(None, *reason)),
        Item::Object(object) => object,
    };
    let mut record = Record::default();
    members(object, &mut |key, value| {
        if let Value::Text(text) = value {
            record.set(&key, text);
        }
    })
    .map_err(|reason| Refusal::record(None, reason))?;
    record.message()
}

/// Fields that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    CdmId,
    Created,
    EmergencyReportable,
    Tca,
    MinRng,
    Pc,
    Sat1Id,
    Sat1Name,
    Sat1ObjectType,
    Sat1Rcs,
    Sat1ExclVol,
    Sat2Id,
    Sat2Name,
    Sat2ObjectType,
    Sat2Rcs,
    Sat2ExclVol,
}

/// Every field with its key in the order of the enumeration. The source itself writes `SAT_1_ID` beside `SAT1_RCS`, and
/// descriptions of it differ: underscores are passed over in comparing.
const FIELDS: [(Field, &str); 16] = [
    (Field::CdmId, "CDM_ID"),
    (Field::Created, "CREATED"),
    (Field::EmergencyReportable, "EMERGENCY_REPORTABLE"),
    (Field::Tca, "TCA"),
    (Field::MinRng, "MIN_RNG"),
    (Field::Pc, "PC"),
    (Field::Sat1Id, "SAT_1_ID"),
    (Field::Sat1Name, "SAT_1_NAME"),
    (Field::Sat1ObjectType, "SAT1_OBJECT_TYPE"),
    (Field::Sat1Rcs, "SAT1_RCS"),
    (Field::Sat1ExclVol, "SAT_1_EXCL_VOL"),
    (Field::Sat2Id, "SAT_2_ID"),
    (Field::Sat2Name, "SAT_2_NAME"),
    (Field::Sat2ObjectType, "SAT2_OBJECT_TYPE"),
    (Field::Sat2Rcs, "SAT2_RCS"),
    (Field::Sat2ExclVol, "SAT_2_EXCL_VOL"),
];

/// The fields of one object, in the order of [`CdmObject`].
const SAT1: [Field; 5] = [Field::Sat1Id, Field::Sat1Name, Field::Sat1ObjectType, Field::Sat1Rcs, Field::Sat1ExclVol];
const SAT2: [Field; 5] = [Field::Sat2Id, Field::Sat2Name, Field::Sat2ObjectType, Field::Sat2Rcs, Field::Sat2ExclVol];

impl Field {
    fn find(key: &str) -> Option<Self> {
        fn letters(name: &str) -> impl Iterator<Item = char> {
            name.trim().chars().filter(|letter| *letter != '_').map(|letter| letter.to_ascii_uppercase())
        }
        FIELDS.iter().find(|(_, known)| letters(known).eq(letters(key))).map(|(field, _)| *field)
    }

    const fn as_str(self) -> &'static str {
        FIELDS[self as usize].1
    }
}

/// The texts of one record; of a repeated key the first value that is not blank counts.
#[derive(Default)]
struct Record<'a>([Cow<'a, str>; FIELDS.len()]);

impl<'a> Record<'a> {
    fn set(&mut self, key: &str, value: Cow<'a, str>) {
        if let Some(field) = Field::find(key)
            && self.get(field).is_empty()
        {
            self.0[field as usize] = value;
        }
    }

    fn get(&self, field: Field) -> &str {
        self.0[field as usize].trim()
    }

    fn message(&self) -> Result<CdmPublic, Refusal> {
        let (sat1, sat2) = (self.object(SAT1)?, self.object(SAT2)?);
        let id = Some(sat1.norad_id);
        if sat1.norad_id == sat2.norad_id {
            return Err(Refusal::record(id, "both objects are the same"));
        }
        let missing = |field: Field| Refusal::missing(id, field.as_str());
        Ok(CdmPublic {
            cdm_id: self.cdm_id(id)?,
            created: self.instant(id, Field::Created)?,
            emergency_reportable: self.emergency_reportable(id)?,
            tca: self.instant(id, Field::Tca)?.ok_or_else(|| missing(Field::Tca))?,
            miss_km: self.number(id, Field::MinRng, f64::MAX, "0 m or more")?.ok_or_else(|| missing(Field::MinRng))?
                / 1000.0,
            pc: self.number(id, Field::Pc, 1.0, "0 to 1")?,
            sat1,
            sat2,
        })
    }

    fn object(&self, [number, name, kind, rcs, volume]: [Field; 5]) -> Result<CdmObject, Refusal> {
        let text = self.get(number);
        if text.is_empty() {
            return Err(Refusal::missing(None, number.as_str()));
        }
        let norad_id = text
            .parse()
            .map_err(|_| Refusal::field(None, number.as_str(), text, "no catalogue number (1 to 999999999)"))?;
        Ok(CdmObject {
            norad_id,
            name: clean_text(self.get(name)),
            object_type: ObjectType::from_text(self.get(kind)),
            rcs_size: clean_text(self.get(rcs)),
            exclusion_volume: clean_text(self.get(volume)),
        })
    }

    fn cdm_id(&self, id: Option<NoradId>) -> Result<u64, Refusal> {
        let (field, text) = (Field::CdmId.as_str(), self.get(Field::CdmId));
        if text.is_empty() {
            return Err(Refusal::missing(id, field));
        }
        // A database counts in signed numbers.
        match text.parse() {
            Ok(number @ 1..=0x7fff_ffff_ffff_ffff) => Ok(number),
            _ => Err(Refusal::field(id, field, text, "no number of a message (1 or more)")),
        }
    }

    fn instant(&self, id: Option<NoradId>, field: Field) -> Result<Option<DateTime<Utc>>, Refusal> {
        let text = self.get(field);
        if text.is_empty() {
            return Ok(None);
        }
        epoch::parse_iso(text).map(Some).map_err(|reason| Refusal::field(id, field.as_str(), text, reason))
    }

    fn emergency_reportable(&self, id: Option<NoradId>) -> Result<bool, Refusal> {
        match self.get(Field::EmergencyReportable) {
            "Y" | "y" => Ok(true),
            "N" | "n" | "" => Ok(false),
            other => Err(Refusal::field(id, Field::EmergencyReportable.as_str(), other, "neither Y nor N")),
        }
    }

    /// A number from 0 to `high`, in the source's unit.
    fn number(
        &self,
        id: Option<NoradId>,
        field: Field,
        high: f64,
        expected: &'static str,
    ) -> Result<Option<f64>, Refusal> {
        let text = self.get(field);
        if text.is_empty() {
            return Ok(None);
        }
        let refuse = |reason: String| Refusal::field(id, field.as_str(), text, reason);
        let value = parse_number(text).map_err(|reason| refuse(reason.to_owned()))?;
        if !(0.0..=high).contains(&value) {
            return Err(refuse(format!("out of range ({expected})")));
        }
        Ok(Some(value))
    }
}
