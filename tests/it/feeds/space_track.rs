//! Space-Track: login, a session used as long as it lives, one login more when it has lapsed, then hold.

use std::os::unix::fs::PermissionsExt;

use alliedsky::app::sync::{Source, SyncRequest};
use alliedsky::feed::query::Feed;
use alliedsky::ssa::progress::silent;
use chrono::{DateTime, Utc};

use super::{Cell, NOW, line, outcomes, time};
use crate::feed::server::{Behaviour, Reply};

pub(super) const FULL: &str = "/basicspacedata/query/class/gp/";
pub(super) const CDM: &str = "/basicspacedata/query/class/cdm_public/";
pub(super) const LOGIN: &str = "/ajaxauth/login";

/// Identity and password.
pub(super) const ACCOUNT: [&str; 2] = ["ops@example.org", "correct horse"];

/// The full catalogue as the source's JSON: every value a text.
pub(super) fn gp_json(objects: usize, epoch: DateTime<Utc>) -> String {
    let epoch = epoch.format("%Y-%m-%dT%H:%M:%S%.6f");
    let rows: Vec<String> = (0..objects)
        .map(|index| {
            format!(
                "{{\"OBJECT_NAME\":\"OBJECT {index}\",\"OBJECT_ID\":\"2020-001A\",\"EPOCH\":\"{epoch}\",\
                 \"MEAN_MOTION\":\"15.5\",\"ECCENTRICITY\":\"0.0005\",\"INCLINATION\":\"51.6\",\
                 \"RA_OF_ASC_NODE\":\"10.0\",\"ARG_OF_PERICENTER\":\"90.0\",\"MEAN_ANOMALY\":\"{}\",\
                 \"EPHEMERIS_TYPE\":\"0\",\"CLASSIFICATION_TYPE\":\"U\",\"NORAD_CAT_ID\":\"{}\",\
                 \"ELEMENT_SET_NO\":\"999\",\"REV_AT_EPOCH\":\"1000\",\"BSTAR\":\"0.0001\",\
                 \"MEAN_MOTION_DOT\":\"0.00001\",\"MEAN_MOTION_DDOT\":\"0\"}}",
                index % 360,
                30_001 + index
            )
        })
        .collect();
    format!("[{}]", rows.join(","))
}

fn cdm_json() -> String {
    "[{\"CDM_ID\":\"1017\",\"CREATED\":\"2026-11-22 03:00:00.000000\",\"EMERGENCY_REPORTABLE\":\"Y\",\
      \"TCA\":\"2026-11-24T05:06:07.891000\",\"MIN_RNG\":\"123\",\"PC\":\"0.00012\",\"SAT_1_ID\":\"25544\",\
      \"SAT_1_NAME\":\"ISS (ZARYA)\",\"SAT1_OBJECT_TYPE\":\"PAYLOAD\",\"SAT1_RCS\":\"LARGE\",\"SAT_1_EXCL_VOL\":\"5.00\",\
      \"SAT_2_ID\":\"30001\",\"SAT_2_NAME\":\"OBJECT 0\",\"SAT2_OBJECT_TYPE\":\"DEBRIS\",\"SAT2_RCS\":\"SMALL\",\
      \"SAT_2_EXCL_VOL\":\"5.00\"}]"
        .to_owned()
}

/// A cell with credentials in a file, and a Space-Track that wants ACCOUNT.
pub(super) fn space_track([identity, password]: [&str; 2]) -> Cell {
    let cell = Cell::new("[space_track]\ncredentials_file = \"space-track\"\n");
    let file = cell.path("space-track");
    std::fs::write(&file, format!("{identity}\n{password}\n")).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    cell.server.require_login(ACCOUNT[0], ACCOUNT[1]);
    // Exact addresses: the server knows no route by its beginning.
    let paths = [alliedsky::feed::space_track::full_catalogue().path, alliedsky::feed::space_track::cdm_public().path];
    cell.server.set(&paths[0], Behaviour::json(gp_json(20, time(NOW))));
    cell.server.set(&paths[1], Behaviour::json(cdm_json()));
    cell
}

fn asked(cell: &Cell) -> [usize; 3] {
    [LOGIN, FULL, CDM].map(|path| cell.server.count(path))
}

fn only() -> SyncRequest {
    SyncRequest { sources: vec![Source::Feed(Feed::SpaceTrack)] }
}

#[test]
fn a_session_is_opened_once_and_used_as_long_as_it_lives() {
    let cell = space_track(ACCOUNT);
    let mut app = cell.app(time(NOW));
    let report = app.sync(&only(), &silent).unwrap();
    assert_eq!(outcomes(&report), [("gp full catalogue", "fetched"), ("cdm_public", "fetched")]);
    assert_eq!(asked(&cell), [1, 1, 1]);
    app.now = Some(time("2026-11-22T11:10:00Z"));
    app.sync(&only(), &silent).unwrap();
    assert_eq!(asked(&cell), [1, 2, 1]);
    let messages = app.store.public_messages(time(NOW)).unwrap();
    assert_eq!(messages.len(), 1);
    assert_eq!((messages[0].cdm_id, messages[0].tca), (1017, time("2026-11-24T05:06:07.891Z")));
    // 123 m.
    assert!((messages[0].miss_km - 0.123).abs() < 1e-12);
    assert_eq!(app.store.current_elements(&Default::default()).unwrap()[0].source.kind.as_str(), "space_track");
}

