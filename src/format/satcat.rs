//! The satellite catalogue: what each object is, whose, and when it was launched.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};

use super::batch::{MAX_REJECTIONS_LISTED, nothing_usable};
use super::detect::detect;
use super::error::{FormatError, Problem};
use super::json::{Item, Items, Value, members};
use super::kind::Kind;
use super::lines::Lines;
use super::omm::parse_number;
use super::refusal::{Place, Refusal, Rejection, clean_text};
use super::{delimited, unpack};
use crate::astro::elements::NoradId;

/// Kinds of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectType {
    /// A satellite that was sent up for a purpose.
    Payload,
    /// A rocket stage.
    RocketBody,
    /// A fragment or released part.
    Debris,
    /// Not yet told, or not known.
    Unknown,
}

impl ObjectType {
    /// CelesTrak's code: `PAY`, `R/B`, `DEB`, `UNK`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Payload => "PAY",
            Self::RocketBody => "R/B",
            Self::Debris => "DEB",
            Self::Unknown => "UNK",
        }
    }

    /// The type of CelesTrak's code or Space-Track's word; anything else is unknown.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        match text.trim().to_ascii_uppercase().as_str() {
            "PAY" | "PAYLOAD" => Self::Payload,
            "R/B" | "ROCKET BODY" => Self::RocketBody,
            "DEB" | "DEBRIS" => Self::Debris,
            _ => Self::Unknown,
        }
    }
}

/// Classes of radar cross-section, as Space-Track publishes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RcsSize {
    /// Below 0.1 m².
    Small,
    /// From 0.1 to 1 m².
    Medium,
    /// Above 1 m².
    Large,
}

impl RcsSize {
    /// The class of Space-Track's word; `None` for any other text.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        [Self::Small, Self::Medium, Self::Large]
            .into_iter()
            .find(|size| size.as_str().eq_ignore_ascii_case(text.trim()))
    }

    /// Space-Track's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Small => "SMALL",
            Self::Medium => "MEDIUM",
            Self::Large => "LARGE",
        }
    }
}

/// One object of the satellite catalogue.
#[derive(Clone, Debug, PartialEq)]
pub struct SatcatEntry {
    /// Catalogue number.
    pub norad_id: NoradId,
    /// Name.
    pub name: String,
    /// International designator `yyyy-nnnp`; empty where none is assigned.
    pub object_id: String,
    /// Kind of object.
    pub object_type: ObjectType,
    /// Operational status: `+` in use, `-` not, `P` partly, `B` backup, `S` spare, `X` extended mission, `D` decayed,
    /// `?` unknown.
    pub ops_status: Option<char>,
    /// The catalogue's own code of the owner (`US`, `JPN`, `SKOR`, `NKOR`, `CIS` …); empty where unknown.
    pub owner: String,
    /// Day of launch, UTC.
    pub launch_date: Option<NaiveDate>,
    /// The catalogue's own code of the launch site; empty where unknown.
    pub launch_site: String,
    /// Day of decay, UTC.
    pub decay_date: Option<NaiveDate>,
    /// Period in minutes.
    pub period_min: Option<f64>,
    /// Inclination in degrees.
    pub inclination_deg: Option<f64>,
    /// Height of apogee in km.
    pub apogee_km: Option<f64>,
    /// Height of perigee in km.
    pub perigee_km: Option<f64>,
    /// Radar cross-section in m².
    pub rcs_m2: Option<f64>,
    /// Class of radar cross-section, where the catalogue gives that.
    pub rcs_size: Option<RcsSize>,
}

impl SatcatEntry {
    /// An object of which only the name is known.
    #[must_use]
    pub fn unknown(norad_id: NoradId, name: &str) -> Self {
        Self {
            norad_id,
            name: name.to_owned(),
            object_id: String::new(),
            object_type: ObjectType::Unknown,
            ops_status: None,
            owner: String::new(),
            launch_date: None,
            launch_site: String::new(),
            decay_date: None,
            period_min: None,
            inclination_deg: None,
            apogee_km: None,
            perigee_km: None,
            rcs_m2: None,
            rcs_size: None,
        }
    }
}

/// The content of one catalogue file.
#[derive(Clone, Debug, PartialEq)]
pub struct SatcatBatch {
    /// Good entries in the order of the file.
    pub entries: Vec<SatcatEntry>,
    /// Refused records, the first [`MAX_REJECTIONS_LISTED`] of them.
    pub rejected: Vec<Rejection>,
    /// Number of refused records.
    pub rejected_count: usize,
    /// The file ends inside a record.
    pub truncated: bool,
}

