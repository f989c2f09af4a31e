//! The page as text: well-formed, named, closed to what names try, and sensible where there is nothing to say.

use std::collections::{BTreeMap, BTreeSet};

use alliedsky::astro::span::Span;
use alliedsky::report::briefing::Briefing;
use alliedsky::report::briefing::region::{Landmark, Look, LookKind};
use alliedsky::report::looks::looks;
use alliedsky::report::page::{geo_svg, index_html};
use alliedsky::ssa::conjunction::Conjunction;
use alliedsky::ssa::nation::Nation;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::fixture::{DAY_S, of_nations, theatre};
use super::fixture_custody;

/// What a page holds, read as XML: a page that is not well-formed fails here.
#[derive(Default)]
struct Outline {
    ids: Vec<String>,
    /// For each drawing: its role, the ids that name it, and the ids of its own title and description.
    drawings: Vec<(String, Vec<String>, Vec<String>)>,
    elements: BTreeMap<String, usize>,
    /// Every attribute as name and value.
    attributes: Vec<(String, String)>,
    headings: Vec<(u8, String)>,
    text: String,
}

fn outline(page: &str) -> Outline {
    let mut reader = Reader::from_str(page);
    reader.config_mut().check_end_names = true;
    let mut outline = Outline::default();
    let mut open: Vec<String> = Vec::new();
    let mut heading: Option<(u8, String)> = None;
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("at {}: {error}", reader.error_position())) {
            Event::Start(start) => {
                element(&start, &open, &mut outline);
                let name = name(&start);
                if let Some(level) = name.strip_prefix('h').and_then(|level| level.parse().ok()) {
                    heading = Some((level, String::new()));
                }
                open.push(name);
            }
            Event::Empty(start) => element(&start, &open, &mut outline),
            Event::End(end) => {
                assert_eq!(open.pop().unwrap(), end.name().as_ref());
                if let Some(done) = heading.take_if(|(level, _)| end.name().as_ref() == format!("h{level}")) {
                    outline.headings.push(done);
                }
            }
            Event::Text(text) if open.last().is_none_or(|name| name != "style") => {
                let text = text.to_string();
                assert!(!text.contains('<'));
                outline.text.push_str(&text);
                if let Some((_, words)) = &mut heading {
                    words.push_str(&text);
                }
            }
            Event::GeneralRef(reference) => {
                let name = reference.to_string();
                assert!(["amp", "lt", "gt", "quot", "#39"].contains(&name.as_str()), "{name}");
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty());
    outline
}

fn name(start: &BytesStart<'_>) -> String {
    start.name().as_ref().to_owned()
}

fn element(start: &BytesStart<'_>, open: &[String], outline: &mut Outline) {
    let name = name(start);
    let attributes: Vec<(String, String)> = start
        .attributes()
        .map(|attribute| {
            let attribute = attribute.unwrap();
            let value = attribute.value.to_string();
            (attribute.key.as_ref().to_owned(), value)
        })
        .collect();
    let get = |key: &str| attributes.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone());
    if let Some(id) = get("id") {
        let names_drawing = (name == "title" || name == "desc") && open.last().is_some_and(|parent| parent == "svg");
        if let Some(drawing) = outline.drawings.last_mut().filter(|_| names_drawing) {
            drawing.2.push(id.clone());
        }
        outline.ids.push(id);
    }
    if name == "svg" {
        let names = get("aria-labelledby").unwrap_or_default();
        let names = names.split(' ').map(str::to_owned).collect();
        outline.drawings.push((get("role").unwrap_or_default(), names, Vec::new()));
    }
    *outline.elements.entry(name).or_default() += 1;
    outline.attributes.extend(attributes);
}

