//! Ground sensors: the bundled file and its mistakes, observations against brute force, custody.

use std::collections::BTreeSet;

use alliedsky::astro::crossing::{Interval, SunPath, Track};
use alliedsky::astro::elements::{Elements, NoradId};
use alliedsky::astro::propagator::Propagator;
use alliedsky::astro::span::Span;
use alliedsky::astro::sun::sun_position_km;
use alliedsky::astro::time::{JulianDate, Window};
use alliedsky::feed::bundled;
use alliedsky::ssa::custody::chances::chances;
use alliedsky::ssa::custody::{Observation, ObservationSearch, custody};
use alliedsky::ssa::ground_sensor::{Field, Figures, GroundSensor, GroundSensorKind, GroundSensors, Observer, Sector};
use alliedsky::ssa::nation::Nation;
use alliedsky::ssa::progress::silent;
use chrono::TimeDelta;
use nalgebra::Vector3;

use crate::sets::{self, CrateOrbit};
use crate::truth;

fn sensors() -> GroundSensors {
    let text = bundled::sensors();
    GroundSensors::parse(text.file, text.text).unwrap_or_else(|error| panic!("{error}"))
}

/// Position of a place on WGS-84 in km and its axes east, north, up, from the defining formulas.
fn axes(sensor: &GroundSensor) -> (Vector3<f64>, [Vector3<f64>; 3]) {
    let (latitude, longitude) = (sensor.latitude_deg.to_radians(), sensor.longitude_deg.to_radians());
    let (e2, height_km) = (0.006_694_379_990_141_317, sensor.altitude_m / 1000.0);
    let prime_km = 6378.137 / (1.0 - e2 * latitude.sin().powi(2)).sqrt();
    let up = Vector3::new(latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin());
    let place = Vector3::new(
        (prime_km + height_km) * up.x,
        (prime_km + height_km) * up.y,
        (prime_km * (1.0 - e2) + height_km) * up.z,
    );
    let east = Vector3::z().cross(&up).normalize();
    (place, [east, up.cross(&east), up])
}

/// Height over WGS-84 by iteration (Vallado 4th ed., algorithm 12).
fn height_km(position: &Vector3<f64>) -> f64 {
    let e2 = 0.006_694_379_990_141_317;
    let across = position.x.hypot(position.y);
    let mut latitude = position.z.atan2(across);
    let mut prime_km = 6378.137;
    for _ in 0..20 {
        prime_km = 6378.137 / (1.0 - e2 * latitude.sin().powi(2)).sqrt();
        latitude = (position.z + prime_km * e2 * latitude.sin()).atan2(across);
    }
    if latitude.abs() < 1.2 {
        across / latitude.cos() - prime_km
    } else {
        position.z / latitude.sin() - prime_km * (1.0 - e2)
    }
}

/// Azimuth and elevation in degrees.
fn angles([east, north, up]: &[Vector3<f64>; 3], range: &Vector3<f64>) -> (f64, f64) {
    let azimuth = range.dot(east).atan2(range.dot(north)).to_degrees().rem_euclid(360.0);
    (azimuth, (range.dot(up) / range.norm()).asin().to_degrees())
}

/// Whether a sensor can observe, each limit moved inwards (positive) or outwards by 0.01°, 0.1 km and, for the shadow's
/// edge, 0.35°.
fn can_observe(sensor: &GroundSensor, position: &Vector3<f64>, sun: &Vector3<f64>, inwards: f64) -> bool {
    let (place, frame) = axes(sensor);
    let range = position - place;
    let (azimuth_deg, elevation_deg) = angles(&frame, &range);
    let (deg, km) = (0.01 * inwards, 0.1 * inwards);
    let in_field = |field: &Field| {
        let in_sector = field.azimuth.is_none_or(|sector: Sector| {
            // Near the zenith an azimuth's hundredth of a degree is nothing.
            let slack = deg / range.normalize().dot(&frame[2]).acos().sin().max(1e-6);
            let into = (azimuth_deg - sector.from_deg).rem_euclid(360.0);
            let wide = (sector.to_deg - sector.from_deg).rem_euclid(360.0);
            let past_zero = if into > 180.0 + 0.5 * wide { into - 360.0 } else { into };
            (slack..=wide - slack).contains(&past_zero)
        });
        in_sector
            && elevation_deg >= field.min_elevation_deg + deg
            && (field.max_elevation_deg == 90.0 || elevation_deg <= field.max_elevation_deg - deg)
    };
    let height_km = height_km(position);
    let from_plane_deg = (range.dot(&frame[1]) / range.norm()).asin().to_degrees().abs();
    let (_, sun_deg) = angles(&frame, &(sun - place));
    let limb_deg = (6378.137 / position.norm()).asin().to_degrees();
    let to_earth_deg = (sun - position).angle(&-position).to_degrees();
    sensor.fields.iter().any(in_field)
        && (sensor.range.min_km == 0.0 || range.norm() >= sensor.range.min_km + km)
        && range.norm() <= sensor.range.max_km - km
        && sensor.altitude.is_none_or(|band| (band.min_km + km..=band.max_km - km).contains(&height_km))
        && sensor.fan_half_width_deg.is_none_or(|half_deg| from_plane_deg <= half_deg - deg)
        && sensor.max_sun_elevation_deg.is_none_or(|most_deg| sun_deg <= most_deg - deg)
        && (!sensor.needs_sunlit_target || to_earth_deg >= limb_deg + 0.35 * inwards)
}

