//! What must hold for any bytes that a reader of the outside is given: one function for each fuzz target.
//!
//! Beyond "no panic": what was accepted is finite and in range, is counted, is no more than the bytes can hold, and
//! survives being written and read again.

use std::net::Ipv4Addr;
use std::path::Path;

use alliedsky::astro::elements::{ElementFields, Elements, NoradId};
use alliedsky::astro::orientation::OrientationTable;
use alliedsky::astro::propagator::Propagator;
use alliedsky::config::Config;
use alliedsky::config::base_url::BaseUrl;
use alliedsky::config::length::Length;
use alliedsky::format::cdm::{Cdm, read_cdm, write_cdm_json, write_cdm_kvn, write_cdm_xml};
use alliedsky::format::cdm_public::{CdmObject, CdmPublic, read_cdm_public};
use alliedsky::format::eop::read_eop;
use alliedsky::format::http_date::http_date;
use alliedsky::format::oem::{read_oem, write_oem_kvn, write_oem_xml};
use alliedsky::format::satcat::{SatcatEntry, read_satcat};
use alliedsky::format::socrates::read_socrates;
use alliedsky::format::{
    Batch, Format, Kind, MAX_NAME_CHARS, Problem, ReadOptions, detect, read_elements, unpack, write_omm_csv,
    write_omm_json, write_omm_kvn, write_omm_xml, write_tle,
};
use alliedsky::ssa::ground_sensor::GroundSensors;
use alliedsky::ssa::place::Region;
use alliedsky::ssa::place::Sites;
use alliedsky::ssa::roster::{Reach, Roster};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

/// The greatest size that the readers unpack to here.
const LIMIT_BYTES: usize = 1 << 20;

/// Two-line element sets.
pub fn tle(bytes: &[u8]) {
    elements(bytes, Format::Tle);
}

/// Orbit mean-elements messages as CSV.
pub fn omm_csv(bytes: &[u8]) {
    elements(bytes, Format::OmmCsv);
}

/// Orbit mean-elements messages as JSON.
pub fn omm_json(bytes: &[u8]) {
    elements(bytes, Format::OmmJson);
}

/// Orbit mean-elements messages as XML.
pub fn omm_xml(bytes: &[u8]) {
    elements(bytes, Format::OmmXml);
}

/// Orbit mean-elements messages as lines of keyword and value.
pub fn omm_kvn(bytes: &[u8]) {
    elements(bytes, Format::OmmKvn);
}

fn elements(bytes: &[u8], format: Format) {
    if detect(bytes) != Kind::Elements(format) {
        return;
    }
    let options = ReadOptions { max_unpacked_bytes: LIMIT_BYTES, ..ReadOptions::default() };
    let batch = match read_elements("fuzz", bytes, &options) {
        Ok(batch) => batch,
        Err(error) => {
            let _ = error.to_string();
            let unlike = matches!(error.problem, Problem::Foreign(_) | Problem::OtherKind { .. });
            assert!(!unlike, "detected, but not read: {error}");
            return;
        }
    };
    check_batch(&batch, bytes.len());
    batch.elements.iter().for_each(check_set);
    check_writers(&batch.elements);
}

fn check_batch(batch: &Batch, bytes: usize) {
    assert!(!batch.elements.is_empty());
    assert!(batch.rejected.len() <= batch.rejected_count);
    batch.rejected.iter().for_each(|rejection| assert!(!rejection.to_string().is_empty()));
    // The least that the mandatory fields of a set take, in any notation.
    let records = batch.elements.len() + batch.duplicates + batch.conflicts;
    assert!(records * 20 <= bytes, "{records} sets out of {bytes} bytes");
    let mut instants: Vec<_> = batch.elements.iter().map(|set| (set.norad_id, set.epoch)).collect();
    instants.sort_unstable();
    assert!(instants.windows(2).all(|pair| pair[0] != pair[1]), "one object has two sets of one epoch");
}

