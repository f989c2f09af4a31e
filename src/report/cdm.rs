//! Conjunctions as the standard's messages.
//!
//! States are SGP4's in EME2000, covariances what the program takes for the errors of element sets: none of it comes from
//! an orbit determination, and every message says so. An element set tells nothing of the error of a velocity, which the
//! standard demands: [`rates`] derives it from that of the position.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use nalgebra::{Matrix3, Matrix6, Vector3};
use sha2::{Digest, Sha256};

use crate::astro::elements::Elements;
use crate::astro::frame::{State, Teme, rtn_axes};
use crate::astro::precession::teme_to_eme2000;
use crate::astro::time::{JulianDate, TT_MINUS_UTC_S, Window};
use crate::format::cdm::{Cdm, CdmObject, Covariance, RelativeState, write_cdm_kvn};
use crate::format::satcat::ObjectType;
use crate::report::zone::machine_time;
use crate::ssa::conjunction::assessment::Assessment;
use crate::ssa::conjunction::{Conjunction, Kind};
use crate::ssa::covariance;

/// Who made the messages.
const ORIGINATOR: &str = "ALLIEDSKY";

/// The most of a text in a comment, characters: a line of KVN holds 254.
const MOST_TEXT: usize = 160;

/// What was screened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Screened {
    /// Over which time.
    pub window: Window,
    /// Below which distance, km.
    pub threshold_km: f64,
}

/// What a message tells of one object.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    /// The element set that its state comes from.
    pub elements: &'a Elements,
    /// Where that came from: a file or an address.
    pub origin: &'a str,
    /// What sort of object it is.
    pub object_type: ObjectType,
    /// The error of its position at TCA.
    pub covariance: &'a covariance::Covariance,
}