/// Compares every step of a window for some objects and all bundled sensors.
fn check(objects: &[Elements], window: Window, step_s: f64) -> [usize; 3] {
    let sensors = sensors();
    let sun = SunPath::new(window, &sets::level);
    let steps = (window.seconds() / step_s) as usize;
    let suns: Vec<Vector3<f64>> = (0..=steps)
        .map(|step| {
            let time = window.at(step as f64 * step_s);
            sets::rotation_at(time).rotate(&sun_position_km(JulianDate::from_utc(time)))
        })
        .collect();
    let mut counts = [0; 3];
    for elements in objects {
        let (Ok(propagator), Some(orbit)) = (Propagator::new(elements), CrateOrbit::new(elements)) else { continue };
        let track = Track::new(&propagator, window, &sets::level);
        let positions: Vec<Option<Vector3<f64>>> = (0..=steps)
            .map(|step| {
                let time = window.at(step as f64 * step_s);
                Some(sets::rotation_at(time).rotate(&orbit.position_km(time)?))
            })
            .collect();
        for sensor in sensors.all() {
            let found = Observer::new(sensor).observations(&track, &sun, Span::new(0.0, window.seconds()));
            let Ok(found) = found else { continue };
            counts[0] += found.intervals.len();
            for (step, position) in positions.iter().enumerate() {
                let Some(position) = position else { continue };
                let time_s = step as f64 * step_s;
                let is_found = found.intervals.iter().any(|one| one.span.contains(time_s));
                let about = || format!("{} by {} at {}", elements.norad_id, sensor.name, window.at(time_s));
                if can_observe(sensor, position, &suns[step], 1.0) {
                    counts[1] += 1;
                    assert!(is_found, "lost: {}", about());
                } else if !can_observe(sensor, position, &suns[step], -1.0) {
                    counts[2] += 1;
                    assert!(!is_found, "invented: {}", about());
                }
            }
        }
    }
    counts
}

fn theatre() -> Vec<Elements> {
    sets::of_file(&truth::data("elements/theatre_20260906.csv"))
}

#[test]
fn observations_are_those_of_a_look_every_five_seconds() {
    let window = Window::new("2026-09-07T09:00:00Z".parse().unwrap(), TimeDelta::hours(6));
    let objects: Vec<Elements> = theatre().into_iter().step_by(4).collect();
    let [found, inside, outside] = check(&objects, window, 5.0);
    println!("{found} observations, {inside} looks inside, {outside} outside");
    assert!(found > 200 && inside > 10_000 && outside > 1_000_000);
}

#[test]
fn observations_in_high_orbits_are_those_of_a_look_every_minute() {
    let window = Window::new("2018-01-21T00:00:00Z".parse().unwrap(), TimeDelta::hours(24));
    let mut objects = sets::catalogue_2018();
    objects.retain(|elements| elements.period_min() > 600.0);
    let objects: Vec<Elements> = objects.into_iter().step_by(12).collect();
    let [found, inside, outside] = check(&objects, window, 60.0);
    println!("{} objects: {found} observations, {inside} looks inside, {outside} outside", objects.len());
    assert!(found > 100 && inside > 10_000 && outside > 50_000);
}

