//! The watched folder: no network, no contact, no hands.

use std::path::Path;
use std::time::{Duration, SystemTime};

use super::{Cell, NOW, eop_csv, gp_csv, line, satcat_csv, time};

/// A file that was written a minute ago.
fn put(path: &Path, content: impl AsRef<[u8]>) {
    std::fs::write(path, content).unwrap();
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
}

fn cell() -> Cell {
    let cell = Cell::new("[celestrak]\ngp = false\nsatcat = false\neop = false\n[inbox]\nfolder = \"inbox\"\n");
    let text = std::fs::read_to_string(cell.path("alliedsky.toml")).unwrap();
    std::fs::write(cell.path("alliedsky.toml"), text.replace("contact", "# contact")).unwrap();
    std::fs::create_dir(cell.path("inbox")).unwrap();
    cell
}

fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn files_are_taken_or_refused_each_by_itself() {
    let cell = cell();
    let inbox = cell.path("inbox");
    put(&inbox.join("a.csv"), gp_csv(100, time(NOW)));
    put(&inbox.join("b.html"), "<html>log in</html>");
    put(&inbox.join("c.csv"), satcat_csv(100));
    put(&inbox.join("d.csv"), eop_csv(61_000, 400));
    put(&inbox.join(".on-its-way.csv"), gp_csv(50, time(NOW)));
    std::fs::create_dir(inbox.join("folder")).unwrap();
    std::os::unix::fs::symlink(inbox.join("a.csv"), inbox.join("link.csv")).unwrap();
    let (code, out, err) = cell.run("sync --format csv --now 2026-11-22T10:10:00Z");
    assert_eq!(code, 75, "{out}{err}");
    for row in
        ["inbox,a.csv,fetched,100,", "inbox,b.html,refused,,", "inbox,c.csv,fetched,100,", "inbox,d.csv,fetched,400,"]
    {
        assert!(out.contains(row), "{row} is not in {out}");
    }
    assert_eq!(names(&inbox), [".on-its-way.csv", "folder", "link.csv", "refused", "taken"]);
    assert_eq!(names(&inbox.join("taken")), ["a.csv", "c.csv", "d.csv"]);
    assert_eq!(names(&inbox.join("refused")), ["b.html", "b.html.reason.txt"]);
    let reason = std::fs::read_to_string(inbox.join("refused/b.html.reason.txt")).unwrap();
    assert!(reason.contains("HTML"), "{reason}");
    assert_eq!(cell.objects(), 100);
    assert_eq!(cell.server.connections(), 0);
    let app = cell.app(time(NOW));
    assert_eq!(app.store.current_elements(&Default::default()).unwrap()[0].source.kind.as_str(), "inbox");
}

#[test]
fn a_name_that_comes_again_keeps_both() {
    let cell = cell();
    for round in 0..3 {
        put(&cell.path("inbox/a.csv"), gp_csv(10 + round, time(NOW)));
        assert!(!cell.sync(time(NOW)).is_trouble());
    }
    assert_eq!(names(&cell.path("inbox/taken")), ["a.csv", "a.csv.2", "a.csv.3"]);
    assert_eq!(cell.objects(), 12);
}

#[test]
fn what_is_bad_in_a_file_is_judged_as_in_a_download() {
    let cell = cell();
    put(&cell.path("inbox/future.csv"), gp_csv(100, time("2027-11-22T00:00:00Z")));
    let whole = gp_csv(100, time(NOW));
    put(&cell.path("inbox/cut.csv"), &whole[..whole.len() - 30]);
    let report = cell.sync(time(NOW));
    assert!(line(&report, "future.csv").reason.contains("after the clock"), "{report:?}");
    assert!(line(&report, "cut.csv").reason.contains("cut off"), "{report:?}");
    assert_eq!(cell.objects(), 0);
}

#[test]
fn a_file_that_is_still_written_to_waits() {
    let cell = cell();
    let path = cell.path("inbox/growing.csv");
    std::fs::write(&path, "OBJECT_NAME,").unwrap();
    let writer = std::thread::spawn({
        let path = path.clone();
        move || {
            for _ in 0..60 {
                std::thread::sleep(Duration::from_millis(100));
                let mut text = std::fs::read_to_string(&path).unwrap_or_default();
                text.push('x');
                std::fs::write(&path, text).unwrap();
            }
        }
    });
    let report = cell.sync(time(NOW));
    assert_eq!(report.lines, []);
    assert_eq!(report.summary(), "no new file in the watched folder");
    assert!(path.exists());
    writer.join().unwrap();
}

#[test]
fn a_folder_that_is_not_there_is_told_of() {
    let cell = cell();
    std::fs::remove_dir(cell.path("inbox")).unwrap();
    let report = cell.sync(time(NOW));
    assert!(report.is_trouble());
    assert!(report.lines[0].reason.contains("inbox"), "{report:?}");
}
