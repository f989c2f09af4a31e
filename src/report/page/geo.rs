//! Who drifts by the satellites in the geostationary belt: longitude against time.

use super::clock::{stamp, utc_stamp};
use super::html::{Element, el, number};
use super::marks::Marks;
use super::scene::Scene;
use super::section as page_section;
use super::svg::{Figure, line, moved, words, words_at, words_to};
use super::table::{Table, column, plain};
use super::words::{NBSP, counted, label, short_name, signed};
use crate::report::briefing::{GeoObject, GeoPart};
use crate::ssa::geo::{Neighbour, SLOT_CHANGE_DEG_DAY, wrapped_deg};
use crate::ssa::nation::Nation;

/// Rows of the table, and satellites with a drawing; all are in the files.
const MOST_ROWS: usize = 12;
const MOST_DRAWINGS: usize = 3;
/// Changes of slot that are told; all are in the files.
const MOST_CHANGES: usize = 6;
/// Neighbours that a drawing names.
const MOST_LINES: usize = 10;

/// A drawing, and the plot in it, units.
const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 232.0;
const LEFT: f64 = 78.0;
const RIGHT: f64 = 350.0;
const TOP: f64 = 22.0;
const BOTTOM: f64 = 226.0;
/// Height of a label's row.
const ROW: f64 = 15.0;

/// The section; `None` where the roster has no such satellite with elements.
pub(super) fn section(scene: &Scene<'_>) -> Option<Element> {
    let part = &scene.briefing.geo;
    if part.assets.is_empty() {
        return None;
    }
    let reading = el("p").text(format!(
        "Objects with a period within 10{NBSP}% of a sidereal day whose point beneath comes within {}° of longitude of an \
         allied geostationary satellite’s: {} objects of these element sets were followed. Differences are object less \
         satellite, east and north positive. A manoeuvre after the element set is not in it.",
        part.reach_deg, part.near_belt
    ));
    let section = page_section("geo", finding(part), reading);
    let drawings = part.assets.iter().enumerate().take(MOST_DRAWINGS).map(|(asset, _)| {
        let id = format!("geo-{asset}");
        el("figure").child(figure(part, &scene.marks, asset, id))
    });
    let section = section.child(el("div").class("slots").children(drawings)).child(slots(part));
    Some(if part.neighbours.is_empty() { section } else { section.child(table(scene, part)) })
}

/// Who has changed slot: the satellites first, then their neighbours, the latest first.
fn slots(part: &GeoPart) -> Element {
    let change = |object: &GeoObject, is_own: bool| {
        let change = object.slot_change?;
        let drift = |deg_day: f64| format!("{deg_day:+.2}").replace('-', "−");
        let text = format!(
            ": drift {} to {}° a day between {} and {}, then over {}.",
            drift(change.before_deg_day),
            drift(change.after_deg_day),
            utc_stamp(change.start),
            utc_stamp(change.end),
            meridian(change.longitude_deg)
        );
        let name = if is_own { el("b").text(object.name.clone()) } else { plain(of_nation(object)) };
        Some((is_own, change.end, el("li").child(name).text(text)))
    };
    let own = part.assets.iter().map(|object| (object, true));
    let is_own = |object: &GeoObject| part.assets.iter().any(|own| own.norad_id == object.norad_id);
    let others = part.objects.iter().filter(|object| !is_own(object)).map(|object| (object, false));
    let all: Vec<(&GeoObject, bool)> = own.chain(others).collect();
    let mut changes: Vec<_> = all.iter().filter_map(|(object, is_own)| change(object, *is_own)).collect();
    changes.sort_by_key(|(is_own, end, _)| std::cmp::Reverse((*is_own, *end)));
    let followed = all.iter().filter(|(object, _)| object.followed_days > 0.0).count();
    let days = all.iter().map(|(object, _)| object.followed_days).fold(0.0, f64::max);
    let more = changes.len().saturating_sub(MOST_CHANGES);
    let more = if more > 0 { format!(" ({more} more are in the files)") } else { String::new() };
    let told = if followed == 0 {
        "Changes of slot: there are too few past element sets here to tell.".to_owned()
    } else {
        let own = changes.iter().filter(|(is_own, ..)| *is_own).count();
        let shown = match changes.len() {
            0 => "none.".to_owned(),
            count => format!("{count}, {own} of an allied satellite; the last of each object{more}:"),
        };
        format!(
            "Changes of slot (drift changed by {SLOT_CHANGE_DEG_DAY}° a day or more): past element sets follow {followed} \
             of these {}, over up to {days:.0}{NBSP}days, and show {shown}",
            counted(all.len(), "object", "objects")
        )
    };
    let list: Vec<Element> = changes.into_iter().take(MOST_CHANGES).map(|(_, _, item)| item).collect();
    let list = (!list.is_empty()).then(|| el("ul").class("small changes").children(list));
    el("div").class("slotted").child(el("p").class("small").text(told)).children(list)
}