/// What holds for every page, whatever it says.
fn check(page: &str) -> Outline {
    let outline = outline(page);
    let unique: BTreeSet<&String> = outline.ids.iter().collect();
    assert_eq!(unique.len(), outline.ids.len(), "an id stands twice");
    for (role, names, own) in &outline.drawings {
        assert_eq!(role, "img");
        assert_eq!(names, own, "a drawing is named by its own title and description");
        assert_eq!(own.len(), 2);
    }
    for element in ["script", "link", "iframe", "img", "object", "embed", "image", "form", "base"] {
        assert!(!outline.elements.contains_key(element), "{element}");
    }
    for (name, value) in &outline.attributes {
        assert!(!name.starts_with("on") && name != "style" && name != "src", "{name}");
        assert!(name != "href" || value.starts_with('#'), "{value}");
        assert!(!value.contains("javascript:"));
    }
    let style = page.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).unwrap();
    assert!(!style.contains("url(") && !style.contains("@import") && !style.contains(['<', '&']));
    assert!(!page.contains("http://") && !page.contains("https://"));
    assert!(!page.contains("NaN") && !page.contains("inf\""), "a figure is no number");
    let levels: Vec<u8> = outline.headings.iter().map(|(level, _)| *level).collect();
    assert_eq!(levels[0], 1);
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    // Reach is geometry: nobody is said to see.
    for word in ["sees ", "imaged", "covered by", "!"] {
        assert!(!outline.text.contains(word), "{word}");
    }
    outline
}

fn headings(briefing: &Briefing) -> Vec<String> {
    check(&index_html(briefing)).headings.into_iter().filter(|(level, _)| *level <= 2).map(|(_, text)| text).collect()
}

