//! Section 8: which objects could the nations' ground sensors observe, and who first before a conjunction?

use super::clock::{stamp, utc_stamp};
use super::html::{Element, el};
use super::scene::Scene;
use super::section as page_section;
use super::svg::{Figure, rect};
use super::table::{Table, column, plain};
use super::words::{
    allies, coalition_name, count, counted, duration, in_sentence, label, list, percent, setting, short_name, some_of,
};
use crate::report::briefing::{CrossingObject, EventChances};
use crate::ssa::conjunction::Conjunction;
use crate::ssa::custody::CoalitionCustody;
use crate::ssa::custody::chances::Chances;
use crate::ssa::ground_sensor::Figures;

/// Rows of the tables; all are in the files.
const MOST_OBJECTS: usize = 4;
const MOST_EVENTS: usize = 4;
/// Beyond so many nations pairs and the like are left to the files.
const MOST_NATIONS: usize = 3;

/// The section.
pub(super) fn section(scene: &Scene<'_>) -> Element {
    let custody = &scene.briefing.custody;
    if custody.sensors.is_empty() {
        let finding = format!("Custody: 0 ground sensors of {} are listed", allies(scene.briefing));
        return page_section("custody", finding, el("p").text("No object can be observed from the ground here."));
    }
    let section = page_section("custody", finding(scene), el("p").text(reading(scene)));
    let section = if custody.objects.is_empty() {
        section
    } else {
        section.child(el("div").class("pair").child(coalitions(scene)).child(least_observed(scene)))
    };
    if custody.events.is_empty() { section } else { section.child(events(scene)) }
}

fn finding(scene: &Scene<'_>) -> String {
    let custody = &scene.briefing.custody;
    let crossing = custody.objects.len();
    let day = setting(scene.day.seconds());
    if crossing == 0 {
        return format!("Custody: no foreign object crosses {} in the next {day}: 0 to observe", scene.regions());
    }
    let by = |own: &CoalitionCustody| count(own.observed.len());
    let singles: Vec<String> = custody
        .figures
        .coalitions
        .iter()
        .filter(|own| own.nations.len() == 1)
        .map(|own| format!("{} {}", own.nations.first().map_or("", |nation| short_name(*nation)), by(own)))
        .collect();
    let of = format!(
        "Of {} crossing {} in the next {day}",
        counted(crossing, "foreign object", "foreign objects"),
        scene.regions()
    );
    let sensors = counted(custody.sensors.len(), "ground sensor", "ground sensors");
    let whole = custody.figures.coalitions.last().map_or_else(String::new, by);
    match singles.as_slice() {
        [_] => format!("{of} {}’s {sensors} could observe {whole}", in_sentence(scene.briefing.nations[0])),
        many => format!("{of} the allies’ {sensors} could observe {whole}: alone {}", list(many)),
    }
}

fn reading(scene: &Scene<'_>) -> String {
    let custody = &scene.briefing.custody;
    let without = custody.sensors.iter().filter(|sensor| sensor.figures != Figures::Published).count();
    let missing: Vec<String> = scene
        .briefing
        .nations
        .iter()
        .filter(|nation| !custody.sensors.iter().any(|sensor| sensor.nation == **nation))
        .map(|nation| in_sentence(*nation))
        .collect();
    let mut text = format!(
        "Position of the object above a radar, fence or telescope, darkness and sunlight where it needs them: whether an \
         object is large or bright enough, or anybody looks, is not modelled. Figures of {without} of the {} sensors are \
         modelled by the public or assumed.",
        custody.sensors.len()
    );
    if !missing.is_empty() {
        text.push_str(&format!(" No sensor of {} is listed.", list(&missing)));
    }
    let is_dark = |object: &&CrossingObject| custody.figures.by_none.contains(&object.norad_id);
    let dark: Vec<&str> = custody.objects.iter().filter(is_dark).map(|object| object.name.as_str()).collect();
    if !dark.is_empty() {
        text.push_str(&format!(" Out of reach of them all: {}.", some_of(&dark, 6)));
    }
    if custody.roster_alone {
        text.push_str(
            " Objects are the roster’s foreign satellites: of so large a catalogue no others are followed here.",
        );
    }
    text
}

/// How many objects every coalition could observe.
fn coalitions(scene: &Scene<'_>) -> Element {
    let custody = &scene.briefing.custody;
    let caption = format!(
        "Objects that a coalition’s sensors could observe at least once in the next {}; time since the last chance, averaged \
         over that stretch and over those objects; objects that no other nation could observe.",
        setting(scene.day.seconds())
    );
    let columns = vec![
        column("Coalition", ""),
        column("Sensors", "n"),
        column("", "full"),
        column("Objects", "n"),
        column("Since last", "n"),
        column("Only they", "n"),
    ];
    let mut table = Table::new(caption, "custody counts", columns);
    let everyone = scene.briefing.nations.len();
    let is_shown =
        |own: &&CoalitionCustody| everyone <= MOST_NATIONS || own.nations.len() == 1 || own.nations.len() == everyone;
    for (index, own) in custody.figures.coalitions.iter().filter(is_shown).enumerate() {
        let share = own.observed_percent / 100.0;
        let figure = Figure {
            id: format!("own-{index}"),
            title: format!("Reach of {}", coalition_name(&own.nations, scene.briefing)),
            desc: format!("{} of {}, {}", own.observed.len(), custody.figures.objects, percent(own.observed_percent)),
            width: 160.0,
            height: 9.0,
            class: "share",
        };
        let class = match own.nations.as_slice() {
            [one] => scene.marks.class(*one),
            _ => "ink".to_owned(),
        };
        let bar = figure
            .draw(vec![rect(0.0, 0.0, 160.0, 9.0).class("track"), rect(0.0, 0.0, 160.0 * share, 9.0).class(class)]);
        let chips = own.nations.iter().map(|nation| scene.marks.chip(*nation));
        table.row(vec![
            el("span").children(chips).text(format!(" {}", coalition_name(&own.nations, scene.briefing))),
            plain(own.sensors.to_string()),
            bar,
            el("span").bold(count(own.observed.len())).text(format!(" of {}", count(custody.figures.objects))),
            plain(own.mean_since_last_s.map_or_else(|| "–".to_owned(), duration)),
            plain(if own.nations.len() == everyone { "–".to_owned() } else { count(own.alone.len()) }),
        ]);
    }
    table.draw()
}