/// What one sensor could observe of the theatre's objects in a day.
fn day_of(name: &str) -> (GroundSensor, Window, Vec<Observation>) {
    let sensor = sensors().find(name).unwrap().clone();
    let window = Window::new("2026-09-07T00:00:00Z".parse().unwrap(), TimeDelta::days(1));
    let chosen = std::slice::from_ref(&sensor);
    let search = ObservationSearch { sensors: chosen, window, orientation: sets::level };
    let (found, tally) = search.run(&theatre(), &silent).unwrap();
    assert_eq!((tally.objects, tally.unusable.len()), (79, 0));
    (sensor, window, found)
}

#[test]
fn objects_fly_through_the_space_fence_in_seconds_above_ten_degrees() {
    let (sensor, _, found) = day_of("Space Fence Kwajalein");
    assert!(found.len() > 50, "{}", found.len());
    for one in &found {
        for look in [one.start, one.end] {
            assert!(look.elevation_deg > 10.0 - 1e-6 && look.range_km < 3058.0 + 1e-6, "{one:?}");
            // The angle from the plane through east and up: sin = cos el · cos az.
            let sine = look.elevation_deg.to_radians().cos() * look.azimuth_deg.to_radians().cos();
            assert!(sine.asin().to_degrees().abs() < 2.0 + 1e-6, "{one:?}");
        }
        assert!(one.interval.span.seconds() < 120.0, "{one:?}");
        assert!(one.timing_error_s > 0.0);
    }
    assert_eq!(sensor.kind, GroundSensorKind::Fence);
}