/// What stands instead of the section.
pub(super) fn none(scene: &Scene<'_>) -> Option<Element> {
    let is_none = scene.briefing.geo.assets.is_empty();
    is_none.then(|| {
        let text = "Geostationary neighbourhood: no allied geostationary satellite of the roster has elements here.";
        el("p").class("small").text(text)
    })
}

fn finding(part: &GeoPart) -> String {
    let satellites = counted(part.assets.len(), "allied satellite", "allied satellites");
    let nearest = part.neighbours.iter().min_by(|a, b| a.distance_km.total_cmp(&b.distance_km));
    let named = nearest.and_then(|one| Some((one, part.assets.get(one.asset)?, part.objects.get(one.object)?)));
    let Some((one, asset, object)) = named else {
        return format!("Geostationary belt: 0 objects come within {}° of {satellites}", part.reach_deg);
    };
    format!(
        "Geostationary belt: {} within {}° of {satellites}; the nearest is {:.0}{NBSP}km, {} to {}, {}",
        counted(part.objects.len(), "object comes", "objects come"),
        part.reach_deg,
        one.distance_km,
        of_nation(object),
        asset.name,
        stamp(part.window.at(one.nearest_s))
    )
}

fn of_nation(object: &GeoObject) -> String {
    object.nation.map_or_else(|| object.name.clone(), |nation| format!("{} ({})", object.name, short_name(nation)))
}

fn table(scene: &Scene<'_>, part: &GeoPart) -> Element {
    let mut shown: Vec<&Neighbour> = part.neighbours.iter().collect();
    shown.sort_by(|a, b| a.distance_km.total_cmp(&b.distance_km));
    let more = shown.len().saturating_sub(MOST_ROWS);
    let more = if more > 0 { format!(" {more} more are in the files.") } else { String::new() };
    shown.truncate(MOST_ROWS);
    let columns = vec![
        column("Nearest", ""),
        column("Satellite and neighbour", "full"),
        column("Distance, km", "n big"),
        column("Longitude, °", "n"),
        column("Latitude, °", "n"),
        column("Drift, ° a day", "n"),
        column("Age, d", "n"),
    ];
    let caption = format!("Neighbours by least distance in the window, KST above UTC.{more}");
    let mut table = Table::new(caption, "geo", columns);
    for one in shown {
        let (Some(asset), Some(object)) = (part.assets.get(one.asset), part.objects.get(one.object)) else { continue };
        let at = part.window.at(one.nearest_s);
        let drift = object.drift_deg_day.map_or_else(|| "–".to_owned(), |drift| format!("{drift:+.2}"));
        let chip = asset.nation.filter(|nation| scene.briefing.nations.contains(nation));
        let own = el("b").children(chip.map(|nation| scene.marks.chip(nation))).text(format!(" {}", asset.name));
        table.row(vec![
            el("span").bold(stamp(at)).child(el("small").text(utc_stamp(at))),
            el("span").child(own).child(el("small").text(of_nation(object))),
            plain(format!("{:.0}", one.distance_km)),
            plain(signed(one.longitude_deg)),
            plain(signed(one.latitude_deg)),
            plain(drift.replace('-', "−")),
            plain(format!("{:.1}", object.age_days)),
        ]);
    }
    table.draw()
}