fn plain(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

#[test]
fn the_theatre_makes_a_page_of_named_drawings() {
    let briefing = theatre();
    let page = index_html(&briefing);
    assert_eq!(page, index_html(&briefing), "the same briefing makes the same page");
    assert!(page.len() <= 256 * 1024, "{} bytes", page.len());
    let outline = check(&page);
    assert_eq!(outline.elements["h2"], 10);
    assert_eq!(outline.drawings.iter().filter(|(_, names, _)| names[0].starts_with("map-")).count(), 7);
    assert_eq!(page.matches("id=\"land\"").count(), 1);
    assert_eq!(outline.text.matches(&briefing.outline_note).count(), 7);
    assert!(outline.text.contains("assumed"));
}

#[test]
fn every_heading_is_a_finding_with_a_number() {
    for heading in headings(&theatre()) {
        assert!(heading.contains(|letter: char| letter.is_ascii_digit()), "{heading}");
    }
}

#[test]
fn the_headline_repeats_the_figures() {
    let briefing = theatre();
    let korea = &briefing.regions[0];
    let all = korea.coalitions.last().unwrap();
    let page = plain(&index_html(&briefing));
    let whole = format!("{:.0} %", all.fresh_percent);
    assert!(plain(&headings(&briefing)[0]).contains(&whole));
    let minutes = (all.longest_gap.seconds() / 60.0).round() as i64;
    assert!(page.contains(&format!("{} h {:02}", minutes / 60, minutes % 60)));
    let closest = briefing.conjunctions.iter().map(|event| event.miss_km).fold(f64::MAX, f64::min);
    assert!(page.contains(&format!("the closest is {closest:.1} km")));
    for nation in &korea.nations {
        assert!(page.contains(&format!("{:.1}", nation.lost_percent)));
    }
}

#[test]
fn approaches_have_verdicts_probabilities_and_histories() {
    let briefing = theatre();
    let text = plain(&check(&index_html(&briefing)).text);
    // The table has the eight most probable.
    let mut listed: Vec<_> = briefing.conjunctions.iter().collect();
    let pc = |event: &Conjunction| event.assessment.as_ref().and_then(|assessment| assessment.pc).unwrap_or(0.0);
    listed.sort_by(|a, b| pc(b).total_cmp(&pc(a)).then(a.miss_km.total_cmp(&b.miss_km)));
    for event in &listed[..8] {
        let Some(assessment) = &event.assessment else { continue };
        match (assessment.pc, assessment.pc_max) {
            (Some(pc), Some(pc_max)) => {
                let shown = if pc < 1e-10 { "below 1e-10".to_owned() } else { format!("{pc:.0e}") };
                assert!(text.contains(&format!("{shown}max {pc_max:.0e}")), "{text}");
            }
            _ => assert!(text.contains("noneslow encounter")),
        }
        let word = assessment.verdict.as_str().split(": ").last().unwrap().replace(" needed", "");
        assert!(text.contains(&format!("{word} ")), "{word}");
    }
    assert!(text.contains("history / class") && text.contains("act from 1e-4; watch from 1e-7"));
    // Every history is a chart with its first and last figures in words.
    for history in &briefing.histories {
        let (first, last) = (history.lines.first().unwrap(), history.lines.last().unwrap());
        assert!(text.contains(&format!("miss {:.1} to {:.1} km.", first.miss_km, last.miss_km)));
        assert!(text.contains(&format!(": {}", history.trend.unwrap().as_str())));
    }
    // A history of an event that is not there is left out.
    let mut beyond = theatre();
    beyond.histories[0].event = 1000;
    let drawn = |briefing: &Briefing| {
        let drawings = check(&index_html(briefing)).drawings;
        drawings.iter().filter(|(_, names, _)| names[0].starts_with("runs-")).count()
    };
    assert_eq!((drawn(&briefing), drawn(&beyond)), (2, 1));
}

#[test]
fn the_belt_has_a_drawing_and_none_is_said_in_a_sentence() {
    let briefing = theatre();
    let page = plain(&index_html(&briefing));
    assert!(
        page.contains("1 object comes within 1° of 1 allied satellite; the nearest is 41 km, DRIFTER 1 (China) to")
    );
    assert!(page.contains("HIMAWARI-9 at 140.7° E; within 1°: DRIFTER 1 (China) 41 km at 8 Sep 03:46Z."));
    let svg = geo_svg(&briefing.geo);
    assert!(svg.starts_with("<svg") && svg.contains("xmlns=") && svg.contains("DRIFTER 1 · China"));
    let mut none = theatre();
    none.geo.assets.clear();
    none.geo.neighbours.clear();
    let text = check(&index_html(&none)).text;
    assert!(text.contains("no allied geostationary satellite of the roster has elements here"));
}

#[test]
fn custody_names_who_observes_what_and_who_is_first() {
    let briefing = theatre();
    let custody = &briefing.custody;
    let page = plain(&index_html(&briefing));
    let text = plain(&check(&index_html(&briefing)).text);
    let all = custody.figures.coalitions.last().unwrap();
    assert_eq!(all.observed.len(), custody.objects.len() - 1, "one is out of reach of all");
    let heading = format!("ground sensors could observe {}: alone US", all.observed.len());
    assert!(headings(&briefing).iter().any(|text| plain(text).contains(&heading)), "{:?}", headings(&briefing));
    assert!(text.contains(&format!("Out of reach of them all: {}.", custody.objects[3].name)));
    // The first chance of the nearest event's primary, worked out from all observations again.
    let nearest = (0..briefing.conjunctions.len())
        .min_by(|&a, &b| briefing.conjunctions[a].miss_km.total_cmp(&briefing.conjunctions[b].miss_km))
        .unwrap();
    let primary = briefing.conjunctions[nearest].primary_id;
    let of = custody.events.iter().find(|chances| chances.event == nearest && chances.object == primary).unwrap();
    for own in of.chances.iter().filter(|own| own.first.is_some()) {
        let sensor = &custody.sensors[own.first.as_ref().unwrap().sensor];
        assert_eq!(sensor.nation, own.nation);
        assert!(page.contains(&format!("({})", own.count)));
    }
    // "Alone" is said of what each has by itself; what nobody else has is told in other words.
    assert!(text.contains("Only they") && !text.contains("They alone"));
    let mut without = theatre();
    without.custody.sensors.clear();
    assert!(headings(&without).contains(&"Custody: 0 ground sensors of the allies are listed".to_owned()));
}

#[test]
fn one_to_five_nations_have_a_map_for_every_coalition() {
    let five = [Nation::Us, Nation::Jp, Nation::Kr, Nation::Gb, Nation::Fr];
    for count in 1..=5 {
        let outline = check(&index_html(&of_nations(&five[..count])));
        let maps = outline.drawings.iter().filter(|(_, names, _)| names[0].starts_with("map-")).count();
        assert_eq!(maps, (1 << count) - 1, "{count} nations");
    }
}

#[test]
fn one_nation_is_not_called_allies() {
    let briefing = of_nations(&[Nation::Jp]);
    let headings = headings(&briefing);
    assert!(headings[0].starts_with("Japan alone keeps the last possible look at Korea"), "{}", headings[0]);
    assert!(
        headings.iter().all(|heading| !heading.contains("shared") && !heading.contains("the allies")),
        "{headings:?}"
    );
}

/// A pass that has two regions in reach at dawn, one of them still dark, can look at the other alone.
#[test]
fn a_region_in_the_dark_is_not_called_usable() {
    let mut briefing = theatre();
    let of_day = |look: &&mut Look| look.kind == LookKind::Optical && !look.geostationary && look.span.end_s < 21_600.0;
    let look = briefing.looks.iter_mut().filter(of_day).find(|look| look.is_usable()).unwrap();
    (look.shares, look.usable_shares) = (vec![0.83, 0.71], vec![0.0, 0.37]);
    let asset = look.asset;
    let start = (briefing.window.start + chrono::TimeDelta::milliseconds((look.span.start_s * 1e3) as i64)).timestamp();
    let page = plain(&index_html(&briefing));
    assert!(page.contains("Korea 83 % in the dark, Japan 37 %"));
    let name = &briefing.assets[asset].name;
    let rows: Vec<_> = looks(&briefing)
        .to_objects()
        .into_iter()
        .filter(|row| {
            let at: chrono::DateTime<chrono::Utc> = row["start"].as_str().unwrap().parse().unwrap();
            row["name"] == name.as_str() && (at.timestamp() - start).abs() <= 1
        })
        .collect();
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row["region"].as_str().unwrap(), row["share_percent"].as_f64().unwrap(), row["usable"] == true))
        .collect();
    assert_eq!(told, [("korea", 0.0, false), ("japan", 37.0, true)]);
    assert_eq!(rows[0]["reach_percent"], 83.0);
}

