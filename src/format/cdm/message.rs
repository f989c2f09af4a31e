//! What a message says, as plain data.

use chrono::{DateTime, Utc};
use nalgebra::Matrix6;

/// One message: a close approach of two objects as its originator saw it.
///
/// All times are UTC, as the standard has it. Texts that are not optional must not be empty: a writer puts `UNKNOWN`
/// in the place of an empty one.
#[derive(Clone, Debug, PartialEq)]
pub struct Cdm {
    /// Comments of the header.
    pub header_comments: Vec<String>,
    /// When the message was made.
    pub creation_date: DateTime<Utc>,
    /// Who made it.
    pub originator: String,
    /// For whom, usually the name of a spacecraft.
    pub message_for: Option<String>,
    /// The originator's name of the message, another one for each message.
    pub message_id: String,
    /// Comments of the data that concern both objects.
    pub comments: Vec<String>,
    /// Time of closest approach, which is the epoch of both states.
    pub tca: DateTime<Utc>,
    /// Distance of the objects at that time, in m.
    pub miss_distance_m: f64,
    /// Relative speed at that time, in m/s.
    pub relative_speed_m_s: Option<f64>,
    /// The second object as the first one sees it.
    pub relative_state: Option<RelativeState>,
    /// First instant that was screened.
    pub start_screen_period: Option<DateTime<Utc>>,
    /// Last instant that was screened.
    pub stop_screen_period: Option<DateTime<Utc>>,
    /// The volume around the first object that was screened.
    pub screening_volume: ScreeningVolume,
    /// Probability of collision, 0 to 1.
    pub collision_probability: Option<f64>,
    /// Method of that probability, such as `FOSTER-1992`.
    pub collision_probability_method: Option<String>,
    /// The first object and the second.
    pub objects: [CdmObject; 2],
}

impl Cdm {
    /// A message of what the standard demands, everything else left out.
    #[must_use]
    pub fn new(
        creation_date: DateTime<Utc>,
        originator: &str,
        message_id: &str,
        tca: DateTime<Utc>,
        miss_distance_m: f64,
        objects: [CdmObject; 2],
    ) -> Self {
        Self {
            header_comments: Vec::new(),
            creation_date,
            originator: originator.to_owned(),
            message_for: None,
            message_id: message_id.to_owned(),
            comments: Vec::new(),
            tca,
            miss_distance_m,
            relative_speed_m_s: None,
            relative_state: None,
            start_screen_period: None,
            stop_screen_period: None,
            screening_volume: ScreeningVolume::default(),
            collision_probability: None,
            collision_probability_method: None,
            objects,
        }
    }

    /// The combined hard-body radius in m where a comment names it as NASA CARA does: `HBR = 10 [m]`.
    #[must_use]
    pub fn hard_body_radius_m(&self) -> Option<f64> {
        let of_objects = self.objects.iter().flat_map(|object| &object.comments);
        self.header_comments.iter().chain(&self.comments).chain(of_objects).find_map(|comment| {
            let (name, value) = comment.split_once('=')?;
            let (number, unit) = value.split_once('[').unwrap_or((value, "m]"));
            let is_metres = unit.trim_end().strip_suffix(']').is_some_and(|unit| unit.trim() == "m");
            let radius_m = number.trim().parse::<f64>().ok()?;
            (name.trim() == "HBR" && is_metres && radius_m.is_finite() && radius_m > 0.0).then_some(radius_m)
        })
    }
}

/// The second object relative to the first, on the first object's RTN axes: radial, along-track, orbit normal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RelativeState {
    /// Position in m.
    pub position_m: [f64; 3],
    /// Velocity in m/s.
    pub velocity_m_s: [f64; 3],
}

/// The volume around the first object that the originator screened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScreeningVolume {
    /// Its axes: `RTN` or `TVN`.
    pub frame: Option<String>,
    /// `ELLIPSOID` or `BOX`.
    pub shape: Option<String>,
    /// Size along the first axis, in m.
    pub x_m: Option<f64>,
    /// Size along the second axis, in m.
    pub y_m: Option<f64>,
    /// Size along the third axis, in m.
    pub z_m: Option<f64>,
    /// When the second object enters it.
    pub entry_time: Option<DateTime<Utc>>,
    /// When the second object leaves it.
    pub exit_time: Option<DateTime<Utc>>,
}

