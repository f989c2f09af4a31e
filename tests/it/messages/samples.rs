//! Messages of our own making.

use alliedsky::format::cdm::{Cdm, CdmObject, Covariance, CovarianceMethod, Maneuverable, RelativeState};
use alliedsky::format::oem::{Oem, OemCovariance, OemFrame, OemSegment, OemState};
use chrono::TimeDelta;
use nalgebra::Matrix6;

use super::time;

/// A positive definite covariance in m², m²/s and m²/s², every term different.
pub fn covariance(scale: f64) -> Covariance {
    let root = Matrix6::from_fn(|row, column| {
        let size = if row < 3 { 40.0 } else { 0.04 };
        scale * size / (1.0 + row.abs_diff(column) as f64) * (1.0 + 0.1 * column as f64)
    });
    Covariance::from_matrix(&(root * root.transpose()))
}

/// A message as the program itself would write it.
pub fn cdm() -> Cdm {
    let mut one = CdmObject::new(
        "39766",
        "ALOS-2",
        "2014-029A",
        [-1_044.372_918_230_911, 6_842.118_204_577_3, 1_278.003_3],
        [-1.442_910_2, 1.157_700_13, -7.366_204_019_2],
    );
    one.comments = vec!["STATE FROM SGP4 WITH THE ELEMENT SET OF 2026-09-05T21:14:02.188".to_owned()];
    one.maneuverable = Maneuverable::Yes;
    one.object_type = Some("PAYLOAD".to_owned());
    one.covariance = Some(covariance(1.0));
    let mut two = CdmObject::new(
        "33759",
        "COSMOS 2251 DEB",
        "1993-036LX",
        [-1_044.301_2, 6_842.350_009_1, 1_277.71],
        [5.003_2, -0.332_18, 5.546_1],
    );
    two.covariance = Some(covariance(7.5));
    two.additional.area_pc_m2 = Some(0.031);
    let mut cdm = Cdm::new(
        time("2026-09-06T00:00:00Z"),
        "ALLIEDSKY",
        "39766_33759_20260908",
        time("2026-09-08T11:22:33.456789Z"),
        378.8125,
        [one, two],
    );
    cdm.comments = vec!["HBR = 6.5 [m]".to_owned()];
    cdm.relative_speed_m_s = Some(14_419.25);
    cdm.relative_state =
        Some(RelativeState { position_m: [-12.5, 330.125, 185.0625], velocity_m_s: [3.25, -9_120.5, 11_168.0] });
    cdm.collision_probability = Some(3.125e-5);
    cdm.collision_probability_method = Some("FOSTER-1992".to_owned());
    cdm
}