/// The strip, the page's name and its printed margins say the whole window, as the headline does.
#[test]
fn the_window_is_the_one_that_the_figures_are_of() {
    let page = plain(&index_html(&theatre()));
    assert!(page.contains("the next three days"));
    assert_eq!(page.matches("7 Sep 2026 09:00 KST (00:00Z) to 10 Sep 09:00 KST").count(), 3);
    assert!(!page.contains(") to 8 Sep 09:00 KST"));
}

/// Sensors whose kind is not disclosed are no radars: they have a lane and a column of their own, and end quiet windows.
#[test]
fn watchers_of_unknown_kind_are_not_called_radar() {
    let mut briefing = theatre();
    let site = &briefing.sites[0];
    let (radar, optical, other) = (site.radar.len(), site.optical.len(), site.other.len());
    assert!(other > 0);
    let text = plain(&check(&index_html(&briefing)).text);
    assert!(text.contains(&format!("{radar} radar, {optical} optical and {other} other passes")), "{text}");
    assert!(text.contains(&format!("Other{other} passes")) && text.contains("sensor not disclosed"), "{text}");
    for site in &mut briefing.sites {
        site.other.clear();
    }
    assert!(!plain(&check(&index_html(&briefing)).text).contains("sensor not disclosed"));
}

#[test]
fn names_from_outside_stay_text() {
    let hostile = "</style><script>alert(1)</script>\"'&\u{202e}\u{0}<svg onload=x>";
    let mut briefing = theatre();
    for asset in &mut briefing.assets {
        asset.name = hostile.to_owned();
        asset.reach = hostile.to_owned();
        asset.left_out = asset.left_out.take().map(|_| hostile.to_owned());
    }
    for event in &mut briefing.conjunctions {
        event.primary_name = hostile.into();
        event.secondary_name = hostile.into();
    }
    for object in &mut briefing.custody.objects {
        object.name = hostile.to_owned();
    }
    for sensor in &mut briefing.custody.sensors {
        sensor.name = hostile.to_owned();
    }
    for region in &mut briefing.regions {
        region.title = hostile.to_owned();
    }
    for site in &mut briefing.sites {
        site.name = hostile.to_owned();
    }
    briefing.marking.text = hostile.to_owned();
    briefing.night.place = hostile.to_owned();
    briefing.watchers = hostile.to_owned();
    briefing.screened = hostile.to_owned();
    briefing.outline_note = hostile.to_owned();
    briefing.version = hostile.to_owned();
    briefing.sources = vec![hostile.to_owned()];
    briefing.landmarks.push(Landmark { name: hostile.to_owned(), position: [127.0, 37.0] });
    let page = index_html(&briefing);
    assert_eq!(page.matches("<style>").count(), 1);
    assert_eq!(page.matches("</style>").count(), 1);
    assert!(!page.contains("<script") && !page.contains('\u{202e}') && !page.contains('\u{0}'));
    assert!(page.contains("&lt;script&gt;"));
    outline(&page);
}