#[test]
fn a_telescope_never_observes_by_day_nor_in_the_shadow() {
    let mut seen = 0;
    for name in ["OWL-Net Daejeon", "OWL-Net Mt Lemmon", "ROKAF EOSS", "Bisei Spaceguard Center"] {
        let (sensor, window, found) = day_of(name);
        let (place, frame) = axes(&sensor);
        for one in &found {
            let Span { start_s, end_s } = one.interval.span;
            for time_s in [start_s, 0.5 * (start_s + end_s), end_s] {
                let time = window.at(time_s);
                let sun = sets::rotation_at(time).rotate(&sun_position_km(JulianDate::from_utc(time)));
                let (_, sun_deg) = angles(&frame, &(sun - place));
                assert!(sun_deg <= -6.0 + 1e-4, "{name} at {time}: the Sun at {sun_deg}°");
            }
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn the_bundled_sensors_say_where_their_figures_stand() {
    let sensors = sensors();
    let of = |nation| sensors.of_nations(&[nation]).len();
    assert_eq!((of(Nation::Jp), of(Nation::Kr), of(Nation::Us)), (3, 7, 22));
    for sensor in sensors.all() {
        assert!(!sensor.source.is_empty(), "{}", sensor.name);
        if sensor.source.contains("assumed") && sensor.source.contains("elevation and range assumed") {
            assert_eq!(sensor.figures, Figures::Assumed, "{}", sensor.name);
        }
    }
    let cobra = sensors.find("cobra dane").unwrap();
    assert_eq!(cobra.fields.len(), 2);
    assert_eq!(
        sensors.find("Cobra Dan").unwrap_err().to_string(),
        "unknown sensor \"Cobra Dan\": did you mean Cobra Dane?"
    );
    let sector = cobra.fields[0].azimuth.unwrap();
    assert_eq!(sector.width_deg(), 120.0);
    for (azimuth_deg, is_in) in
        [(259.0, true), (258.9, false), (0.0, true), (19.0, true), (19.1, false), (139.0, false)]
    {
        assert_eq!(sector.contains(azimuth_deg), is_in, "{azimuth_deg}");
    }
}

#[test]
fn a_users_sensor_lies_over_and_mistakes_are_told() {
    let sensor = |fields: &str| {
        format!(
            "[[sensor]]\nname = \"X\"\nnation = \"kr\"\nlatitude_deg = 36\nlongitude_deg = 127\nsource = \"own\"\n{fields}\n"
        )
    };
    let good =
        "kind = \"radar\"\nfigures = \"published\"\nrange_km = [0, 3000]\nfields = [{ elevation_deg = [5, 90] }]";
    let over = sensors().overlay("mine.toml", &sensor(good).replace('X', "cobra-dane")).unwrap();
    assert_eq!(over.all().len(), sensors().all().len());
    assert_eq!(over.find("Cobra Dane").unwrap().nation, Nation::Kr);
    let cases = [
        (sensor(&good.replace("radar", "sonar")), "unknown variant `sonar`"),
        (sensor(&good.replace("[5, 90]", "[5, 91]")), "elevation_deg[1] = 91 is outside 0 to 90"),
        (sensor(&good.replace("[5, 90]", "[50, 5]")), "the least elevation must be the smaller"),
        (sensor(&good.replace("[0, 3000]", "[3000, 0]")), "range_km = [3000, 0]: the least length must be"),
        (sensor(&good.replace("[{ elevation_deg = [5, 90] }]", "[]")), "fields is empty"),
        (sensor(&good.replace("[5, 90]", "[5, 90], azimuth_deg = [0, 400]")), "azimuth_deg[1] = 400 is outside"),
        (sensor(&format!("{good}\nfan_half_width_deg = 2")), "belongs to a sensor of kind \"fence\""),
        (sensor(&good.replace("radar", "fence")), "belongs to a sensor of kind \"fence\""),
        (sensor(&format!("{good}\nmax_sun_elevation_deg = -12")), "stands without needs_night = true"),
        (sensor(&format!("{good}\ncolour = 1")), "unknown field `colour`"),
        (sensor(good).repeat(2), "sensor 2 (\"X\"): the name \"X\" stands twice"),
        (sensor(good).replace("source = \"own\"", ""), "source is missing"),
        ("[[sensors]]".to_owned(), "sensors: unknown key, expected sensor"),
    ];
    for (text, expected) in cases {
        let message = GroundSensors::parse("mine.toml", &text).unwrap_err().to_string();
        assert!(message.starts_with("mine.toml: ") && !message.contains('\n'), "{message}");
        assert!(message.contains(expected), "{message:?} lacks {expected:?}");
    }
}

fn id(number: u32) -> NoradId {
    NoradId::new(number).unwrap()
}

/// Three objects, two nations with a sensor each, a hundred seconds: figures worked out by hand.
#[test]
fn custody_figures_are_those_worked_out_by_hand() {
    let of = |name: &str| sensors().find(name).unwrap().clone();
    let sensors = [of("Cobra Dane"), of("Kamisaibara Space Guard Center")];
    let look = alliedsky::astro::look::Look { azimuth_deg: 0.0, elevation_deg: 45.0, range_km: 1000.0 };
    let seen = |number, sensor, start_s, end_s| Observation {
        norad_id: id(number),
        name: String::new(),
        sensor,
        interval: Interval { span: Span::new(start_s, end_s), open_start: false, open_end: false },
        start: look,
        end: look,
        age_days: 0.5,
        stale: false,
        timing_error_s: 0.1,
    };
    let observations = [seen(1, 0, 20.0, 40.0), seen(1, 1, 30.0, 60.0), seen(2, 0, 0.0, 10.0)];
    let objects = BTreeSet::from([id(1), id(2), id(3)]);
    let custody = custody(&[Nation::Us, Nation::Jp], &sensors, &objects, &observations, 100.0);
    assert_eq!(custody.objects, 3);
    assert_eq!(custody.by_none, BTreeSet::from([id(3)]));
    let [us, jp, both] = &custody.coalitions[..] else { panic!() };
    assert_eq!(both.nations, [Nation::Us, Nation::Jp]);
    assert_eq!((us.observed.len(), jp.observed.len(), both.observed.len()), (2, 1, 2));
    assert_eq!((us.alone.len(), jp.alone.len(), both.alone.len()), (1, 0, 2));
    assert!((us.observed_percent - 200.0 / 3.0).abs() < 1e-12);
    // Object 1 alone by the US: gaps of 20 and 60 s; object 2: one of 90 s. Σ g²/2T.
    let of_gaps = |gaps: &[f64]| gaps.iter().map(|gap| gap * gap).sum::<f64>() / 200.0;
    assert_eq!(us.mean_since_last_s, Some((of_gaps(&[20.0, 60.0]) + of_gaps(&[90.0])) / 2.0));
    assert_eq!(jp.mean_since_last_s, Some(of_gaps(&[30.0, 40.0])));
    assert_eq!(both.mean_since_last_s, Some((of_gaps(&[20.0, 40.0]) + of_gaps(&[90.0])) / 2.0));

    // Before 50 s, with object 1: the other nation's later chance is cut, one that begins later does not count.
    let own: Vec<&Observation> = observations.iter().filter(|one| one.norad_id == id(1)).collect();
    let [us, jp] = &chances(&[Nation::Us, Nation::Jp], &sensors, &own, 50.0)[..] else { panic!() };
    assert_eq!((us.nation, us.count, us.sensors, us.observed.seconds()), (Nation::Us, 1, 1, 20.0));
    assert_eq!((jp.nation, jp.count, jp.sensors, jp.observed.seconds()), (Nation::Jp, 1, 1, 20.0));
    assert_eq!(jp.first.as_ref(), Some(&observations[1]), "as it is, not cut");
    let [us, jp] = &chances(&[Nation::Us, Nation::Jp], &sensors, &own, 25.0)[..] else { panic!() };
    assert_eq!((us.count, us.observed.seconds(), jp.count, jp.first.is_none()), (1, 5.0, 0, true));
}

/// What one nation's sensors could do is that of all observations of its own, looked through one by one.
#[test]
fn the_first_chance_is_the_earliest_of_all() {
    let window = Window::new("2026-09-07T00:00:00Z".parse().unwrap(), TimeDelta::hours(12));
    let sensors = sensors().of_nations(&Nation::ALLIED);
    let objects: Vec<Elements> = theatre().into_iter().take(8).collect();
    let search = ObservationSearch { sensors: &sensors, window, orientation: sets::level };
    let (found, _) = search.run(&objects, &silent).unwrap();
    let mut some = 0;
    for object in &objects {
        let own: Vec<&Observation> = found.iter().filter(|one| one.norad_id == object.norad_id).collect();
        for end_s in [3_000.0, 20_000.0, 43_200.0] {
            for chances in chances(&Nation::ALLIED, &sensors, &own, end_s) {
                let before = |one: &&&Observation| {
                    sensors[one.sensor].nation == chances.nation && one.interval.span.start_s < end_s
                };
                let before: Vec<&&Observation> = own.iter().filter(before).collect();
                assert_eq!(chances.count, before.len());
                let seconds = (0..43_200)
                    .map(|second| f64::from(second) + 0.5)
                    .filter(|&at| at < end_s && before.iter().any(|one| one.interval.span.contains(at)));
                let edges = 2.0 * before.len() as f64;
                assert!((chances.observed.seconds() - seconds.count() as f64).abs() <= edges);
                let earliest = before.iter().map(|one| one.interval.span.start_s).fold(f64::MAX, f64::min);
                let first_s = chances.first.as_ref().map(|first| first.interval.span.start_s);
                assert_eq!(first_s, (!before.is_empty()).then_some(earliest));
                some += usize::from(first_s.is_some());
            }
        }
    }
    assert!(some > 20, "{some}");
}

#[test]
fn sensors_are_the_same_when_they_are_written_and_read() {
    let sensors = sensors();
    let again = GroundSensors::parse("again.toml", &sensors.to_toml()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(again.all(), sensors.all());
}

#[test]
fn a_larger_coalition_never_observes_less() {
    let nations = [Nation::Us, Nation::Jp, Nation::Kr, Nation::Au];
    let chosen = sensors().of_nations(&nations);
    let window = Window::new("2026-09-07T00:00:00Z".parse().unwrap(), TimeDelta::hours(3));
    let search = ObservationSearch { sensors: &chosen, window, orientation: sets::level };
    let objects = theatre();
    let (found, _) = search.run(&objects, &silent).unwrap();
    let ids: BTreeSet<NoradId> = objects.iter().map(|elements| elements.norad_id).collect();
    let custody = custody(&nations, &chosen, &ids, &found, window.seconds());
    assert_eq!(custody.coalitions.len(), 15);
    for small in &custody.coalitions {
        for large in &custody.coalitions {
            if small.nations.iter().all(|nation| large.nations.contains(nation)) {
                assert!(small.observed.is_subset(&large.observed));
                assert!(small.alone.is_subset(&large.alone));
            }
        }
    }
    let all = custody.coalitions.last().unwrap();
    assert_eq!(all.observed.len() + custody.by_none.len(), 79);
    assert_eq!(all.alone, all.observed);
    println!("{} of 79 observed in 3 h", all.observed.len());
}
