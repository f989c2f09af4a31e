//! Where each keyword that stands alone goes in the plain data: one table for reading and writing.

use chrono::{DateTime, Utc};

use super::keys::Section;
use super::message::{Cdm, CdmObject, CovarianceMethod, Maneuverable, RefFrame};

/// A place for one value; the optional ones may stay empty.
pub(super) enum Slot<'a> {
    Text(&'a mut String),
    OptionalText(&'a mut Option<String>),
    Number(&'a mut f64),
    OptionalNumber(&'a mut Option<f64>),
    OptionalCount(&'a mut Option<u32>),
    OptionalFlag(&'a mut Option<bool>),
    Time(&'a mut DateTime<Utc>),
    OptionalTime(&'a mut Option<DateTime<Utc>>),
    Method(&'a mut CovarianceMethod),
    Maneuverable(&'a mut Maneuverable),
    Frame(&'a mut RefFrame),
}

/// A keyword and the place of its value.
pub(super) type Field<'a> = (&'static str, Slot<'a>);

/// The keywords of header and relative metadata.
pub(super) fn of_message(cdm: &mut Cdm) -> Vec<Field<'_>> {
    let volume = &mut cdm.screening_volume;
    vec![
        ("CREATION_DATE", Slot::Time(&mut cdm.creation_date)),
        ("ORIGINATOR", Slot::Text(&mut cdm.originator)),
        ("MESSAGE_FOR", Slot::OptionalText(&mut cdm.message_for)),
        ("MESSAGE_ID", Slot::Text(&mut cdm.message_id)),
        ("TCA", Slot::Time(&mut cdm.tca)),
        ("MISS_DISTANCE", Slot::Number(&mut cdm.miss_distance_m)),
        ("RELATIVE_SPEED", Slot::OptionalNumber(&mut cdm.relative_speed_m_s)),
        ("START_SCREEN_PERIOD", Slot::OptionalTime(&mut cdm.start_screen_period)),
        ("STOP_SCREEN_PERIOD", Slot::OptionalTime(&mut cdm.stop_screen_period)),
        ("SCREEN_VOLUME_FRAME", Slot::OptionalText(&mut volume.frame)),
        ("SCREEN_VOLUME_SHAPE", Slot::OptionalText(&mut volume.shape)),
        ("SCREEN_VOLUME_X", Slot::OptionalNumber(&mut volume.x_m)),
        ("SCREEN_VOLUME_Y", Slot::OptionalNumber(&mut volume.y_m)),
        ("SCREEN_VOLUME_Z", Slot::OptionalNumber(&mut volume.z_m)),
        ("SCREEN_ENTRY_TIME", Slot::OptionalTime(&mut volume.entry_time)),
        ("SCREEN_EXIT_TIME", Slot::OptionalTime(&mut volume.exit_time)),
        ("COLLISION_PROBABILITY", Slot::OptionalNumber(&mut cdm.collision_probability)),
        ("COLLISION_PROBABILITY_METHOD", Slot::OptionalText(&mut cdm.collision_probability_method)),
    ]
}

/// The keywords of one object, [`OBJECT`](super::keys) itself and the covariance left out.
pub(super) fn of_object(object: &mut CdmObject) -> Vec<Field<'_>> {
    let (od, additional) = (&mut object.od, &mut object.additional);
    let [x, y, z] = &mut object.position_km;
    let [x_dot, y_dot, z_dot] = &mut object.velocity_km_s;
    vec![
        ("OBJECT_DESIGNATOR", Slot::Text(&mut object.object_designator)),
        ("CATALOG_NAME", Slot::Text(&mut object.catalog_name)),
        ("OBJECT_NAME", Slot::Text(&mut object.object_name)),
        ("INTERNATIONAL_DESIGNATOR", Slot::Text(&mut object.international_designator)),
        ("OBJECT_TYPE", Slot::OptionalText(&mut object.object_type)),
        ("OPERATOR_CONTACT_POSITION", Slot::OptionalText(&mut object.operator_contact_position)),
        ("OPERATOR_ORGANIZATION", Slot::OptionalText(&mut object.operator_organization)),
        ("OPERATOR_PHONE", Slot::OptionalText(&mut object.operator_phone)),
        ("OPERATOR_EMAIL", Slot::OptionalText(&mut object.operator_email)),
        ("EPHEMERIS_NAME", Slot::Text(&mut object.ephemeris_name)),
        ("COVARIANCE_METHOD", Slot::Method(&mut object.covariance_method)),
        ("MANEUVERABLE", Slot::Maneuverable(&mut object.maneuverable)),
        ("ORBIT_CENTER", Slot::OptionalText(&mut object.orbit_center)),
        ("REF_FRAME", Slot::Frame(&mut object.ref_frame)),
        ("GRAVITY_MODEL", Slot::OptionalText(&mut object.gravity_model)),
        ("ATMOSPHERIC_MODEL", Slot::OptionalText(&mut object.atmospheric_model)),
        ("N_BODY_PERTURBATIONS", Slot::OptionalText(&mut object.n_body_perturbations)),
        ("SOLAR_RAD_PRESSURE", Slot::OptionalFlag(&mut object.solar_rad_pressure)),
        ("EARTH_TIDES", Slot::OptionalFlag(&mut object.earth_tides)),
        ("INTRACK_THRUST", Slot::OptionalFlag(&mut object.intrack_thrust)),
        ("TIME_LASTOB_START", Slot::OptionalTime(&mut od.time_lastob_start)),
        ("TIME_LASTOB_END", Slot::OptionalTime(&mut od.time_lastob_end)),
        ("RECOMMENDED_OD_SPAN", Slot::OptionalNumber(&mut od.recommended_od_span_d)),
        ("ACTUAL_OD_SPAN", Slot::OptionalNumber(&mut od.actual_od_span_d)),
        ("OBS_AVAILABLE", Slot::OptionalCount(&mut od.obs_available)),
        ("OBS_USED", Slot::OptionalCount(&mut od.obs_used)),
        ("TRACKS_AVAILABLE", Slot::OptionalCount(&mut od.tracks_available)),
        ("TRACKS_USED", Slot::OptionalCount(&mut od.tracks_used)),
        ("RESIDUALS_ACCEPTED", Slot::OptionalNumber(&mut od.residuals_accepted_percent)),
        ("WEIGHTED_RMS", Slot::OptionalNumber(&mut od.weighted_rms)),
        ("AREA_PC", Slot::OptionalNumber(&mut additional.area_pc_m2)),
        ("AREA_DRG", Slot::OptionalNumber(&mut additional.area_drg_m2)),
        ("AREA_SRP", Slot::OptionalNumber(&mut additional.area_srp_m2)),
        ("MASS", Slot::OptionalNumber(&mut additional.mass_kg)),
        ("CD_AREA_OVER_MASS", Slot::OptionalNumber(&mut additional.cd_area_over_mass_m2_kg)),
        ("CR_AREA_OVER_MASS", Slot::OptionalNumber(&mut additional.cr_area_over_mass_m2_kg)),
        ("THRUST_ACCELERATION", Slot::OptionalNumber(&mut additional.thrust_acceleration_m_s2)),
        ("SEDR", Slot::OptionalNumber(&mut additional.sedr_w_kg)),
        ("X", Slot::Number(x)),
        ("Y", Slot::Number(y)),
        ("Z", Slot::Number(z)),
        ("X_DOT", Slot::Number(x_dot)),
        ("Y_DOT", Slot::Number(y_dot)),
        ("Z_DOT", Slot::Number(z_dot)),
    ]
}

/// The comments of a section of the whole message (`object` 0) or of its first or second object; `None` for those of a
/// covariance that is not there.
pub(super) fn comments(cdm: &mut Cdm, object: usize, section: Section) -> Option<&mut Vec<String>> {
    if object == 0 {
        return match section {
            Section::Header => Some(&mut cdm.header_comments),
            _ => Some(&mut cdm.comments),
        };
    }
    let object = cdm.objects.get_mut(object - 1)?;
    match section {
        Section::Header | Section::Relative | Section::Metadata => Some(&mut object.comments),
        Section::Od => Some(&mut object.od.comments),
        Section::Additional => Some(&mut object.additional.comments),
        Section::State => Some(&mut object.state_comments),
        Section::Covariance => object.covariance.as_mut().map(|covariance| &mut covariance.comments),
    }
}