#[test]
fn the_marking_stands_above_and_in_every_printed_margin() {
    let mut briefing = theatre();
    briefing.marking.text = "REL USA, JPN".to_owned();
    briefing.marking.recipient = Some(Nation::Jp);
    briefing.marking.withheld = 3;
    let page = index_html(&briefing);
    assert!(page.contains("@top-left{content:\"RELEASE: REL USA, JPN\"}"));
    assert!(page.contains("@bottom-left{content:\"RELEASE: REL USA, JPN\"}"));
    assert!(page.contains("counter(page) \" / \" counter(pages)"));
    let outline = check(&page);
    assert!(plain(&outline.text).contains("3 items withheld") && outline.text.contains("for JPN"));
    assert!(plain(&outline.text).contains("3 assets and sources are left out"));
}

/// A briefing in which nothing was found.
fn empty() -> Briefing {
    let mut briefing = theatre();
    briefing.looks.clear();
    for asset in &mut briefing.assets {
        asset.age_days = None;
        asset.timing_error_s = None;
        asset.left_out = Some("no elements here".to_owned());
    }
    for region in &mut briefing.regions {
        for part in &mut region.coalitions {
            part.assets = 0;
            part.looks.clear();
            part.gaps.clear();
            part.fresh_percent = 0.0;
            part.cell_fresh_percent.fill(0.0);
            part.longest_gap = Span::new(0.0, 3.0 * DAY_S);
        }
        region.nations.iter_mut().for_each(|share| {
            (share.alone_percent, share.lost_percent, share.shapley_percent) = (0.0, 0.0, 0.0);
        });
        region.assets.clear();
        region.together.clear();
    }
    for site in &mut briefing.sites {
        site.other.clear();
        site.radar.clear();
        site.optical.clear();
        site.quiet = vec![Span::new(0.0, DAY_S)];
    }
    briefing.conjunctions.clear();
    briefing.geo.assets.clear();
    briefing.custody = fixture_custody::custody(&briefing.nations, briefing.window, &briefing.assets, &[]);
    briefing
}