fn check_set(set: &Elements) {
    assert!((1..=NoradId::MAX).contains(&set.norad_id.get()));
    assert_text(&set.name);
    assert_text(&set.object_id);
    assert!((1957..=2199).contains(&set.epoch.year()), "{}", set.epoch);
    assert!(set.mean_motion_rev_day.is_finite() && set.mean_motion_rev_day > 0.0);
    assert!((0.0..1.0).contains(&set.eccentricity) && (0.0..=180.0).contains(&set.inclination_deg));
    for angle_deg in [set.raan_deg, set.arg_perigee_deg, set.mean_anomaly_deg] {
        assert!((-360.0..=360.0).contains(&angle_deg));
    }
    for number in [set.bstar, set.mean_motion_dot, set.mean_motion_ddot, set.perigee_km(), set.apogee_km()] {
        assert!(number.is_finite());
    }
    assert!(set.ephemeris_type <= 9 && set.ephemeris_type != 4);
    if let Ok(propagator) = Propagator::new(set) {
        for time in [set.epoch, set.epoch + TimeDelta::days(1), set.epoch - TimeDelta::days(30)] {
            if let Ok(state) = propagator.state_at(time) {
                assert!(state.position_km.iter().chain(&state.velocity_km_s).all(|number| number.is_finite()));
            }
        }
    }
}

/// Surrounding blanks are off, and nothing is longer than promised.
fn assert_text(text: &str) {
    assert!(text.chars().count() <= MAX_NAME_CHARS && text.trim() == text, "{text:?}");
}

/// Every writer gives back the same orbits, and the same sets altogether once a text has been written one time: control
/// characters in names are lost by the first.
fn check_writers(elements: &[Elements]) {
    for format in [Format::OmmCsv, Format::OmmJson, Format::OmmKvn, Format::OmmXml] {
        let once = read_again(format, &written(format, elements));
        assert_eq!(once.len(), elements.len(), "{format:?}");
        for (read, written) in once.iter().zip(elements) {
            assert_eq!(without_texts(read), without_texts(written), "{format:?}");
            assert_eq!(read.orbit_key(), written.orbit_key(), "{format:?}");
        }
        assert_eq!(read_again(format, &written(format, &once)), once, "{format:?}");
    }
    for set in elements {
        let Ok((one, two)) = write_tle(set) else { continue };
        assert!(one.len() == 69 && two.len() == 69 && one.is_ascii() && two.is_ascii(), "{one:?} {two:?}");
        let read = read_again(Format::Tle, &format!("{one}\n{two}\n")).remove(0);
        assert_eq!(read.norad_id, set.norad_id);
        // Half of 1e-8 day.
        assert!((read.epoch - set.epoch).abs() <= TimeDelta::microseconds(432), "{} {}", read.epoch, set.epoch);
        assert_eq!(write_tle(&read), Ok((one, two)));
    }
}

fn read_again(format: Format, text: &str) -> Vec<Elements> {
    let batch = read_elements("written", text.as_bytes(), &ReadOptions::default())
        .unwrap_or_else(|error| panic!("{format:?}: {error}\n{text}"));
    assert_eq!((batch.format, batch.rejected_count, batch.truncated), (format, 0, false), "{text}");
    assert_eq!((batch.duplicates, batch.conflicts), (0, 0), "{text}");
    batch.elements
}

fn written(format: Format, elements: &[Elements]) -> String {
    let created = DateTime::UNIX_EPOCH;
    match format {
        Format::OmmCsv => write_omm_csv(elements),
        Format::OmmJson => write_omm_json(elements),
        Format::OmmKvn => write_omm_kvn(elements, created),
        Format::OmmXml => write_omm_xml(elements, created),
        Format::Tle => unreachable!("written set by set"),
    }
}

fn without_texts(set: &Elements) -> ElementFields {
    ElementFields { name: String::new(), object_id: String::new(), ..set.clone().into_fields() }
}

/// The satellite catalogue.
pub fn satcat(bytes: &[u8]) {
    let Ok(batch) = read_satcat("fuzz", bytes, LIMIT_BYTES) else { return };
    assert!(!batch.entries.is_empty() && batch.rejected.len() <= batch.rejected_count);
    for entry in &batch.entries {
        [&entry.name, &entry.object_id, &entry.owner, &entry.launch_site]
            .into_iter()
            .for_each(|text| assert_text(text));
        for date in [entry.launch_date, entry.decay_date].into_iter().flatten() {
            assert!((1957..=2199).contains(&date.year()));
        }
        for number in figures(entry).into_iter().flatten() {
            assert!(number.is_finite());
        }
    }
    let written = Value::Array(batch.entries.iter().map(satcat_record).collect()).to_string();
    let again = read_satcat("written", written.as_bytes(), LIMIT_BYTES).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((again.entries, again.rejected_count, again.truncated), (batch.entries, 0, false));
}