#[test]
fn a_session_that_lapsed_is_opened_anew_once() {
    let cell = space_track(ACCOUNT);
    let mut app = cell.app(time(NOW));
    app.sync(&only(), &silent).unwrap();
    cell.server.end_sessions();
    app.now = Some(time("2026-11-22T11:10:00Z"));
    let report = app.sync(&only(), &silent).unwrap();
    assert_eq!(line(&report, "gp").did.as_str(), "fetched");
    // The question, the refusal, the login, the question again.
    assert_eq!(asked(&cell), [2, 3, 1]);
    assert!(app.store.holds().unwrap().is_empty());
    // Sessions that are refused at once: one login more, then hold.
    cell.server.set(LOGIN, Behaviour::json("\"\""));
    app.now = Some(time("2026-11-22T12:20:00Z"));
    cell.server.end_sessions();
    let full = alliedsky::feed::space_track::full_catalogue().path;
    cell.server.require_login("somebody else", "else");
    cell.server.set(&full, Behaviour::text("401 Unauthorized", "no"));
    let report = app.sync(&only(), &silent).unwrap();
    assert!(report.is_trouble(), "{report:?}");
    assert_eq!(asked(&cell)[0], 3);
    assert_eq!(app.store.holds().unwrap()[0].source, "space_track");
    let before = asked(&cell);
    app.now = Some(time("2026-11-23T12:20:00Z"));
    app.sync(&only(), &silent).unwrap();
    assert_eq!(asked(&cell), before);
}

#[test]
fn a_fresh_session_that_is_refused_holds_the_source_and_no_other() {
    let cell = space_track(ACCOUNT);
    let full = alliedsky::feed::space_track::full_catalogue().path;
    cell.server.set(&full, Reply::new("401 Unauthorized").body("application/json", "{\"error\":\"suspended\"}"));
    let report = cell.sync(time(NOW));
    assert_eq!(
        outcomes(&report),
        [
            ("gp GROUP=active", "fetched"),
            ("gp full catalogue", "status"),
            ("cdm_public", "held"),
            ("satcat", "fetched"),
            ("eop", "fetched"),
        ]
    );
    assert_eq!(asked(&cell), [1, 1, 0]);
    assert!(line(&report, "gp full").reason.contains("suspended"));
}

#[test]
fn a_wrong_password_is_sent_once() {
    let cell = space_track([ACCOUNT[0], "wrong horse"]);
    for now in [NOW, "2026-11-22T11:10:00Z", "2026-12-22T11:10:00Z"] {
        let report = cell.sync(time(now));
        assert!(report.is_trouble());
    }
    assert_eq!(asked(&cell), [1, 0, 0]);
    let hold = &cell.app(time(NOW)).store.holds().unwrap()[0];
    assert!(hold.reason.contains("identity and password"), "{}", hold.reason);
    // No secret is written anywhere: not in the ledger, not in the log, not in a file.
    let (_, out, err) = cell.run("feeds --now 2026-11-22T12:10:00Z -vv");
    let database = std::fs::read(cell.path("sky.db")).unwrap();
    for text in [out.as_bytes(), err.as_bytes(), &database] {
        assert!(!text.windows(11).any(|window| window == b"wrong horse"));
    }
}

#[test]
fn without_credentials_it_is_no_source() {
    let cell = Cell::celestrak();
    let report = cell.sync(time(NOW));
    assert!(report.lines.iter().all(|line| line.source == Source::Feed(Feed::CelesTrak)));
    let (code, out, _) = cell.run("sync --explain");
    assert!(code == 0 && out.contains("no credentials"), "{out}");
    let (code, _, err) = cell.run("sync space-track");
    assert!(code == 1 && err.contains("ALLIEDSKY_SPACE_TRACK_IDENTITY"), "{err}");
    // Credentials that others may read are no credentials, and CelesTrak goes on.
    let cell = space_track(ACCOUNT);
    std::fs::set_permissions(cell.path("space-track"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let report = cell.sync(time(NOW));
    assert_eq!(line(&report, "gp GROUP").did.as_str(), "fetched");
    assert!(line(&report, "login").reason.contains("chmod 600"), "{report:?}");
    assert!(report.is_trouble());
    assert_eq!(asked(&cell), [0, 0, 0]);
}

#[test]
fn nothing_is_asked_at_the_full_hour() {
    let cell = space_track(ACCOUNT);
    let mut app = cell.app(time("2026-11-22T10:30:20Z"));
    let report = app.sync(&only(), &silent).unwrap();
    assert_eq!(outcomes(&report), [("gp full catalogue", "not_due"), ("cdm_public", "fetched")]);
    assert_eq!(line(&report, "gp").next, Some(time("2026-11-22T10:31:00Z")));
}
