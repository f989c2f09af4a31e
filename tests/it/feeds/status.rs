//! What a monitor hears of the sources: the warnings of `status`, its exit code and that of `feeds`.

use std::path::Path;
use std::time::{Duration, SystemTime};

use super::{Cell, GP, NOW, SATCAT, gp_csv, line, satcat_csv, time};
use crate::feed::server::Behaviour;

/// A port of this machine on which nobody answers.
const NOBODY: &str = "http://127.0.0.1:1";

/// A machine without a network and without a contact.
fn air_gapped() -> Cell {
    let cell = Cell::new("[celestrak]\ngp = false\nsatcat = false\neop = false\n[inbox]\nfolder = \"in\"\n");
    edit(&cell, "contact", "# contact");
    std::fs::create_dir(cell.path("in")).unwrap();
    cell
}

fn edit(cell: &Cell, from: &str, to: &str) {
    let path = cell.path("alliedsky.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(path, text.replace(from, to)).unwrap();
}

/// A file that was written a minute ago.
fn put(path: &Path, content: impl AsRef<[u8]>) {
    std::fs::write(path, content).unwrap();
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
}

/// Exit code of `status` at a time, and its warnings.
#[track_caller]
fn status(cell: &Cell, now: &str) -> (i32, String) {
    let (code, out, err) = cell.run(&format!("status --format json --now {now}"));
    let value: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"));
    let warnings: Vec<&str> =
        value["warnings"].as_array().unwrap().iter().map(|warning| warning["text"].as_str().unwrap()).collect();
    (code, warnings.join("\n"))
}

#[track_caller]
fn alarms(cell: &Cell, now: &str, words: &[&str]) {
    let (code, warnings) = status(cell, now);
    assert_eq!(code, 75, "{warnings}");
    for word in words {
        assert!(warnings.contains(word), "{word} is not in {warnings}");
    }
}

#[track_caller]
fn is_well(cell: &Cell, now: &str) {
    let (code, warnings) = status(cell, now);
    assert_eq!(code, 0, "{warnings}");
}

#[test]
fn a_folder_tells_of_its_files_as_a_source_does() {
    let cell = air_gapped();
    put(&cell.path("in/a.csv"), gp_csv(100, time(NOW)));
    put(&cell.path("in/b.csv"), satcat_csv(100));
    assert!(!cell.sync(time(NOW)).is_trouble());
    is_well(&cell, "2026-11-22T13:10:00Z");
    let (code, out, _) = cell.run("feeds --format csv --now 2026-11-22T13:10:00Z");
    assert_eq!(code, 0, "{out}");
    let row = out.lines().find(|row| row.starts_with("inbox,")).unwrap();
    assert!(row.contains(",due,2026-11-22T10:10:00.000000Z,10800,100,2026-11-22T10:10:00.000000Z,"), "{row}");
    // A look that finds nothing changes nothing.
    cell.sync(time("2026-11-22T14:10:00Z"));
    let (_, out, _) = cell.run("feeds --format csv --now 2026-11-22T14:10:00Z");
    assert!(out.contains(",due,2026-11-22T10:10:00.000000Z,14400,100,"), "{out}");
}

#[test]
fn a_refused_file_is_an_alarm_until_one_is_taken() {
    let cell = air_gapped();
    put(&cell.path("in/a.csv"), gp_csv(100, time(NOW)));
    put(&cell.path("in/b.html"), "<html>log in</html>");
    cell.sync(time(NOW));
    alarms(&cell, NOW, &["inbox ", "what came last was refused: b.html: ", "HTML"]);
    let (code, ..) = cell.run(&format!("feeds --now {NOW}"));
    assert_eq!(code, 75);
    cell.sync(time("2026-11-22T10:20:00Z"));
    alarms(&cell, "2026-11-22T10:20:00Z", &["b.html"]);
    put(&cell.path("in/c.csv"), gp_csv(100, time(NOW)));
    cell.sync(time("2026-11-22T10:30:00Z"));
    is_well(&cell, "2026-11-22T10:30:00Z");
}

#[test]
fn a_folder_that_cannot_be_read_is_an_alarm_until_it_can() {
    let cell = air_gapped();
    put(&cell.path("in/a.csv"), gp_csv(100, time(NOW)));
    cell.sync(time(NOW));
    std::fs::rename(cell.path("in"), cell.path("away")).unwrap();
    for now in ["2026-11-22T10:20:00Z", "2026-11-22T10:30:00Z"] {
        cell.sync(time(now));
    }
    let words = ["the folder was not read: tried 2 times since 2026-11-22T10:20:00Z", "No such file"];
    alarms(&cell, "2026-11-22T10:30:00Z", &words);
    std::fs::rename(cell.path("away"), cell.path("in")).unwrap();
    cell.sync(time("2026-11-22T10:40:00Z"));
    is_well(&cell, "2026-11-22T10:40:00Z");
}

#[test]
fn a_folder_without_files_for_long_is_an_alarm() {
    let cell = air_gapped();
    put(&cell.path("in/a.csv"), gp_csv(100, time(NOW)));
    cell.sync(time(NOW));
    is_well(&cell, "2026-11-23T21:10:00Z");
    alarms(&cell, "2026-11-24T02:10:00Z", &["no file was taken for 1 d 16 h"]);
    edit(&cell, "folder = \"in\"", "folder = \"in\"\nalarm_after = \"3d\"");
    is_well(&cell, "2026-11-24T02:10:00Z");
}

#[test]
fn a_database_into_which_nothing_has_come_is_an_alarm() {
    let cell = air_gapped();
    drop(cell.app(time(NOW)));
    // Nothing was tried yet.
    is_well(&cell, NOW);
    cell.sync(time(NOW));
    alarms(&cell, NOW, &["the database holds no element sets"]);
}

#[test]
fn each_source_is_judged_by_itself_without_a_daemon() {
    let cell = Cell::new("[celestrak]\ngroups = [\"active\", \"stations\"]\nsatcat = false\neop = false\n");
    cell.sync(time(NOW));
    is_well(&cell, "2026-11-22T14:00:00Z");
    // One of the two goes on.
    edit(&cell, "\"active\", \"stations\"", "\"active\"");
    let later = "2026-11-24T04:10:00Z";
    cell.server.set(GP, Behaviour::csv(gp_csv(100, time(later))));
    assert_eq!(line(&cell.sync(time(later)), "gp GROUP=active").did.as_str(), "fetched");
    edit(&cell, "[\"active\"]", "[\"active\", \"stations\"]");
    alarms(
        &cell,
        later,
        &["celestrak gp GROUP=stations: no new element sets for 1 d 18 h, since 2026-11-22T10:10:00Z"],
    );
    let (_, warnings) = status(&cell, later);
    assert!(!warnings.contains("GROUP=active"), "{warnings}");
    // Who asks once a day says so.
    edit(&cell, "[space_track]", "[daemon]\nsync_every = \"24h\"\n[space_track]");
    is_well(&cell, later);
}

#[test]
fn a_source_that_never_answered_is_an_alarm() {
    let cell = Cell::new("[celestrak]\nsatcat = false\neop = false\n");
    let path = cell.path("sets.csv");
    std::fs::write(&path, gp_csv(100, time(NOW))).unwrap();
    assert_eq!(cell.run(&format!("import sets.csv --now {NOW}")).0, 0);
    // A machine that has just been set up.
    is_well(&cell, NOW);
    edit(&cell, &cell.server.base_url(), NOBODY);
    for hour in 10..16 {
        cell.sync(time(&format!("2026-11-22T{hour}:10:00Z")));
    }
    let words = ["celestrak gp GROUP=active: it has never answered: tried ", " since 2026-11-22T10:10:00Z, last: "];
    alarms(&cell, "2026-11-22T16:10:00Z", &words);
    alarms(&cell, "2026-12-22T16:10:00Z", &words);
}

#[test]
fn a_source_that_does_not_answer_any_more_is_an_alarm() {
    let cell = Cell::celestrak();
    cell.sync(time(NOW));
    cell.server.set(SATCAT, Behaviour::csv("<html>maintenance</html>"));
    edit(&cell, &cell.server.base_url(), NOBODY);
    cell.sync(time("2026-11-22T12:20:00Z"));
    is_well(&cell, "2026-11-22T12:20:00Z");
    let (code, out, _) = cell.run("feeds --now 2026-11-22T12:20:00Z");
    assert!(code == 75 && out.contains("not_reached"), "not reached: {out}");
    cell.sync(time("2026-11-22T14:20:00Z"));
    let words = [
        "celestrak gp GROUP=active: no new element sets for 4 h 10 min, since 2026-11-22T10:10:00Z: tried 2 times since \
         2026-11-22T12:20:00Z, last: 127.0.0.1 was not reached",
    ];
    alarms(&cell, "2026-11-22T14:20:00Z", &words);
}

#[test]
fn feeds_ends_with_75_where_data_were_refused() {
    let cell = Cell::celestrak();
    cell.server.set(SATCAT, Behaviour::csv("<html>maintenance</html>"));
    cell.sync(time(NOW));
    let (code, out, _) = cell.run(&format!("feeds --now {NOW}"));
    assert!(code == 75 && out.contains("last refused"), "{out}");
    cell.server.set(SATCAT, Behaviour::csv(satcat_csv(100)));
    cell.sync(time("2026-11-23T10:20:00Z"));
    let (code, out, _) = cell.run("feeds --now 2026-11-23T10:20:00Z");
    assert_eq!(code, 0, "{out}");
}
