//! The report as one page for people: `index.html`, with its style and drawings inside and nothing fetched.
//!
//! It needs no script, no font and no network. Every heading is a finding made from the figures of the [`Briefing`], in
//! the order in which a commander asks: what matters now, who passes in the next hours, who can look at what alone and
//! together, when each is blind and who fills it, what each brings, how busy the sky is, when a site is unobserved,
//! whether anything comes close, who could observe what from the ground, and how far all that can be trusted.

mod burns;
mod clock;
mod conjunctions;
mod contribution;
mod custody;
mod data;
mod dissolve;
mod gaps;
mod geo;
mod headline;
mod html;
mod ledger;
mod maps;
mod marks;
mod projection;
mod quiet;
mod scene;
mod sky;
mod svg;
mod table;
mod timeline;
mod words;

pub use burns::svg as burns_svg;
use html::{Element, css_string, el};
use scene::Scene;

use super::briefing::{Briefing, GeoPart};

/// The style of the page; it has no `<` and no `&`, so that it may stand in a page that is also XML.
const STYLE: &str = include_str!("page/style.css");

/// The whole page. It depends on nothing but the briefing: the same briefing makes the same page, byte for byte.
#[must_use]
pub fn index_html(briefing: &Briefing) -> String {
    let scene = Scene::new(briefing);
    let title = format!("{}, {}", headline::subject(&scene), scene.clock.long_range(scene.window()));
    let head = el("head")
        .child(el("meta").attr("charset", "utf-8"))
        .child(el("meta").attr("name", "viewport").attr("content", "width=device-width, initial-scale=1"))
        .child(el("meta").attr("name", "color-scheme").attr("content", "light dark"))
        .child(el("title").text(title))
        .child(el("style").verbatim(STYLE).verbatim(margin_boxes(&scene)));
    let main = el("main")
        .child(headline::top(&scene))
        .child(sky::next_hours(&scene))
        .child(maps::section(&scene))
        .child(gaps::section(&scene))
        .child(contribution::section(&scene))
        .child(sky::day(&scene))
        .child(quiet::section(&scene))
        .child(conjunctions::section(&scene).children(geo::none(&scene)))
        .children(geo::section(&scene))
        .child(custody::section(&scene))
        .child(data::section(&scene));
    let body = el("body").child(headline::strip(&scene)).child(main).child(headline::foot(&scene));
    let mut page = String::from("<!DOCTYPE html>\n");
    el("html").attr("lang", "en").child(head).child(body).write(&mut page);
    page.push('\n');
    page
}

/// Who drifts by some satellites in the geostationary belt, as a drawing of its own in SVG: longitude against time.
#[must_use]
pub fn geo_svg(part: &GeoPart) -> String {
    geo::drawing(part)
}

/// What stands in the margins of every printed page: the marking above and below, the window, the number of the page.
fn margin_boxes(scene: &Scene<'_>) -> String {
    let marking = css_string(&headline::marking(scene.briefing));
    let window = css_string(&format!("alliedsky, {}", scene.clock.long_range(scene.window())));
    format!(
        "@page{{@top-left{{content:{marking}}}@top-right{{content:{window}}}@bottom-left{{content:{marking}}}\
         @bottom-right{{content:counter(page) \" / \" counter(pages)}}}}"
    )
}

/// A section with its finding as the heading and a paragraph that says how to read what follows.
fn section(id: &'static str, finding: String, reading: Element) -> Element {
    el("section").attr("id", id).child(el("h2").text(finding)).child(reading.class("reading"))
}

/// The key of a chart: pairs of a mark and its meaning.
fn key(entries: Vec<(Element, String)>) -> Element {
    let entry = |(mark, meaning): (Element, String)| el("li").child(mark).text(" ").child(el("span").text(meaning));
    el("ul").class("key").children(entries.into_iter().map(entry))
}

/// A patch of a key.
fn patch(class: &str) -> Element {
    el("i").class(format!("patch {class}")).attr("aria-hidden", "true")
}