const fn figures(entry: &SatcatEntry) -> [Option<f64>; 5] {
    [entry.period_min, entry.inclination_deg, entry.apogee_km, entry.perigee_km, entry.rcs_m2]
}

fn satcat_record(entry: &SatcatEntry) -> Value {
    let day = |date: Option<NaiveDate>| date.map(|date| date.to_string());
    json!({
        "NORAD_CAT_ID": entry.norad_id.get(), "OBJECT_NAME": entry.name, "OBJECT_ID": entry.object_id,
        "OBJECT_TYPE": entry.object_type.as_str(), "OPS_STATUS_CODE": entry.ops_status.map(String::from),
        "OWNER": entry.owner, "LAUNCH_DATE": day(entry.launch_date), "LAUNCH_SITE": entry.launch_site,
        "DECAY_DATE": day(entry.decay_date), "PERIOD": entry.period_min, "INCLINATION": entry.inclination_deg,
        "APOGEE": entry.apogee_km, "PERIGEE": entry.perigee_km, "RCS": entry.rcs_m2,
        "RCS_SIZE": entry.rcs_size.map(alliedsky::format::satcat::RcsSize::as_str),
    })
}

/// Earth orientation parameters.
pub fn eop(bytes: &[u8]) {
    let Ok(batch) = read_eop("fuzz", bytes, LIMIT_BYTES) else { return };
    assert!(!batch.rows.is_empty() && batch.rejected.len() <= batch.rejected_count);
    let arcsecond = (1.0_f64 / 3600.0).to_radians();
    let mut written = "MJD,X,Y,UT1-UTC,DATA_TYPE\n".to_owned();
    for row in &batch.rows {
        let (ut1_utc_s, pole) = (
            row.orientation.ut1_utc_s,
            [row.orientation.pole_x_rad, row.orientation.pole_y_rad].map(|p| p / arcsecond),
        );
        assert!((30_000..=100_000).contains(&row.mjd) && ut1_utc_s.abs() <= 1.0);
        assert!(pole.iter().all(|angle| angle.abs() < 2.000_001));
        let kind = if row.predicted { 'P' } else { 'O' };
        let [x, y] = pole.map(|angle| angle.clamp(-2.0, 2.0));
        written += &format!("{},{x},{y},{ut1_utc_s},{kind}\n", row.mjd);
    }
    let again = read_eop("written", written.as_bytes(), LIMIT_BYTES * 8).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((again.rows.len(), again.rejected_count), (batch.rows.len(), 0), "{written}");
    for (read, row) in again.rows.iter().zip(&batch.rows) {
        let (a, b) = (read.orientation, row.orientation);
        assert_eq!((read.mjd, read.predicted, a.ut1_utc_s), (row.mjd, row.predicted, b.ut1_utc_s));
        assert!((a.pole_x_rad - b.pole_x_rad).abs() < 1e-18 && (a.pole_y_rad - b.pole_y_rad).abs() < 1e-18);
    }
    let table = OrientationTable::new(batch.rows);
    assert!(table.rows().windows(2).all(|pair| pair[0].mjd < pair[1].mjd), "days out of order, or twice");
    for time in [DateTime::<Utc>::MIN_UTC, DateTime::UNIX_EPOCH, DateTime::<Utc>::MAX_UTC] {
        assert!(table.at(time).ut1_utc_s.is_finite());
    }
}

