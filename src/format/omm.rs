//! Orbit mean-elements messages (CCSDS 502.0-B-3, section 4): the fields that all four notations share.

pub(super) mod csv;
pub(super) mod json;
pub(super) mod kvn;
pub(super) mod write;
pub(super) mod xml;

use std::borrow::Cow;
use std::f64::consts::TAU;

use super::epoch;
use super::refusal::{Refusal, clean_text};
use crate::astro::elements::{ElementFields, Elements, MU_WGS72_KM3_S2, NoradId};

/// Keywords that are read; all others are passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Keyword {
    ObjectName,
    ObjectId,
    CenterName,
    RefFrame,
    TimeSystem,
    MeanElementTheory,
    Epoch,
    MeanMotion,
    SemiMajorAxis,
    Eccentricity,
    Inclination,
    RaOfAscNode,
    ArgOfPericenter,
    MeanAnomaly,
    EphemerisType,
    ClassificationType,
    NoradCatId,
    ElementSetNo,
    RevAtEpoch,
    Bstar,
    MeanMotionDot,
    MeanMotionDdot,
}

/// Why a record whose last number may be cut short is refused.
pub(super) const CUT: &str = "the last line has no end and may be cut inside its last number: fetch the file again";

/// Every keyword with its spelling, in the order of the enumeration.
const KEYWORDS: [(Keyword, &str); 22] = [
    (Keyword::ObjectName, "OBJECT_NAME"),
    (Keyword::ObjectId, "OBJECT_ID"),
    (Keyword::CenterName, "CENTER_NAME"),
    (Keyword::RefFrame, "REF_FRAME"),
    (Keyword::TimeSystem, "TIME_SYSTEM"),
    (Keyword::MeanElementTheory, "MEAN_ELEMENT_THEORY"),
    (Keyword::Epoch, "EPOCH"),
    (Keyword::MeanMotion, "MEAN_MOTION"),
    (Keyword::SemiMajorAxis, "SEMI_MAJOR_AXIS"),
    (Keyword::Eccentricity, "ECCENTRICITY"),
    (Keyword::Inclination, "INCLINATION"),
    (Keyword::RaOfAscNode, "RA_OF_ASC_NODE"),
    (Keyword::ArgOfPericenter, "ARG_OF_PERICENTER"),
    (Keyword::MeanAnomaly, "MEAN_ANOMALY"),
    (Keyword::EphemerisType, "EPHEMERIS_TYPE"),
    (Keyword::ClassificationType, "CLASSIFICATION_TYPE"),
    (Keyword::NoradCatId, "NORAD_CAT_ID"),
    (Keyword::ElementSetNo, "ELEMENT_SET_NO"),
    (Keyword::RevAtEpoch, "REV_AT_EPOCH"),
    (Keyword::Bstar, "BSTAR"),
    (Keyword::MeanMotionDot, "MEAN_MOTION_DOT"),
    (Keyword::MeanMotionDdot, "MEAN_MOTION_DDOT"),
];

impl Keyword {
    /// The keyword of a spelling, upper or lower case.
    pub(super) fn find(name: &str) -> Option<Self> {
        KEYWORDS.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(keyword, _)| *keyword)
    }

    pub(super) const fn as_str(self) -> &'static str {
        KEYWORDS[self as usize].1
    }

    /// Whether SGP4 reads the field: a number of these that was cut short is another orbit.
    fn is_read_by_sgp4(self) -> bool {
        matches!(
            self,
            Self::Epoch
                | Self::MeanMotion
                | Self::SemiMajorAxis
                | Self::Eccentricity
                | Self::Inclination
                | Self::RaOfAscNode
                | Self::ArgOfPericenter
                | Self::MeanAnomaly
                | Self::NoradCatId
                | Self::Bstar
        )
    }

    /// Whether it belongs to the header and metadata, which come before the data of a message.
    pub(super) fn is_metadata(self) -> bool {
        self < Self::Epoch
    }
}