/// Reads a satellite catalogue as CSV or JSON, in CelesTrak's keys or Space-Track's, compressed or not.
///
/// # Errors
/// The whole file is refused: it is no text, no satellite catalogue, larger than `max_unpacked_bytes` when unpacked, or
/// none of its records is usable.
pub fn read_satcat(source_name: &str, bytes: &[u8], max_unpacked_bytes: usize) -> Result<SatcatBatch, FormatError> {
    let fail = |problem| FormatError::new(source_name, problem);
    let unpacked = unpack(bytes, max_unpacked_bytes).map_err(|error| error.named(source_name))?;
    let mut batch = SatcatBatch { entries: Vec::new(), rejected: Vec::new(), rejected_count: 0, truncated: false };
    let source: Arc<str> = source_name.into();
    let mut take = |place, entry: Result<SatcatEntry, Refusal>| match entry {
        Ok(entry) => batch.entries.push(entry),
        Err(refusal) => {
            batch.rejected_count += 1;
            if batch.rejected.len() < MAX_REJECTIONS_LISTED {
                batch.rejected.push(refusal.at(&source, place));
            }
        }
    };
    let text = String::from_utf8_lossy(&unpacked);
    batch.truncated = match detect(&unpacked) {
        Kind::SatcatCsv => read_csv(&text, &mut take).map_err(fail)?,
        Kind::SatcatJson => read_json(&text, &mut take),
        Kind::Foreign(foreign) => return Err(fail(Problem::Foreign(foreign))),
        other => return Err(fail(Problem::OtherKind { found: other.as_str() })),
    };
    if batch.entries.is_empty() {
        return Err(fail(nothing_usable(batch.rejected_count, &batch.rejected)));
    }
    Ok(batch)
}

type Take<'t> = dyn FnMut(Place, Result<SatcatEntry, Refusal>) + 't;

fn read_csv(text: &str, take: &mut Take<'_>) -> Result<bool, Problem> {
    let mut lines = Lines::new(text).peekable();
    let mut names = Vec::new();
    if let Some(header) = lines.next() {
        // A header with a broken quote lacks the columns after it.
        let _ = delimited::split(header.text, &mut names);
    }
    let columns: Vec<_> = names.iter().map(|name| Field::find(name)).collect();
    if !columns.contains(&Some(Field::NoradId)) {
        return Err(Problem::MissingColumn { column: "NORAD_CAT_ID" });
    }
    let mut truncated = false;
    let mut fields: Vec<Cow<'_, str>> = Vec::new();
    while let Some(line) = lines.next() {
        let entry = match delimited::split(line.text, &mut fields) {
            Err(reason) => Err(Refusal::record(None, reason)),
            Ok(()) if fields.len() != columns.len() => {
                Err(Refusal::record(None, format!("{} fields where the header names {}", fields.len(), columns.len())))
            }
            Ok(()) => {
                let mut record = Record::default();
                for (column, field) in columns.iter().zip(fields.drain(..)) {
                    record.set(*column, field);
                }
                record.entry()
            }
        };
        truncated |= entry.is_err() && lines.peek().is_none() && !text.ends_with(['\n', '\r']);
        take(Place::Lines(line.number, line.number), entry);
    }
    Ok(truncated)
}

fn read_json(text: &str, take: &mut Take<'_>) -> bool {
    let mut items = Items::new(text);
    let mut index = 0;
    for item in items.by_ref() {
        index += 1;
        let entry = match item {
            Item::Broken(reason) => Err(Refusal::record(None, reason)),
            Item::Object(object) => {
                let mut record = Record::default();
                members(object, &mut |key, value| {
                    if let Value::Text(text) = value {
                        record.set(Field::find(&key), text);
                    }
                })
                .map_err(|reason| Refusal::record(None, reason))
                .and_then(|()| record.entry())
            }
        };
        take(Place::Record(index), entry);
    }
    items.is_cut()
}

/// Fields that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    NoradId,
    Name,
    ObjectId,
    ObjectType,
    OpsStatus,
    Owner,
    LaunchDate,
    LaunchSite,
    DecayDate,
    Period,
    Inclination,
    Apogee,
    Perigee,
    Rcs,
    RcsSize,
}