/// A message with something in every field.
pub fn full_cdm() -> Cdm {
    let mut cdm = cdm();
    cdm.header_comments = vec!["of the header".to_owned(), "a second one".to_owned()];
    cdm.message_for = Some("ALOS-2".to_owned());
    cdm.start_screen_period = Some(time("2026-09-06T00:00:00Z"));
    cdm.stop_screen_period = Some(time("2026-09-13T00:00:00Z"));
    let volume = &mut cdm.screening_volume;
    (volume.frame, volume.shape) = (Some("RTN".to_owned()), Some("ELLIPSOID".to_owned()));
    (volume.x_m, volume.y_m, volume.z_m) = (Some(2000.0), Some(25_000.0), Some(25_000.5));
    volume.entry_time = Some(time("2026-09-08T11:22:31.2Z"));
    volume.exit_time = Some(time("2026-09-08T11:22:35.8Z"));
    for (index, object) in cdm.objects.iter_mut().enumerate() {
        let text = |what: &str| Some(format!("{what} {index}"));
        object.object_type = Some("DEBRIS".to_owned());
        object.operator_contact_position = text("FLIGHT DIRECTOR");
        object.operator_organization = text("AGENCY");
        object.operator_phone = text("+00 1");
        object.operator_email = text("a@example.org");
        object.orbit_center = Some("EARTH".to_owned());
        object.gravity_model = Some("EGM-96: 36D 36O".to_owned());
        object.atmospheric_model = Some("JACCHIA 70".to_owned());
        object.n_body_perturbations = Some("MOON, SUN".to_owned());
        object.solar_rad_pressure = Some(true);
        object.earth_tides = Some(false);
        object.intrack_thrust = Some(index == 0);
        object.covariance_method = CovarianceMethod::Calculated;
        let od = &mut object.od;
        od.comments = vec!["how the orbit was determined".to_owned()];
        od.time_lastob_start = Some(time("2026-09-05T00:00:00Z"));
        od.time_lastob_end = Some(time("2026-09-05T12:00:00Z"));
        (od.recommended_od_span_d, od.actual_od_span_d) = (Some(7.88), Some(5.5));
        (od.obs_available, od.obs_used) = (Some(592), Some(579));
        (od.tracks_available, od.tracks_used) = (Some(123), Some(119));
        (od.residuals_accepted_percent, od.weighted_rms) = (Some(97.8), Some(0.864));
        let additional = &mut object.additional;
        additional.comments = vec!["size and mass".to_owned()];
        (additional.area_pc_m2, additional.area_drg_m2, additional.area_srp_m2) = (Some(5.2), Some(4.9), Some(5.0));
        additional.mass_kg = Some(251.6);
        additional.cd_area_over_mass_m2_kg = Some(0.045_663);
        additional.cr_area_over_mass_m2_kg = Some(1.2e-5);
        additional.thrust_acceleration_m_s2 = Some(0.0);
        additional.sedr_w_kg = Some(4.540_7e-5);
        object.state_comments = vec!["the state".to_owned()];
        let covariance = object.covariance.as_mut().unwrap();
        covariance.comments = vec!["the covariance".to_owned()];
        covariance.drag = Some([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.5]);
        covariance.solar = Some([-1.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5, 8.5]);
        covariance.thrust = Some([1e-9, 2.0, 3.0, 4.0, 5.0, 6.0, 7.5, 8.0, 9.0]);
    }
    cdm
}

/// A trajectory of two segments, the first with covariances.
pub fn oem() -> Oem {
    let segment = |start: &str, frame: OemFrame| {
        let start = time(start);
        let states: Vec<OemState> = (0..12)
            .map(|step| {
                let angle = f64::from(step) * 0.064;
                let (sin, cos) = angle.sin_cos();
                OemState {
                    epoch: start + TimeDelta::milliseconds(i64::from(step) * 60_000),
                    position_km: [7000.0 * cos, 7000.0 * sin, 1.0 / f64::from(step + 1)],
                    velocity_km_s: [-7.546 * sin, 7.546 * cos, -1e-6],
                    acceleration_km_s2: None,
                }
            })
            .collect();
        OemSegment {
            comments: vec!["metadata".to_owned()],
            object_name: "ALOS-2".to_owned(),
            object_id: "2014-029A".to_owned(),
            frame,
            start_time: start,
            useable_start_time: Some(start + TimeDelta::seconds(60)),
            useable_stop_time: Some(start + TimeDelta::seconds(600)),
            stop_time: start + TimeDelta::seconds(660),
            interpolation: Some("HERMITE".to_owned()),
            interpolation_degree: Some(7),
            data_comments: vec!["data".to_owned()],
            states,
            covariances: Vec::new(),
        }
    };
    let mut first = segment("2026-09-06T00:00:00Z", OemFrame::Eme2000);
    let terms = covariance(1.0).terms.map(|term| term * 1e-6);
    let at = |seconds| first.start_time + TimeDelta::seconds(seconds);
    let covariances = vec![
        OemCovariance { epoch: at(60), frame: Some("RTN".to_owned()), terms },
        OemCovariance { epoch: at(120), frame: None, terms: terms.map(|term| term * 1.5) },
    ];
    first.covariances = covariances;
    Oem {
        comments: vec!["of our own making".to_owned()],
        creation_date: time("2026-09-05T12:00:00Z"),
        originator: "ALLIEDSKY".to_owned(),
        message_id: None,
        segments: vec![first, segment("2026-09-06T00:20:00Z", OemFrame::Gcrf)],
    }
}