/// What every message must say about the numbers: field, accepted values, and what to call them in a refusal.
const CONVENTIONS: [(Keyword, &[&str]); 4] = [
    (Keyword::MeanElementTheory, &["SGP4", "SGP/SGP4"]),
    (Keyword::TimeSystem, &["UTC"]),
    (Keyword::RefFrame, &["TEME"]),
    (Keyword::CenterName, &["EARTH"]),
];

/// The texts of one message, by keyword.
#[derive(Default)]
pub(super) struct Record<'a> {
    values: [Option<Cow<'a, str>>; KEYWORDS.len()],
    repeated: Option<Keyword>,
}

impl<'a> Record<'a> {
    pub(super) fn set(&mut self, keyword: Keyword, value: Cow<'a, str>) {
        let slot = &mut self.values[keyword as usize];
        if slot.is_some() {
            self.repeated = Some(keyword);
        } else {
            *slot = Some(value);
        }
    }

    pub(super) const fn has(&self, keyword: Keyword) -> bool {
        self.values[keyword as usize].is_some()
    }

    /// The text of a field without surrounding blanks; `None` where it is absent or blank.
    fn get(&self, keyword: Keyword) -> Option<&str> {
        self.values[keyword as usize].as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    /// Checks everything and makes the element set.
    pub(super) fn elements(&self) -> Result<Elements, Refusal> {
        let norad_id = self.norad_id()?;
        let id = Some(norad_id);
        if let Some(keyword) = self.repeated {
            let reason = format!("{} stands twice in one record", keyword.as_str());
            return Err(Refusal::record(id, reason));
        }
        let ephemeris_type = self.ephemeris_type(id)?;
        self.check_conventions(id)?;
        let fields = ElementFields {
            norad_id,
            name: self.get(Keyword::ObjectName).map(clean_text).unwrap_or_default(),
            object_id: self.object_id(),
            epoch: self.epoch(id)?,
            mean_motion_rev_day: self.mean_motion_rev_day(id)?,
            eccentricity: self.number(id, Keyword::Eccentricity)?,
            inclination_deg: self.number(id, Keyword::Inclination)?,
            raan_deg: self.number(id, Keyword::RaOfAscNode)?,
            arg_perigee_deg: self.number(id, Keyword::ArgOfPericenter)?,
            mean_anomaly_deg: self.number(id, Keyword::MeanAnomaly)?,
            bstar: self.number(id, Keyword::Bstar)?,
            mean_motion_dot: self.number_or_zero(id, Keyword::MeanMotionDot)?,
            mean_motion_ddot: self.number_or_zero(id, Keyword::MeanMotionDdot)?,
            ephemeris_type,
            classification: self.classification(id)?,
            element_set_no: self.count(id, Keyword::ElementSetNo)?,
            rev_at_epoch: self.count(id, Keyword::RevAtEpoch)?,
        };
        Elements::new(fields).map_err(|error| Refusal::elements(norad_id, error))
    }

    fn norad_id(&self) -> Result<NoradId, Refusal> {
        let field = Keyword::NoradCatId.as_str();
        let text = self.get(Keyword::NoradCatId).ok_or_else(|| Refusal::missing(None, field))?;
        // Spreadsheets write 25544.0.
        let whole = text.strip_suffix(".0").unwrap_or(text);
        whole.parse().map_err(|_| Refusal::field(None, field, text, "no catalogue number (1 to 999999999)"))
    }

    /// Looked at first: a set of SGP4-XP also lacks BSTAR, but that is not what is wrong with it.
    fn ephemeris_type(&self, id: Option<NoradId>) -> Result<u8, Refusal> {
        let value = self.count(id, Keyword::EphemerisType)?;
        let refuse = |reason| Refusal::field(id, Keyword::EphemerisType.as_str(), &value.to_string(), reason);
        match u8::try_from(value) {
            Ok(4) => Err(refuse("SGP4-XP, which SGP4 would propagate to a wrong orbit without an error")),
            Ok(value @ 0..=9) => Ok(value),
            _ => Err(refuse("expected one digit")),
        }
    }

    fn check_conventions(&self, id: Option<NoradId>) -> Result<(), Refusal> {
        for (keyword, accepted) in CONVENTIONS {
            if let Some(text) = self.get(keyword)
                && !accepted.iter().any(|name| name.eq_ignore_ascii_case(text))
            {
                return Err(Refusal::field(id, keyword.as_str(), text, format!("only {} is read", accepted[0])));
            }
        }
        Ok(())
    }

    /// The designator; "UNKNOWN" is the standard's word for none (502.0-B-3, table 4-2).
    fn object_id(&self) -> String {
        let text = self.get(Keyword::ObjectId).unwrap_or_default();
        if text.eq_ignore_ascii_case("UNKNOWN") { String::new() } else { clean_text(text) }
    }

    fn epoch(&self, id: Option<NoradId>) -> Result<chrono::DateTime<chrono::Utc>, Refusal> {
        let field = Keyword::Epoch.as_str();
        let text = self.get(Keyword::Epoch).ok_or_else(|| Refusal::missing(id, field))?;
        epoch::parse_iso(text).map_err(|reason| Refusal::field(id, field, text, reason))
    }

    /// The mean motion, or what Kepler's third law makes of the semi-major axis with SGP4's own WGS-72 constant.
    fn mean_motion_rev_day(&self, id: Option<NoradId>) -> Result<f64, Refusal> {
        if self.get(Keyword::MeanMotion).is_some() || self.get(Keyword::SemiMajorAxis).is_none() {
            return self.number(id, Keyword::MeanMotion);
        }
        let semi_major_axis_km = self.number(id, Keyword::SemiMajorAxis)?;
        if semi_major_axis_km > 0.0 {
            return Ok((MU_WGS72_KM3_S2 / semi_major_axis_km.powi(3)).sqrt() * 86_400.0 / TAU);
        }
        let text = semi_major_axis_km.to_string();
        Err(Refusal::field(id, Keyword::SemiMajorAxis.as_str(), &text, "out of range (above 0 km)"))
    }

    fn number(&self, id: Option<NoradId>, keyword: Keyword) -> Result<f64, Refusal> {
        let field = keyword.as_str();
        let text = self.get(keyword).ok_or_else(|| Refusal::missing(id, field))?;
        parse_number(text).map_err(|reason| Refusal::field(id, field, text, reason))
    }

    fn number_or_zero(&self, id: Option<NoradId>, keyword: Keyword) -> Result<f64, Refusal> {
        if self.get(keyword).is_none() { Ok(0.0) } else { self.number(id, keyword) }
    }

    /// A whole number; 0 where it is absent.
    fn count(&self, id: Option<NoradId>, keyword: Keyword) -> Result<u32, Refusal> {
        let Some(text) = self.get(keyword) else {
            return Ok(0);
        };
        let whole = text.strip_suffix(".0").unwrap_or(text);
        whole.parse().map_err(|_| Refusal::field(id, keyword.as_str(), text, "no whole number from 0 on"))
    }

    fn classification(&self, id: Option<NoradId>) -> Result<char, Refusal> {
        match self.get(Keyword::ClassificationType) {
            None | Some("U") => Ok('U'),
            Some("C") => Ok('C'),
            Some("S") => Ok('S'),
            Some(other) => Err(Refusal::field(id, Keyword::ClassificationType.as_str(), other, "expected U, C or S")),
        }
    }
}

/// A decimal number, also with a leading point, a zero without its sign; the reason where it is none or not finite.
pub(super) fn parse_number(text: &str) -> Result<f64, &'static str> {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value + 0.0),
        Ok(_) => Err("not a finite number"),
        Err(_) => Err("not a number"),
    }
}
