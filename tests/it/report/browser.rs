//! How a browser draws the page: headless Chromium opens it at five widths, in print and in the dark. Skipped, with a
//! line that says so, where no Chromium is installed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use alliedsky::report::page::index_html;
use alliedsky::ssa::nation::Nation;

use super::fixture::{of_nations, theatre};

/// Where Chromium may be, by name.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/// Loads the page at each width, measures it, and writes what it found as JSON into the document.
const PROBE: &str = include_str!("probe.js");

fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let found = std::env::split_paths(&path)
        .flat_map(|folder| NAMES.map(|name| folder.join(name)))
        .find(|candidate| candidate.is_file());
    if found.is_none() {
        println!("skipped: no Chromium is installed here");
    }
    found
}

/// Runs Chromium on a file and gives its standard output.
fn browse(chromium: &Path, folder: &Path, arguments: &[String]) -> String {
    let output = folder.join("stdout");
    let mut child = Command::new(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--disable-dev-shm-usage", "--hide-scrollbars", "--force-color-profile=srgb"])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&output).unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // A browser that hangs must not hang the tests.
    for _ in 0..1800 {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{status}");
            return std::fs::read_to_string(output).unwrap();
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    child.kill().unwrap();
    panic!("Chromium did not end");
}

/// What the probe found at one width.
#[derive(Debug, serde::Deserialize)]
struct Found {
    width: u32,
    /// Widths of the page's content and of the room for it.
    scroll: f64,
    client: f64,
    /// Elements that reach past the right edge.
    wide: Vec<String>,
    /// Drawings that are shown, and those of them without anything drawn.
    drawings: usize,
    blank: Vec<String>,
    /// Texts that leave their drawing, and pairs of texts of a drawing that overlap.
    outside: Vec<String>,
    overlaps: Vec<String>,
    /// Texts too small to read on a screen, below 8 pixels.
    small: Vec<String>,
    /// Resources that the page asked for.
    fetched: Vec<String>,
    errors: Vec<String>,
}

fn probe(chromium: &Path, page: &str, dark: bool) -> Vec<Found> {
    let folder = tempfile::tempdir().unwrap();
    // Inside a script only the end of the script and of comments have a meaning.
    let text = serde_json::to_string(page).unwrap().replace('<', "\\u003c");
    let wrapper = format!("<!DOCTYPE html><meta charset=utf-8><body><script>const PAGE={text};\n{PROBE}</script>");
    let file = folder.path().join("probe.html");
    std::fs::write(&file, wrapper).unwrap();
    let mut arguments = vec!["--virtual-time-budget=60000".to_owned(), "--dump-dom".to_owned()];
    if dark {
        arguments.push("--blink-settings=preferredColorScheme=0".to_owned());
    }
    arguments.push(format!("file://{}", file.display()));
    let dom = browse(chromium, folder.path(), &arguments);
    let result = dom.split("<pre id=\"found\">").nth(1).and_then(|rest| rest.split("</pre>").next());
    let result = result.unwrap_or_else(|| panic!("the probe did not end: {}", &dom[dom.len().saturating_sub(400)..]));
    let result = result.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    serde_json::from_str(&result).unwrap()
}

fn check(found: &[Found], drawings: impl Fn(u32) -> usize) {
    assert_eq!(found.iter().map(|at| at.width).collect::<Vec<_>>(), [320, 390, 768, 920, 1280]);
    for at in found {
        let clean = [&at.wide, &at.blank, &at.outside, &at.overlaps, &at.small, &at.fetched, &at.errors];
        assert!(clean.iter().all(|list| list.is_empty()), "{at:#?}");
        assert!((at.scroll - at.client).abs() < 0.5, "{at:#?}");
        assert_eq!(at.drawings, drawings(at.width), "{at:#?}");
    }
}

/// Drawings that the theatre's page shows at a width: maps, strips of sites, bars of owners and coalitions, and sketches
/// at every width; of the charts either the wide form or the lines of the narrow one.
fn drawings_of_theatre(events: usize) -> impl Fn(u32) -> usize {
    // Two of the events have a history, and one satellite of the belt a neighbourhood.
    let everywhere = 7 + 6 + 6 + 7 + events.min(8) + 2 + 1;
    let charts = 2 + 1 + 1;
    move |width| everywhere + charts + if width > 900 { 4 } else { 3 + 4 + 4 + 4 }
}

#[test]
fn every_figure_is_drawn_and_nothing_overflows() {
    let Some(chromium) = chromium() else { return };
    let briefing = theatre();
    let found = probe(&chromium, &index_html(&briefing), false);
    check(&found, drawings_of_theatre(briefing.conjunctions.len()));
}

#[test]
fn the_dark_page_and_five_nations_fit_too() {
    let Some(chromium) = chromium() else { return };
    let five = of_nations(&[Nation::Us, Nation::Jp, Nation::Kr, Nation::Gb, Nation::Fr]);
    for at in probe(&chromium, &index_html(&five), true) {
        let clean = [&at.wide, &at.blank, &at.outside, &at.overlaps, &at.fetched, &at.errors];
        assert!(clean.iter().all(|list| list.is_empty()), "{at:#?}");
        assert!((at.scroll - at.client).abs() < 0.5, "{at:#?}");
    }
}

#[test]
fn the_probe_finds_what_is_wrong() {
    let Some(chromium) = chromium() else { return };
    let broken = "svg text{font-size:20px!important}.strip{width:2000px}.map{height:0!important}</style>";
    let page = index_html(&theatre()).replace("</style>", broken);
    for at in probe(&chromium, &page, false) {
        assert!(!at.overlaps.is_empty() && !at.outside.is_empty() && !at.wide.is_empty(), "{at:#?}");
        assert!(at.blank.iter().any(|id| id == "map-0") && at.scroll > at.client, "{at:#?}");
    }
}

#[test]
fn the_theatre_prints_one_question_a_page() {
    let Some(chromium) = chromium() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (page, pdf) = (folder.path().join("index.html"), folder.path().join("page.pdf"));
    std::fs::write(&page, index_html(&theatre())).unwrap();
    let arguments = [
        format!("--print-to-pdf={}", pdf.display()),
        "--no-pdf-header-footer".to_owned(),
        format!("file://{}", page.display()),
    ];
    browse(&chromium, folder.path(), &arguments);
    let pdf = std::fs::read(pdf).unwrap();
    let pages = pdf.windows(12).filter(|at| at.starts_with(b"/Type /Page") && at[11] != b's').count();
    assert_eq!(pages, 10);
}