/// Public conjunction data messages.
pub fn cdm_public(bytes: &[u8]) {
    let Ok(batch) = read_cdm_public("fuzz", bytes, LIMIT_BYTES) else { return };
    assert!(!batch.messages.is_empty() && batch.rejected.len() <= batch.rejected_count);
    for cdm in &batch.messages {
        assert!(cdm.miss_km.is_finite() && cdm.miss_km >= 0.0 && cdm.sat1.norad_id != cdm.sat2.norad_id);
        assert!(cdm.pc.is_none_or(|pc| (0.0..=1.0).contains(&pc)) && i64::try_from(cdm.cdm_id).is_ok());
        assert!((1957..=2199).contains(&cdm.tca.year()));
        for sat in [&cdm.sat1, &cdm.sat2] {
            [&sat.name, &sat.rcs_size, &sat.exclusion_volume].into_iter().for_each(|text| assert_text(text));
        }
    }
    let written = Value::Array(batch.messages.iter().map(cdm_record).collect()).to_string();
    let mut again =
        read_cdm_public("written", written.as_bytes(), LIMIT_BYTES * 8).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((again.messages.len(), again.rejected_count, again.truncated), (batch.messages.len(), 0, false));
    for (read, message) in again.messages.iter_mut().zip(&batch.messages) {
        // Metres to kilometres and back may cost the last bit.
        assert!((read.miss_km - message.miss_km).abs() <= message.miss_km * 1e-15);
        read.miss_km = message.miss_km;
    }
    assert_eq!(again.messages, batch.messages);
}

/// Conjunction data messages in every notation.
pub fn cdm(bytes: &[u8]) {
    let Ok(batch) = read_cdm("fuzz", bytes, LIMIT_BYTES) else { return };
    assert!(!batch.messages.is_empty() && batch.rejected.len() <= batch.rejected_count);
    batch.rejected.iter().chain(&batch.remarks).for_each(|rejection| assert!(!rejection.to_string().is_empty()));
    // The least that the mandatory fields of a message take.
    assert!(batch.messages.len() * 300 <= bytes.len().max(LIMIT_BYTES / 4));
    for cdm in &batch.messages {
        assert!(cdm.miss_distance_m.is_finite() && cdm.miss_distance_m >= 0.0);
        assert!(cdm.collision_probability.is_none_or(|probability| (0.0..=1.0).contains(&probability)));
        assert!(cdm.hard_body_radius_m().is_none_or(|radius_m| radius_m > 0.0));
        for object in &cdm.objects {
            assert!(object.position_km.iter().chain(&object.velocity_km_s).all(|number| number.is_finite()));
            let matrix = object.covariance.as_ref().map(|covariance| covariance.matrix());
            assert!(matrix.is_none_or(|matrix| matrix.iter().all(|term| term.is_finite())));
        }
    }
    let writers: [fn(&[Cdm]) -> String; 3] = [write_cdm_kvn, write_cdm_xml, write_cdm_json];
    for write in writers {
        let text = write(&batch.messages);
        let again = read_cdm("written", text.as_bytes(), LIMIT_BYTES * 16).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((again.messages, again.rejected_count), (batch.messages.clone(), 0));
    }
}

/// Orbit ephemeris messages in both notations.
pub fn oem(bytes: &[u8]) {
    let Ok(oem) = read_oem("fuzz", bytes, LIMIT_BYTES) else { return };
    for segment in &oem.segments {
        assert!(!segment.states.is_empty() && segment.states.len() * 20 <= bytes.len().max(LIMIT_BYTES / 4));
        assert!(segment.states.windows(2).all(|pair| pair[0].epoch < pair[1].epoch));
        assert!(segment.useable().is_some());
        for state in &segment.states {
            let acceleration = state.acceleration_km_s2.iter().flatten();
            let mut numbers = state.position_km.iter().chain(&state.velocity_km_s).chain(acceleration);
            assert!(numbers.all(|number| number.is_finite()));
        }
    }
    for text in [write_oem_kvn(&oem), write_oem_xml(&oem)] {
        let again = read_oem("written", text.as_bytes(), LIMIT_BYTES * 16).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(again, oem);
    }
}

/// SOCRATES' list.
pub fn socrates(bytes: &[u8]) {
    let Ok(batch) = read_socrates("fuzz", bytes, LIMIT_BYTES) else { return };
    assert!(!batch.rows.is_empty() && batch.rejected.len() <= batch.rejected_count);
    for row in &batch.rows {
        assert!(row.miss_km.is_finite() && row.miss_km >= 0.0 && row.objects[0].norad_id != row.objects[1].norad_id);
        assert!(row.pc_max.is_none_or(|probability| (0.0..=1.0).contains(&probability)));
        assert!((1957..=2199).contains(&row.tca.year()));
        row.objects.iter().for_each(|object| assert_text(&object.name));
    }
}

