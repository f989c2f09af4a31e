//! The keywords of the standard with their sections and units, in the standard's order.

use Section::{Additional, Covariance, Header, Metadata, Od, Relative, State};

/// Sections of a message; [`Section::Header`] and [`Section::Relative`] stand once, the others once an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    Header,
    Relative,
    Metadata,
    Od,
    Additional,
    State,
    Covariance,
}

/// Every section of one object, in order.
pub(super) const OBJECT_SECTIONS: [Section; 5] =
    [Section::Metadata, Section::Od, Section::Additional, Section::State, Section::Covariance];

/// One keyword.
pub(super) struct Key {
    pub(super) section: Section,
    pub(super) name: &'static str,
    /// Unit of a number, empty where it has none; `None` for texts and times.
    pub(super) unit: Option<&'static str>,
}

const fn text(section: Section, name: &'static str) -> Key {
    Key { section, name, unit: None }
}

const fn number(section: Section, name: &'static str, unit: &'static str) -> Key {
    Key { section, name, unit: Some(unit) }
}

/// CCSDS 508.0-B-1, tables 3-1 to 3-4, without the version line.
pub(super) const KEYS: [Key; 114] = [
    text(Header, "CREATION_DATE"),
    text(Header, "ORIGINATOR"),
    text(Header, "MESSAGE_FOR"),
    text(Header, "MESSAGE_ID"),
    text(Relative, "TCA"),
    number(Relative, "MISS_DISTANCE", "m"),
    number(Relative, "RELATIVE_SPEED", "m/s"),
    number(Relative, "RELATIVE_POSITION_R", "m"),
    number(Relative, "RELATIVE_POSITION_T", "m"),
    number(Relative, "RELATIVE_POSITION_N", "m"),
    number(Relative, "RELATIVE_VELOCITY_R", "m/s"),
    number(Relative, "RELATIVE_VELOCITY_T", "m/s"),
    number(Relative, "RELATIVE_VELOCITY_N", "m/s"),
    text(Relative, "START_SCREEN_PERIOD"),
    text(Relative, "STOP_SCREEN_PERIOD"),
    text(Relative, "SCREEN_VOLUME_FRAME"),
    text(Relative, "SCREEN_VOLUME_SHAPE"),
    number(Relative, "SCREEN_VOLUME_X", "m"),
    number(Relative, "SCREEN_VOLUME_Y", "m"),
    number(Relative, "SCREEN_VOLUME_Z", "m"),
    text(Relative, "SCREEN_ENTRY_TIME"),
    text(Relative, "SCREEN_EXIT_TIME"),
    number(Relative, "COLLISION_PROBABILITY", ""),
    text(Relative, "COLLISION_PROBABILITY_METHOD"),
    text(Metadata, "OBJECT"),
    text(Metadata, "OBJECT_DESIGNATOR"),
    text(Metadata, "CATALOG_NAME"),
    text(Metadata, "OBJECT_NAME"),
    text(Metadata, "INTERNATIONAL_DESIGNATOR"),
    text(Metadata, "OBJECT_TYPE"),
    text(Metadata, "OPERATOR_CONTACT_POSITION"),
    text(Metadata, "OPERATOR_ORGANIZATION"),
    text(Metadata, "OPERATOR_PHONE"),
    text(Metadata, "OPERATOR_EMAIL"),
    text(Metadata, "EPHEMERIS_NAME"),
    text(Metadata, "COVARIANCE_METHOD"),
    text(Metadata, "MANEUVERABLE"),
    text(Metadata, "ORBIT_CENTER"),
    text(Metadata, "REF_FRAME"),
    text(Metadata, "GRAVITY_MODEL"),
    text(Metadata, "ATMOSPHERIC_MODEL"),
    text(Metadata, "N_BODY_PERTURBATIONS"),
    text(Metadata, "SOLAR_RAD_PRESSURE"),
    text(Metadata, "EARTH_TIDES"),
    text(Metadata, "INTRACK_THRUST"),
    text(Od, "TIME_LASTOB_START"),
    text(Od, "TIME_LASTOB_END"),
    number(Od, "RECOMMENDED_OD_SPAN", "d"),
    number(Od, "ACTUAL_OD_SPAN", "d"),
    number(Od, "OBS_AVAILABLE", ""),
    number(Od, "OBS_USED", ""),
    number(Od, "TRACKS_AVAILABLE", ""),
    number(Od, "TRACKS_USED", ""),
    number(Od, "RESIDUALS_ACCEPTED", "%"),
    number(Od, "WEIGHTED_RMS", ""),
    number(Additional, "AREA_PC", "m**2"),
    number(Additional, "AREA_DRG", "m**2"),
    number(Additional, "AREA_SRP", "m**2"),
    number(Additional, "MASS", "kg"),
    number(Additional, "CD_AREA_OVER_MASS", "m**2/kg"),
    number(Additional, "CR_AREA_OVER_MASS", "m**2/kg"),
    number(Additional, "THRUST_ACCELERATION", "m/s**2"),
    number(Additional, "SEDR", "W/kg"),
    number(State, "X", "km"),
    number(State, "Y", "km"),
    number(State, "Z", "km"),
    number(State, "X_DOT", "km/s"),
    number(State, "Y_DOT", "km/s"),
    number(State, "Z_DOT", "km/s"),
    number(Covariance, "CR_R", "m**2"),
    number(Covariance, "CT_R", "m**2"),
    number(Covariance, "CT_T", "m**2"),
    number(Covariance, "CN_R", "m**2"),
    number(Covariance, "CN_T", "m**2"),
    number(Covariance, "CN_N", "m**2"),
    number(Covariance, "CRDOT_R", "m**2/s"),
    number(Covariance, "CRDOT_T", "m**2/s"),
    number(Covariance, "CRDOT_N", "m**2/s"),
    number(Covariance, "CRDOT_RDOT", "m**2/s**2"),
    number(Covariance, "CTDOT_R", "m**2/s"),
    number(Covariance, "CTDOT_T", "m**2/s"),
    number(Covariance, "CTDOT_N", "m**2/s"),
    number(Covariance, "CTDOT_RDOT", "m**2/s**2"),
    number(Covariance, "CTDOT_TDOT", "m**2/s**2"),
    number(Covariance, "CNDOT_R", "m**2/s"),
    number(Covariance, "CNDOT_T", "m**2/s"),
    number(Covariance, "CNDOT_N", "m**2/s"),
    number(Covariance, "CNDOT_RDOT", "m**2/s**2"),
    number(Covariance, "CNDOT_TDOT", "m**2/s**2"),
    number(Covariance, "CNDOT_NDOT", "m**2/s**2"),
    number(Covariance, "CDRG_R", "m**3/kg"),
    number(Covariance, "CDRG_T", "m**3/kg"),
    number(Covariance, "CDRG_N", "m**3/kg"),
    number(Covariance, "CDRG_RDOT", "m**3/(kg*s)"),
    number(Covariance, "CDRG_TDOT", "m**3/(kg*s)"),
    number(Covariance, "CDRG_NDOT", "m**3/(kg*s)"),
    number(Covariance, "CDRG_DRG", "m**4/kg**2"),
    number(Covariance, "CSRP_R", "m**3/kg"),
    number(Covariance, "CSRP_T", "m**3/kg"),
    number(Covariance, "CSRP_N", "m**3/kg"),
    number(Covariance, "CSRP_RDOT", "m**3/(kg*s)"),
    number(Covariance, "CSRP_TDOT", "m**3/(kg*s)"),
    number(Covariance, "CSRP_NDOT", "m**3/(kg*s)"),
    number(Covariance, "CSRP_DRG", "m**4/kg**2"),
    number(Covariance, "CSRP_SRP", "m**4/kg**2"),
    number(Covariance, "CTHR_R", "m**2/s**2"),
    number(Covariance, "CTHR_T", "m**2/s**2"),
    number(Covariance, "CTHR_N", "m**2/s**2"),
    number(Covariance, "CTHR_RDOT", "m**2/s**3"),
    number(Covariance, "CTHR_TDOT", "m**2/s**3"),
    number(Covariance, "CTHR_NDOT", "m**2/s**3"),
    number(Covariance, "CTHR_DRG", "m**3/(kg*s**2)"),
    number(Covariance, "CTHR_SRP", "m**3/(kg*s**2)"),
    number(Covariance, "CTHR_THR", "m**2/s**4"),
];

/// Place of a keyword in [`KEYS`], upper or lower case.
pub(super) fn find(name: &str) -> Option<usize> {
    KEYS.iter().position(|key| key.name.eq_ignore_ascii_case(name))
}

/// Keywords that stand together or not at all: the first one and how many follow it in [`KEYS`], itself included.
#[derive(Clone, Copy)]
pub(super) struct Group {
    pub(super) first: &'static str,
    pub(super) count: usize,
}

pub(super) const RELATIVE_STATE: Group = Group { first: "RELATIVE_POSITION_R", count: 6 };
pub(super) const COVARIANCE: Group = Group { first: "CR_R", count: 21 };
pub(super) const DRAG: Group = Group { first: "CDRG_R", count: 7 };
pub(super) const SOLAR: Group = Group { first: "CSRP_R", count: 8 };
pub(super) const THRUST: Group = Group { first: "CTHR_R", count: 9 };

impl Group {
    /// Places of its keywords in [`KEYS`].
    pub(super) fn indices(self) -> std::ops::Range<usize> {
        let first = find(self.first).unwrap_or(KEYS.len());
        first..(first + self.count).min(KEYS.len())
    }
}