/// The objects that are longest out of reach of all.
fn least_observed(scene: &Scene<'_>) -> Element {
    let mut objects: Vec<&CrossingObject> = scene.briefing.custody.objects.iter().collect();
    objects.sort_by(|a, b| b.longest_unobserved_s.total_cmp(&a.longest_unobserved_s).then(a.norad_id.cmp(&b.norad_id)));
    objects.truncate(MOST_OBJECTS);
    let caption = "Longest out of reach of them all; first crossing and first chance, KST.".to_owned();
    let columns =
        vec![column("Object", ""), column("Unobserved", "n"), column("Crosses", "n"), column("First chance", "n line")];
    let mut table = Table::new(caption, "objects", columns);
    for object in objects {
        let owner = object.nation.map_or_else(String::new, |nation| format!(" · {}", short_name(nation)));
        table.row(vec![
            el("span")
                .text(label(&object.name, 24))
                .child(el("small").text(format!("{}{owner}", object.norad_id.get()))),
            plain(duration(object.longest_unobserved_s)),
            plain(scene.clock.when((object.crosses.start - scene.briefing.window.start).as_seconds_f64())),
            soonest(scene, &object.chances),
        ]);
    }
    table.draw()
}

/// The soonest chance of all nations, by whom.
fn soonest(scene: &Scene<'_>, chances: &[Chances]) -> Element {
    let first = chances.iter().filter_map(|own| Some((own.nation, own.first.as_ref()?)));
    let first = first.min_by(|a, b| a.1.interval.span.start_s.total_cmp(&b.1.interval.span.start_s));
    let Some((nation, first)) = first else { return plain("none") };
    let sensor = scene.briefing.custody.sensors.get(first.sensor).map_or("?", |sensor| sensor.name.as_str());
    el("span").child(scene.marks.chip(nation)).text(format!(
        " {} {}, {}",
        scene.clock.when(first.interval.span.start_s),
        label(sensor, 24),
        short_name(nation)
    ))
}

/// For each conjunction who could observe either object before the closest approach, and who first.
fn events(scene: &Scene<'_>) -> Element {
    let custody = &scene.briefing.custody;
    let mut shown: Vec<usize> = custody.events.iter().map(|chances| chances.event).collect();
    shown.dedup();
    let miss = |event: usize| scene.briefing.conjunctions.get(event).map_or(f64::MAX, |event| event.miss_km);
    shown.sort_by(|a, b| miss(*a).total_cmp(&miss(*b)).then(a.cmp(b)));
    let all = shown.len();
    shown.truncate(MOST_EVENTS);
    shown.sort_unstable();
    let more = if all > shown.len() {
        format!(" The {} closest approaches; more are in the files.", shown.len())
    } else {
        String::new()
    };
    let caption = format!(
        "First chance before the closest approach (TCA) to observe either object, KST, by whose sensor and with how many \
         chances of {} until then.{more}",
        allies(scene.briefing)
    );
    let mut columns = vec![column("TCA", ""), column("Objects", "full")];
    columns.extend(scene.briefing.nations.iter().take(5).map(|nation| column(short_name(*nation), "n line")));
    let mut table = Table::new(caption, "looks", columns);
    for event in shown {
        let Some(found) = scene.briefing.conjunctions.get(event) else { continue };
        let both: Vec<&EventChances> = custody.events.iter().filter(|chances| chances.event == event).collect();
        let mut cells = vec![
            el("span").bold(stamp(found.tca)).child(el("small").text(utc_stamp(found.tca))),
            el("span")
                .child(el("b").text(label(&found.primary_name, 26)))
                .child(el("small").text(label(&found.secondary_name, 26))),
        ];
        let of_nation = |index: usize| {
            let of_object = |wanted: &dyn Fn(&Conjunction, &EventChances) -> bool| {
                let own = both.iter().find(|chances| wanted(found, chances)).and_then(|own| own.chances.get(index));
                own.map_or_else(|| "–".to_owned(), |own| chance(scene, own))
            };
            el("span")
                .text(of_object(&|event, own| own.object == event.primary_id))
                .child(el("small").text(of_object(&|event, own| own.object == event.secondary_id)))
        };
        cells.extend((0..scene.briefing.nations.len().min(5)).map(of_nation));
        table.row(cells);
    }
    table.draw()
}

/// `10:32 Eglin, 14 chances`.
fn chance(scene: &Scene<'_>, own: &Chances) -> String {
    let Some(first) = &own.first else { return "none".to_owned() };
    let sensor = scene.briefing.custody.sensors.get(first.sensor).map_or("?", |sensor| sensor.name.as_str());
    format!("{} {} ({})", scene.clock.when(first.interval.span.start_s), label(sensor, 20), count(own.count))
}