fn cdm_record(cdm: &CdmPublic) -> Value {
    let instant = |time: DateTime<Utc>| time.format("%FT%T%.9f").to_string();
    let mut record = json!({
        "CDM_ID": cdm.cdm_id, "CREATED": cdm.created.map(instant), "TCA": instant(cdm.tca), "PC": cdm.pc,
        "EMERGENCY_REPORTABLE": if cdm.emergency_reportable { "Y" } else { "N" },
        // As text: kilometres near the greatest number have no finite number of metres.
        "MIN_RNG": format!("{}e3", cdm.miss_km),
    });
    for (index, sat) in [(1, &cdm.sat1), (2, &cdm.sat2)] {
        let CdmObject { norad_id, name, object_type, rcs_size, exclusion_volume } = sat;
        record[format!("SAT_{index}_ID")] = json!(norad_id.get());
        record[format!("SAT_{index}_NAME")] = json!(name);
        record[format!("SAT{index}_OBJECT_TYPE")] = json!(object_type.as_str());
        record[format!("SAT{index}_RCS")] = json!(rcs_size);
        record[format!("SAT_{index}_EXCL_VOL")] = json!(exclusion_volume);
    }
    record
}

/// Dates of HTTP headers.
pub fn http_dates(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Some(time) = http_date(&text) {
        assert!((1970..=9999).contains(&time.year()));
        assert_eq!(http_date(&time.format("%a, %d %b %Y %T GMT").to_string()), Some(time));
    }
}