/// What a message says on one of its objects.
#[derive(Clone, Debug, PartialEq)]
pub struct CdmObject {
    /// Comments of the metadata.
    pub comments: Vec<String>,
    /// Designator in the catalogue, usually the catalogue number.
    pub object_designator: String,
    /// The catalogue: `SATCAT`.
    pub catalog_name: String,
    /// Name, or `UNKNOWN`.
    pub object_name: String,
    /// International designator such as `1998-067A`, or `UNKNOWN`.
    pub international_designator: String,
    /// `PAYLOAD`, `ROCKET BODY`, `DEBRIS`, `UNKNOWN` or `OTHER`.
    pub object_type: Option<String>,
    /// Whom to ask, by position.
    pub operator_contact_position: Option<String>,
    /// Whom to ask, by organisation.
    pub operator_organization: Option<String>,
    /// Telephone number of the operator.
    pub operator_phone: Option<String>,
    /// Mail address of the operator.
    pub operator_email: Option<String>,
    /// Name of the operator's ephemeris, `NONE` where it comes from no ephemeris.
    pub ephemeris_name: String,
    /// Where the covariance comes from.
    pub covariance_method: CovarianceMethod,
    /// Whether the object can manoeuvre.
    pub maneuverable: Maneuverable,
    /// Central body; only the Earth is read.
    pub orbit_center: Option<String>,
    /// Frame of the state.
    pub ref_frame: RefFrame,
    /// Gravity model of the orbit determination.
    pub gravity_model: Option<String>,
    /// Model of the atmosphere of the orbit determination.
    pub atmospheric_model: Option<String>,
    /// Bodies whose attraction was taken in.
    pub n_body_perturbations: Option<String>,
    /// Whether the Sun's radiation pressure was taken in.
    pub solar_rad_pressure: Option<bool>,
    /// Whether tides of the Earth were taken in.
    pub earth_tides: Option<bool>,
    /// Whether thrust along the track was taken in.
    pub intrack_thrust: Option<bool>,
    /// How the orbit was determined.
    pub od: OdParameters,
    /// Size, mass and coefficients.
    pub additional: AdditionalParameters,
    /// Comments of the state.
    pub state_comments: Vec<String>,
    /// Position at the time of closest approach, in km.
    pub position_km: [f64; 3],
    /// Velocity at the time of closest approach, in km/s, relative to the axes of the frame.
    pub velocity_km_s: [f64; 3],
    /// Covariance at the time of closest approach; `None` where the message gives none, or not all of its terms. The
    /// standard demands one: other readers refuse a message that was written without.
    pub covariance: Option<Covariance>,
}

impl CdmObject {
    /// An object of the public catalogue with its state in EME2000 at the time of closest approach, position in km and
    /// velocity in km/s: no ephemeris, a default covariance yet to be given, and nothing said on manoeuvres.
    #[must_use]
    pub fn new(
        object_designator: &str,
        object_name: &str,
        international_designator: &str,
        position_km: [f64; 3],
        velocity_km_s: [f64; 3],
    ) -> Self {
        Self {
            comments: Vec::new(),
            object_designator: object_designator.to_owned(),
            catalog_name: "SATCAT".to_owned(),
            object_name: object_name.to_owned(),
            international_designator: international_designator.to_owned(),
            object_type: None,
            operator_contact_position: None,
            operator_organization: None,
            operator_phone: None,
            operator_email: None,
            ephemeris_name: "NONE".to_owned(),
            covariance_method: CovarianceMethod::Default,
            maneuverable: Maneuverable::NotKnown,
            orbit_center: None,
            ref_frame: RefFrame::Eme2000,
            gravity_model: None,
            atmospheric_model: None,
            n_body_perturbations: None,
            solar_rad_pressure: None,
            earth_tides: None,
            intrack_thrust: None,
            od: OdParameters::default(),
            additional: AdditionalParameters::default(),
            state_comments: Vec::new(),
            position_km,
            velocity_km_s,
            covariance: None,
        }
    }
}

/// Where a covariance comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CovarianceMethod {
    /// Of the orbit determination itself.
    Calculated,
    /// Not calculated, but a default.
    Default,
}