/// Every field with CelesTrak's key and Space-Track's, in the order of the enumeration.
const FIELDS: [(Field, &str, &str); 15] = [
    (Field::NoradId, "NORAD_CAT_ID", "NORAD_CAT_ID"),
    (Field::Name, "OBJECT_NAME", "SATNAME"),
    (Field::ObjectId, "OBJECT_ID", "INTLDES"),
    (Field::ObjectType, "OBJECT_TYPE", "OBJECT_TYPE"),
    (Field::OpsStatus, "OPS_STATUS_CODE", "OPS_STATUS_CODE"),
    (Field::Owner, "OWNER", "COUNTRY"),
    (Field::LaunchDate, "LAUNCH_DATE", "LAUNCH"),
    (Field::LaunchSite, "LAUNCH_SITE", "SITE"),
    (Field::DecayDate, "DECAY_DATE", "DECAY"),
    (Field::Period, "PERIOD", "PERIOD"),
    (Field::Inclination, "INCLINATION", "INCLINATION"),
    (Field::Apogee, "APOGEE", "APOGEE"),
    (Field::Perigee, "PERIGEE", "PERIGEE"),
    (Field::Rcs, "RCS", "RCSVALUE"),
    (Field::RcsSize, "RCS_SIZE", "RCS_SIZE"),
];

impl Field {
    fn find(name: &str) -> Option<Self> {
        let name = name.trim();
        let spelled = |known: &str| known.eq_ignore_ascii_case(name);
        FIELDS.iter().find(|(_, key, other)| spelled(key) || spelled(other)).map(|(field, ..)| *field)
    }
}

/// The texts of one record; of two spellings of one field the first that is not blank counts.
#[derive(Default)]
struct Record<'a>([Cow<'a, str>; FIELDS.len()]);

impl<'a> Record<'a> {
    fn set(&mut self, field: Option<Field>, value: Cow<'a, str>) {
        if let Some(field) = field
            && self.0[field as usize].trim().is_empty()
        {
            self.0[field as usize] = value;
        }
    }

    fn get(&self, field: Field) -> &str {
        self.0[field as usize].trim()
    }

    fn entry(&self) -> Result<SatcatEntry, Refusal> {
        let id_text = self.get(Field::NoradId);
        let norad_id: NoradId = id_text
            .strip_suffix(".0")
            .unwrap_or(id_text)
            .parse()
            .map_err(|_| Refusal::field(None, "NORAD_CAT_ID", id_text, "no catalogue number (1 to 999999999)"))?;
        Ok(SatcatEntry {
            norad_id,
            name: clean_text(self.get(Field::Name)),
            object_id: clean_text(self.get(Field::ObjectId)),
            object_type: ObjectType::from_text(self.get(Field::ObjectType)),
            ops_status: self.get(Field::OpsStatus).chars().next(),
            owner: clean_text(self.get(Field::Owner)),
            launch_date: self.date(norad_id, Field::LaunchDate)?,
            launch_site: clean_text(self.get(Field::LaunchSite)),
            decay_date: self.date(norad_id, Field::DecayDate)?,
            period_min: self.number(norad_id, Field::Period)?,
            inclination_deg: self.number(norad_id, Field::Inclination)?,
            apogee_km: self.number(norad_id, Field::Apogee)?,
            perigee_km: self.number(norad_id, Field::Perigee)?,
            rcs_m2: self.number(norad_id, Field::Rcs)?,
            rcs_size: RcsSize::from_text(self.get(Field::RcsSize)),
        })
    }

    fn number(&self, id: NoradId, field: Field) -> Result<Option<f64>, Refusal> {
        let text = self.get(field);
        if text.is_empty() {
            return Ok(None);
        }
        let name = FIELDS[field as usize].1;
        parse_number(text).map(Some).map_err(|reason| Refusal::field(Some(id), name, text, reason))
    }

    /// `1998-11-20`, or `11/20/1998` as spreadsheets leave it.
    fn date(&self, id: NoradId, field: Field) -> Result<Option<NaiveDate>, Refusal> {
        let text = self.get(field);
        if text.is_empty() {
            return Ok(None);
        }
        ["%Y-%m-%d", "%m/%d/%Y"]
            .iter()
            .find_map(|shape| NaiveDate::parse_from_str(text, shape).ok())
            .filter(|date| (1957..=2199).contains(&date.year()))
            .map(Some)
            .ok_or_else(|| Refusal::field(Some(id), FIELDS[field as usize].1, text, "no date like 1998-11-20"))
    }
}