/// The waterfalls of all satellites, one below the other, as a drawing of its own; empty where there is none.
pub(super) fn drawing(part: &GeoPart) -> String {
    let mut nations: Vec<Nation> = part.assets.iter().filter_map(|asset| asset.nation).collect();
    nations.sort();
    nations.dedup();
    let marks = Marks::new(&nations);
    let parts = part
        .assets
        .iter()
        .enumerate()
        .map(|(asset, _)| moved(0.0, asset as f64 * (HEIGHT + 12.0), waterfall(part, &marks, asset)));
    let whole = Figure {
        id: "geo".to_owned(),
        title: finding(part),
        desc: (0..part.assets.len()).map(|asset| description(part, asset)).collect::<Vec<_>>().join(" "),
        width: WIDTH,
        height: (part.assets.len() as f64 * (HEIGHT + 12.0)).max(HEIGHT),
        class: "chart",
    };
    let mut text = String::new();
    let style = el("style").verbatim(super::STYLE);
    whole
        .draw(std::iter::once(style).chain(parts).collect())
        .attr("xmlns", "http://www.w3.org/2000/svg")
        .write(&mut text);
    text.push('\n');
    text
}

fn figure(part: &GeoPart, marks: &Marks, asset: usize, id: String) -> Element {
    let title = part.assets.get(asset).map_or_else(String::new, |own| format!("Longitudes about {} by time", own.name));
    let figure = Figure { id, title, desc: description(part, asset), width: WIDTH, height: HEIGHT, class: "chart" };
    figure.draw(waterfall(part, marks, asset))
}

fn description(part: &GeoPart, asset: usize) -> String {
    let Some(own) = part.assets.get(asset) else { return String::new() };
    let told = lines(part, asset).into_iter().map(|(one, object)| {
        format!("{} {:.0} km at {}", of_nation(object), one.distance_km, utc_stamp(part.window.at(one.nearest_s)))
    });
    let told: Vec<String> = told.collect();
    let told = if told.is_empty() { "nobody".to_owned() } else { told.join(", ") };
    let longitude_deg = own.longitudes_deg.first().map_or(0.0, |(_, longitude_deg)| *longitude_deg);
    format!("{} at {}; within {}°: {told}.", own.name, meridian(longitude_deg), part.reach_deg)
}

/// The nearest neighbours of a satellite.
fn lines(part: &GeoPart, asset: usize) -> Vec<(&Neighbour, &GeoObject)> {
    let own = part.neighbours.iter().filter(|one| one.asset == asset);
    own.filter_map(|one| Some((one, part.objects.get(one.object)?))).take(MOST_LINES).collect()
}

fn meridian(longitude_deg: f64) -> String {
    let side = if longitude_deg < 0.0 { "W" } else { "E" };
    format!("{:.1}°{NBSP}{side}", longitude_deg.abs())
}