#[test]
fn a_report_without_anything_says_so() {
    let headings: Vec<String> = headings(&empty()).iter().map(|heading| plain(heading)).collect();
    let expected = [
        "No allied satellite with elements here can look at Korea in the next three days",
        "Next 6 hours: 0 usable allied passes, 0 foreign; longest allied pause over Korea 6 h 00 from 09:00 KST",
        "Who can look where: sharing lifts Korea from 0 % (US alone) to 0 %, Japan from 0 % to 0 % in three days",
        "Korea, the next three days: each nation’s longest gap is 72 h 00 or more (US), 72 h 00 or more (Japan) and 72 h 00 \
         or more (ROK); shared, 72 h 00 or more from 09:00 KST",
        "What sharing adds: of Korea’s 0 % the allies would lose 0.0 points without the US, 0.0 without Japan and 0.0 \
         without the ROK",
        "24 hours over Korea and Japan: 0 passes, 0 usable; after dark 0 allied and 0 foreign can look",
        "Osan AB: no listed low-orbit watcher can look in the next 24 hours",
        "Conjunctions: no approach of an allied satellite below 20 km was found",
        "Custody: no foreign object crosses Korea and Japan in the next 24 hours: 0 to observe",
    ];
    assert_eq!(headings[..9], expected);
    assert!(plain(&headings[9]).starts_with("Data: no elements for any of the"));
}

#[test]
fn what_was_not_asked_for_is_left_out_in_words() {
    let mut briefing = theatre();
    briefing.sites.clear();
    briefing.regions.clear();
    briefing.coast.clear();
    briefing.assets.clear();
    briefing.looks.clear();
    briefing.conjunctions.clear();
    briefing.watchers.clear();
    briefing.sources.clear();
    briefing.limits.clear();
    let headings = headings(&briefing);
    assert_eq!(headings.len(), 11);
    assert!(headings[0].starts_with("No region or no nation was asked for"));
    let nobody = of_nations(&[]);
    check(&index_html(&nobody));
}

#[test]
fn changes_of_slot_stand_under_the_drawings() {
    let page = plain(&check(&index_html(&theatre())).text);
    let told =
        "past element sets follow 1 of these 2 objects, over up to 30 days, and show 1, 0 of an allied satellite";
    assert!(page.contains(told), "{page}");
    assert!(
        page.contains(
            "DRIFTER 1 (China): drift +0.01 to −0.61° a day between 4 Sep 00:00Z and 5 Sep 00:00Z, then over 142.6° E."
        ),
        "{page}"
    );
    assert!(page.contains("how many are on orbit is not known without a satellite catalogue"));
}

#[test]
fn a_site_without_watchers_is_not_called_quiet() {
    let mut briefing = theatre();
    briefing.watchers.clear();
    let headings = headings(&briefing);
    assert!(headings.iter().any(|heading| heading.contains("no watcher was listed")), "{headings:?}");
}

#[test]
fn gaps_cut_by_the_window_are_marked() {
    let mut briefing = theatre();
    let alone = &mut briefing.regions[0].coalitions[0];
    alone.longest_gap = Span::new(0.0, 40_000.0);
    alone.gaps[0].span = Span::new(0.0, 40_000.0);
    alone.gaps[0].open_start = true;
    let page = plain(&index_html(&briefing));
    assert!(page.contains("11 h 07 or more (US)"));
    assert!(page.contains("09:00–20:07*"));
}

#[test]
fn odd_windows_and_numbers_do_not_break_the_page() {
    let mut briefing = theatre();
    briefing.day_s = 1800.0;
    briefing.window.end = briefing.window.start + chrono::TimeDelta::minutes(30);
    check(&index_html(&briefing));
    let mut briefing = theatre();
    briefing.window.start = "2026-12-31T14:59:59.750Z".parse().unwrap();
    briefing.window.end = briefing.window.start + chrono::TimeDelta::days(14);
    briefing.day_s = 14.0 * DAY_S;
    briefing.threshold_km = 0.0;
    for look in &mut briefing.looks {
        look.asset = usize::MAX;
        look.shares.clear();
        look.usable_shares.clear();
    }
    briefing.regions[1].cells[0].polygons.push(vec![vec![[f64::NAN, 3.0], [10.0, 200.0]]]);
    briefing.coast.push(vec![[f64::INFINITY, 0.0], [0.0, 0.0]]);
    check(&index_html(&briefing));
}