/// Whether an object can manoeuvre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maneuverable {
    /// It can.
    Yes,
    /// It cannot.
    No,
    /// The message does not say (`N/A`).
    NotKnown,
}

/// Frames that the standard allows for states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefFrame {
    /// Mean equator and equinox of J2000.
    Eme2000,
    /// Geocentric celestial reference frame.
    Gcrf,
    /// International terrestrial reference frame, its realisation not told: Earth-fixed.
    Itrf,
}

/// How an orbit was determined.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OdParameters {
    /// Comments.
    pub comments: Vec<String>,
    /// Begin of the interval that holds the last accepted observation.
    pub time_lastob_start: Option<DateTime<Utc>>,
    /// End of that interval.
    pub time_lastob_end: Option<DateTime<Utc>>,
    /// Recommended span of observations, in days.
    pub recommended_od_span_d: Option<f64>,
    /// Span of observations that was used, in days.
    pub actual_od_span_d: Option<f64>,
    /// Number of observations within that span.
    pub obs_available: Option<u32>,
    /// Number of observations accepted.
    pub obs_used: Option<u32>,
    /// Number of sensor tracks within that span.
    pub tracks_available: Option<u32>,
    /// Number of sensor tracks accepted.
    pub tracks_used: Option<u32>,
    /// Residuals accepted, in percent.
    pub residuals_accepted_percent: Option<f64>,
    /// Weighted root mean square of the residuals, without unit.
    pub weighted_rms: Option<f64>,
}

/// Size, mass and coefficients of an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AdditionalParameters {
    /// Comments.
    pub comments: Vec<String>,
    /// Area for the probability of collision, in m².
    pub area_pc_m2: Option<f64>,
    /// Area for drag, in m².
    pub area_drg_m2: Option<f64>,
    /// Area for radiation pressure, in m².
    pub area_srp_m2: Option<f64>,
    /// Mass in kg.
    pub mass_kg: Option<f64>,
    /// Drag coefficient × area / mass, in m²/kg.
    pub cd_area_over_mass_m2_kg: Option<f64>,
    /// Radiation pressure coefficient × area / mass, in m²/kg.
    pub cr_area_over_mass_m2_kg: Option<f64>,
    /// Acceleration by thrust along the track, in m/s².
    pub thrust_acceleration_m_s2: Option<f64>,
    /// Specific energy dissipation rate, in W/kg.
    pub sedr_w_kg: Option<f64>,
}

/// Covariance of an object's state on its own RTN axes: radial, along-track, orbit normal, and their rates.
#[derive(Clone, Debug, PartialEq)]
pub struct Covariance {
    /// Comments.
    pub comments: Vec<String>,
    /// The lower triangle by rows (`CR_R`, `CT_R`, `CT_T`, …, `CNDOT_NDOT`) in m², m²/s and m²/s².
    pub terms: [f64; 21],
    /// The drag parameter's row, `CDRG_R` to `CDRG_DRG`: m³/kg, m³/(kg s), and m⁴/kg² for the last.
    pub drag: Option<[f64; 7]>,
    /// The radiation pressure parameter's row, `CSRP_R` to `CSRP_SRP`: m³/kg, m³/(kg s), and m⁴/kg² for the last two.
    pub solar: Option<[f64; 8]>,
    /// The thrust's row, `CTHR_R` to `CTHR_THR`: m²/s², m²/s³, m³/(kg s²) twice, and m²/s⁴ for the last.
    pub thrust: Option<[f64; 9]>,
}

impl Covariance {
    /// The covariance of a symmetric matrix, of which the lower triangle is read, in m², m²/s and m²/s².
    #[must_use]
    pub fn from_matrix(matrix: &Matrix6<f64>) -> Self {
        let mut terms = [0.0; 21];
        let places = (0..6).flat_map(|row| (0..=row).map(move |column| (row, column)));
        for (term, place) in terms.iter_mut().zip(places) {
            *term = matrix[place];
        }
        Self { comments: Vec::new(), terms, drag: None, solar: None, thrust: None }
    }

    /// The whole symmetric matrix in m², m²/s and m²/s².
    #[must_use]
    pub fn matrix(&self) -> Matrix6<f64> {
        Matrix6::from_fn(|row, column| {
            let (high, low) = (row.max(column), row.min(column));
            self.terms[high * (high + 1) / 2 + low]
        })
    }
}