/// Compression, encodings, and the kinds of file.
pub fn unpacked(bytes: &[u8]) {
    let kind = detect(bytes);
    assert!(!kind.as_str().is_empty());
    if let Kind::Foreign(foreign) = &kind {
        // One line, whatever the file has in it.
        assert!(foreign.to_string().chars().all(|character| !character.is_control()));
    }
    let plain = match unpack(bytes, LIMIT_BYTES) {
        Ok(plain) => plain,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    assert!(plain.len() <= LIMIT_BYTES);
    assert_eq!(unpack(bytes, LIMIT_BYTES * 2).as_deref(), Ok(&*plain), "more room changes nothing");
    if let Some(short) = plain.len().checked_sub(1) {
        assert_eq!(unpack(bytes, short).unwrap_err().problem, Problem::OverLimit { limit_bytes: short });
    }
    let packed = [[0x1f, 0x8b].as_slice(), &[0x28, 0xb5, 0x2f, 0xfd]].iter().any(|magic| bytes.starts_with(magic));
    if !packed {
        for packed in [gzip(bytes), zstd::encode_all(bytes, 1).unwrap()] {
            assert_eq!(unpack(&packed, LIMIT_BYTES).as_deref(), Ok(&*plain));
        }
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Outlines of regions, GeoJSON.
pub fn regions(bytes: &[u8]) {
    let regions = match Region::from_geojson("fuzz.geojson", bytes) {
        Ok(regions) => regions,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    assert!(!regions.is_empty());
    for region in &regions {
        // The area of WGS-84 is 510 065 622 km².
        assert!(region.area_km2() > 0.0 && region.area_km2() < 510_100_000.0, "{} km²", region.area_km2());
        let (bounds, cap) = (region.bounds(), region.enclosing_cap());
        assert!(bounds.south_deg >= -90.0 && bounds.north_deg <= 90.0 && bounds.south_deg < bounds.north_deg);
        assert!(bounds.width_deg() > 0.0 && bounds.width_deg() <= 360.0 + 1e-6, "{bounds:?}");
        assert!(cap.radius_rad > 0.0 && (cap.up.norm() - 1.0).abs() < 1e-9);
        for &[longitude_deg, latitude_deg, ..] in region.edges() {
            assert!(longitude_deg.is_finite() && latitude_deg.is_finite());
            assert!(region.boundary_distance_deg(latitude_deg, longitude_deg) < 1e-6);
            let _ = region.contains(latitude_deg, longitude_deg);
        }
    }
}

/// The configuration.
pub fn config(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let config = match Config::parse(Path::new("/etc/fuzz.toml"), text) {
        Ok(config) => config,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let (run, retention, daemon) = (&config.run, &config.retention, &config.daemon);
    for hours in [run.window_hours, run.pass_hours] {
        assert!(hours > 0.0 && hours <= 8760.0);
    }
    assert!(run.threshold_km > 0.0 && run.threshold_km.is_finite() && (0.0..90.0).contains(&run.min_elevation_deg));
    for days in [retention.element_sets_days, retention.events_days, retention.requests_days] {
        assert!((1.0..=36_500.0).contains(&days));
    }
    let periods = [
        daemon.sync_every,
        daemon.screen_every,
        daemon.overfly_every,
        daemon.cover_every,
        daemon.publish_every,
        daemon.upkeep_every,
        config.download.deadline,
    ];
    for length in periods {
        // A period of nothing would be a busy loop.
        assert!(length >= Length::seconds(1) && length.to_string().parse() == Ok(length), "{length}");
    }
    for base in [&config.celestrak.base_url, &config.space_track.base_url] {
        check_base_url(base);
    }
    for word in config.celestrak.groups.iter().chain(&config.celestrak.supplemental) {
        assert!(!word.is_empty() && !word.contains(['&', '?', '#', '/', '%', ' ', '\n']), "{word:?}");
    }
    let own = &config.files;
    let files = [&own.roster, &own.sites, &own.regions].into_iter().flatten().chain(&config.database);
    files.for_each(|file| assert!(file.is_absolute(), "{file:?}"));
}

/// Requests go by https, or stay on this machine.
fn check_base_url(base: &BaseUrl) {
    let text = base.to_string();
    assert_eq!(text.parse().as_ref(), Ok(base));
    let (scheme, rest) = text.split_once("://").unwrap();
    let host = rest.split('/').next().unwrap();
    assert!(!host.is_empty() && !host.contains('@') && !text.contains(['?', '#']), "{text}");
    let name = host
        .strip_suffix(|last: char| last.is_ascii_digit())
        .map_or(host, |_| host.rsplit_once(':').map_or(host, |(name, _)| name));
    let here = name == "localhost" || name == "[::1]" || name.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback());
    assert_eq!(base.is_loopback(), here, "{text}");
    assert!(scheme == "https" || (scheme == "http" && here), "{text}");
    assert!(base.join("/a?b=c").starts_with(&format!("{text}/a")));
}

/// Rosters, sites and ground sensors, which people write as TOML.
pub fn places(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Sites::parse("fuzz.toml", text) {
        Ok(sites) => {
            for site in sites.all() {
                assert!(site.latitude_deg.abs() <= 90.0 && site.longitude_deg.abs() <= 180.0);
                assert!(site.altitude_m.is_finite() && !site.name.trim().is_empty());
                assert_eq!(sites.find(&site.name).map(|found| &found.name), Ok(&site.name));
            }
            assert_eq!(sites.overlay("fuzz.toml", text).as_ref(), Ok(&sites), "laid over itself");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    match Roster::parse("fuzz.toml", text) {
        Ok(roster) => {
            for asset in roster.assets() {
                assert!(roster.find(&asset.name).is_ok());
                for sensor in &asset.sensors {
                    match sensor.reach {
                        Reach::MinElevation { deg } => assert!((0.0..=90.0).contains(&deg)),
                        Reach::OffNadir { min_deg, max_deg } => assert!(0.0 <= min_deg && min_deg < max_deg),
                        Reach::Swath { near_km, far_km } => assert!(0.0 <= near_km && near_km < far_km),
                    }
                }
            }
            assert_eq!(roster.overlay("fuzz.toml", text).as_ref(), Ok(&roster), "laid over itself");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    match GroundSensors::parse("fuzz.toml", text) {
        Ok(sensors) => {
            for sensor in sensors.all() {
                assert_eq!(sensors.find(&sensor.name).map(|found| &found.name), Ok(&sensor.name));
                assert!(!sensor.fields.is_empty() && sensor.range.min_km < sensor.range.max_km);
                assert!(sensor.fields.iter().all(|field| field.min_elevation_deg < field.max_elevation_deg));
            }
            assert_eq!(sensors.overlay("fuzz.toml", text).as_ref(), Ok(&sensors), "laid over itself");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