/// Longitude to the right, time downwards, about the slot of a satellite.
fn waterfall(part: &GeoPart, marks: &Marks, asset: usize) -> Vec<Element> {
    let Some(own) = part.assets.get(asset) else { return Vec::new() };
    let center_deg = own.longitudes_deg.first().map_or(0.0, |(_, longitude_deg)| *longitude_deg);
    let half_deg = 1.5 * part.reach_deg;
    let plot = Plot { center_deg, half_deg, window_s: part.window.seconds().max(1.0) };
    let mut drawn =
        vec![words(2.0, TOP + 9.0, utc_stamp(part.window.start)), words(2.0, BOTTOM, utc_stamp(part.window.end))];
    for step in [-1.0, 0.0, 1.0] {
        let x = plot.x(center_deg + step * part.reach_deg);
        drawn.push(line(x, TOP, x, BOTTOM).class("grid"));
        drawn.push(words_at(x, TOP - 8.0, meridian(wrapped_deg(center_deg + step * part.reach_deg))));
    }
    let mut taken: Vec<usize> = Vec::new();
    let own_line = std::iter::once((own, true));
    for (object, is_own) in own_line.chain(lines(part, asset).into_iter().map(|(_, object)| (object, false))) {
        let points = plot.points(object);
        let slot = object.nation.map_or(0, |nation| marks.slot(nation));
        let class = match (is_own, slot) {
            (true, slot) => format!("drift own sn{slot}"),
            (false, 0) => format!("drift {}", dash(object.nation)),
            (false, slot) => format!("drift sn{slot}"),
        };
        let outlines = outlines(&points);
        if !outlines.is_empty() {
            drawn.push(el("path").class(class).attr("d", outlines));
            drawn.extend(plot.label(object, is_own, &points, &mut taken));
        }
    }
    drawn
}

/// The pattern of a nation's lines that has no colour here.
const fn dash(nation: Option<Nation>) -> &'static str {
    match nation {
        Some(Nation::Cn) => "d0",
        Some(Nation::Ru) => "d1",
        _ => "d2",
    }
}

/// Where longitudes and times lie.
struct Plot {
    center_deg: f64,
    half_deg: f64,
    window_s: f64,
}

impl Plot {
    fn x(&self, longitude_deg: f64) -> f64 {
        0.5 * (LEFT + RIGHT) + 0.5 * (RIGHT - LEFT) * wrapped_deg(longitude_deg - self.center_deg) / self.half_deg
    }

    /// The points of a line, `None` where it is outside.
    fn points(&self, object: &GeoObject) -> Vec<Option<(f64, f64)>> {
        let point = |(time_s, longitude_deg): &(f64, f64)| {
            let x = self.x(*longitude_deg);
            let y = TOP + (BOTTOM - TOP) * time_s / self.window_s;
            (LEFT..=RIGHT).contains(&x).then_some((x, y))
        };
        object.longitudes_deg.iter().map(point).collect()
    }

    /// A name beside the line, in a row of its own: the free one nearest to the middle of what is shown.
    fn label(
        &self,
        object: &GeoObject,
        is_own: bool,
        points: &[Option<(f64, f64)>],
        taken: &mut Vec<usize>,
    ) -> Option<Element> {
        let shown: Vec<(f64, f64)> = points.iter().copied().flatten().collect();
        let (_, middle) = *shown.get(shown.len() / 2)?;
        let rows = ((BOTTOM - TOP) / ROW) as usize;
        let center = |row: usize| TOP + (row as f64 + 0.5) * ROW;
        let free = (0..rows).filter(|row| !taken.contains(row));
        let row = free.min_by(|a, b| (center(*a) - middle).abs().total_cmp(&(center(*b) - middle).abs()))?;
        taken.push(row);
        let y = center(row);
        let (x, _) = *shown.iter().min_by(|a, b| (a.1 - y).abs().total_cmp(&(b.1 - y).abs()))?;
        let nation =
            object.nation.filter(|_| !is_own).map_or_else(String::new, |nation| format!(" · {}", short_name(nation)));
        let text = format!("{}{nation}", label(&object.name, 16));
        let text =
            if x > 0.5 * (LEFT + RIGHT) { words_to(x - 5.0, y + 4.0, text) } else { words(x + 5.0, y + 4.0, text) };
        Some(text.class(if is_own { "halo lane" } else { "halo" }))
    }
}

/// The parts of a line that are shown.
fn outlines(points: &[Option<(f64, f64)>]) -> String {
    let runs = points.split(Option::is_none).filter(|run| run.len() > 1);
    let run = |run: &[Option<(f64, f64)>]| {
        let at: Vec<String> = run.iter().flatten().map(|(x, y)| format!("{} {}", number(*x), number(*y))).collect();
        format!("M{}", at.join("L"))
    };
    runs.map(run).collect()
}