/// The message of an approach with its assessment, made at `created_at`, of the primary and the secondary.
///
/// Its `MESSAGE_ID` is made of the objects, the time and a digest of all that it says: the same approach told again is the
/// same message, and told otherwise another.
#[must_use]
pub fn message(
    conjunction: &Conjunction,
    assessment: &Assessment,
    [primary, secondary]: [&Known<'_>; 2],
    screened: Option<Screened>,
    created_at: DateTime<Utc>,
) -> Cdm {
    let (one, other) = (&conjunction.primary_state, &conjunction.secondary_state);
    let objects = [
        object(conjunction.primary_name.as_ref(), one, conjunction.tca, primary),
        object(conjunction.secondary_name.as_ref(), other, conjunction.tca, secondary),
    ];
    let mut cdm = Cdm::new(created_at, ORIGINATOR, "", conjunction.tca, conjunction.miss_km * 1000.0, objects);
    cdm.comments = comments(conjunction, assessment, screened);
    cdm.relative_speed_m_s = Some(conjunction.rel_speed_km_s * 1000.0);
    let velocity_km_s = rtn_axes(one) * (other.velocity_km_s - one.velocity_km_s);
    cdm.relative_state = Some(RelativeState {
        position_m: (conjunction.miss_rtn_km * 1000.0).into(),
        velocity_m_s: (velocity_km_s * 1000.0).into(),
    });
    if let Some(Screened { window, threshold_km }) = screened {
        (cdm.start_screen_period, cdm.stop_screen_period) = (Some(window.start), Some(window.end));
        let volume = &mut cdm.screening_volume;
        (volume.frame, volume.shape) = (Some("RTN".to_owned()), Some("ELLIPSOID".to_owned()));
        (volume.x_m, volume.y_m, volume.z_m) =
            (Some(threshold_km * 1000.0), Some(threshold_km * 1000.0), Some(threshold_km * 1000.0));
    }
    cdm.collision_probability = assessment.pc;
    cdm.collision_probability_method = assessment.pc.map(|_| "FOSTER-1992".to_owned());
    cdm.message_id = name(&cdm);
    cdm
}

/// Objects, time, and the beginning of a digest of the rest.
fn name(cdm: &Cdm) -> String {
    let [one, other] = [0, 1].map(|index| &cdm.objects[index].object_designator);
    let mut name = format!("{one}_{other}_{}_", cdm.tca.format("%Y%m%dT%H%M%S"));
    for byte in Sha256::digest(write_cdm_kvn(std::slice::from_ref(cdm))).iter().take(6) {
        // Writing to a String cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}

/// What the message says of both objects in words.
fn comments(conjunction: &Conjunction, assessment: &Assessment, screened: Option<Screened>) -> Vec<String> {
    let mut comments = vec![
        // NASA CARA's way to name the radius, which readers know.
        format!("HBR = {} [m]", assessment.hbr_m),
        cut(&format!("HBR source: {}", assessment.hbr_source)),
        format!("Probability: {}", assessment.pc_method),
    ];
    if let (Some(pc_max), Some(scale)) = (assessment.pc_max, assessment.pc_max_scale) {
        comments.push(format!(
            "Greatest probability over all sizes of the covariance: {pc_max:.4e} at {scale:.4} times the standard deviations"
        ));
    }
    if let (Some(pc_max), Some(sigma_km)) = (assessment.pc_max_socrates, assessment.dilution_km) {
        comments.push(format!("Greatest probability as SOCRATES computes it: {pc_max:.4e}, sigma {sigma_km:.4} km"));
    }
    if assessment.is_curved {
        comments.push("The orbits bend away from under the errors: the probability means little".to_owned());
    }
    comments.push(format!("Verdict: {}", assessment.verdict.as_str()));
    if conjunction.kind != Kind::Encounter {
        comments.push(format!("Kind: {}", conjunction.kind.as_str()));
    }
    if let Some(Screened { threshold_km, .. }) = screened {
        comments.push(format!("Screened: every approach below {threshold_km} km in any direction"));
    }
    comments
}

fn object(name: &str, state: &State<Teme>, tca: DateTime<Utc>, known: &Known<'_>) -> CdmObject {
    let jd_tt = JulianDate::from_utc(tca).plus_seconds(TT_MINUS_UTC_S);
    let inertial = teme_to_eme2000(state, jd_tt);
    let Known { elements, origin, object_type, covariance } = known;
    let mut object = CdmObject::new(
        &elements.norad_id.to_string(),
        name,
        &elements.object_id,
        inertial.position_km.into(),
        inertial.velocity_km_s.into(),
    );
    object.object_type = Some(word(*object_type).to_owned());
    object.comments = vec![
        "State from SGP4 (WGS-72) and public mean elements, not from an orbit determination".to_owned(),
        cut(&format!(
            "Element set: epoch {}, number {}, from {origin}",
            machine_time(elements.epoch),
            elements.element_set_no
        )),
    ];
    let matrix_m2 = rates(&(covariance.rtn_km2 * 1e6), turning_rad_s(state));
    object.covariance = Some(Covariance {
        comments: vec![
            cut(&format!("Position: {}", covariance.source)),
            "Rates: derived from the position's, not estimated".to_owned(),
        ],
        ..Covariance::from_matrix(&matrix_m2)
    });
    object
}

/// How fast the position turns about the Earth, rad/s: |r × v| / r².
fn turning_rad_s(state: &State<Teme>) -> f64 {
    state.position_km.cross(&state.velocity_km_s).norm() / state.position_km.norm_squared()
}

/// A covariance of position and velocity on R, T and N from the one of position, in m², m²/s and m²/s², for an orbit that
/// turns by n rad/s.
///
/// On a nearly circular orbit an object that is early by δt stands n a δt ahead with its velocity turned likewise, so
/// v_R = −n T; one that stands higher with the same angular momentum is slower, v_T = −n R (Clohessy and Wiltshire 1960,
/// J. Aerosp. Sci. 27, 653, the free motion). What these two leave open is a quarter of a turn out of phase with the
/// position, so without correlation and as large: n σ_R along R, and n σ_N along N; along T half of n σ_R, for an orbit
/// that is higher for good has v_T = −n R / 2. With these three above zero the whole is positive definite where the
/// position's is.
#[must_use]
pub fn rates(position_m2: &Matrix3<f64>, n_rad_s: f64) -> Matrix6<f64> {
    let n = n_rad_s;
    let follows = Matrix3::new(0.0, -n, 0.0, -n, 0.0, 0.0, 0.0, 0.0, 0.0);
    let [r_m2, n_m2] = [position_m2[(0, 0)], position_m2[(2, 2)]];
    let free = Matrix3::from_diagonal(&Vector3::new(n * n * r_m2, n * n * r_m2 / 4.0, n * n * n_m2));
    let cross = follows * position_m2;
    let mut matrix = Matrix6::zeros();
    matrix.fixed_view_mut::<3, 3>(0, 0).copy_from(position_m2);
    matrix.fixed_view_mut::<3, 3>(3, 0).copy_from(&cross);
    matrix.fixed_view_mut::<3, 3>(0, 3).copy_from(&cross.transpose());
    matrix.fixed_view_mut::<3, 3>(3, 3).copy_from(&(cross * follows.transpose() + free));
    matrix
}

/// The standard's word for a type of object.
const fn word(object_type: ObjectType) -> &'static str {
    match object_type {
        ObjectType::Payload => "PAYLOAD",
        ObjectType::RocketBody => "ROCKET BODY",
        ObjectType::Debris => "DEBRIS",
        ObjectType::Unknown => "UNKNOWN",
    }
}

fn cut(text: &str) -> String {
    text.chars().take(MOST_TEXT).collect()
}
