//! `catalog`: what is known, from which source, how old.

use clap::ValueEnum;

use super::scope::{is_owned, satcat_hint};
use super::words::counted;
use super::{Call, Outcome};
use crate::app::catalogue::Catalogue;
use crate::app::{App, World};
use crate::astro::elements::{Elements, Regime};
use crate::format::satcat::ObjectType;
use crate::format::{TleError, write_omm_csv, write_omm_json, write_omm_kvn, write_omm_xml, write_tle};
use crate::report::sheet::{Cell, Mark, Sheet, Shown};
use crate::store::catalogue::CatalogueEntry;

/// List the current catalogue
///
/// Of each object its newest element set, how old it is and where it comes from.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky catalog --name kompsat\n  alliedsky catalog --owner kr --regime leo --format csv\n  alliedsky catalog --stale"
)]
pub(super) struct Arguments {
    /// Owner: a SATCAT code (SKOR) or a nation (kr)
    #[arg(long)]
    owner: Option<String>,
    /// Object type of the SATCAT: PAY, R/B, DEB, UNK
    #[arg(long = "type", value_name = "TYPE", value_parser = object_type)]
    object_type: Option<ObjectType>,
    /// A part of the name
    #[arg(long)]
    name: Option<String>,
    /// Orbit: leo, meo, geo, heo
    #[arg(long, value_parser = regime)]
    regime: Option<Regime>,
    /// Only element sets that are too old for their orbit
    #[arg(long)]
    stale: bool,
    /// Write the element sets themselves instead of a list
    #[arg(long, value_enum, value_name = "FORM", hide_possible_values = true, help = ELEMENTS_HELP)]
    elements: Option<Form>,
}

const ELEMENTS_HELP: &str = "Write the element sets instead of a list: omm-csv, omm-json, omm-kvn, omm-xml, tle";

/// Forms of element sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    OmmCsv,
    OmmJson,
    OmmKvn,
    OmmXml,
    Tle,
}

fn object_type(text: &str) -> Result<ObjectType, String> {
    match ObjectType::from_text(text) {
        ObjectType::Unknown if !text.to_ascii_uppercase().starts_with("UNK") => {
            Err("expected PAY, R/B, DEB or UNK".to_owned())
        }
        known => Ok(known),
    }
}

fn regime(text: &str) -> Result<Regime, String> {
    let known = [Regime::Leo, Regime::Meo, Regime::Geo, Regime::Heo];
    let found = known.into_iter().find(|regime| regime.as_str().eq_ignore_ascii_case(text));
    found.ok_or_else(|| "expected leo, meo, geo or heo".to_owned())
}

/// The columns of a row, in order.
pub(super) const COLUMNS: [&str; 17] = [
    "norad_id",
    "name",
    "object_id",
    "nation",
    "owner",
    "mission",
    "object_type",
    "ops_status",
    "regime",
    "perigee_km",
    "apogee_km",
    "inclination_deg",
    "period_min",
    "epoch",
    "age_days",
    "stale",
    "source",
];

const SHOWN: [Shown; 10] = [
    Shown { column: "norad_id", head: "ID", decimals: 0 },
    Shown { column: "name", head: "NAME", decimals: 0 },
    Shown { column: "object_id", head: "DESIGNATOR", decimals: 0 },
    Shown { column: "nation", head: "NATION", decimals: 0 },
    Shown { column: "mission", head: "MISSION", decimals: 0 },
    Shown { column: "regime", head: "REGIME", decimals: 0 },
    Shown { column: "perigee_km", head: "PERIGEE KM", decimals: 0 },
    Shown { column: "apogee_km", head: "APOGEE KM", decimals: 0 },
    Shown { column: "inclination_deg", head: "INCL°", decimals: 2 },
    Shown { column: "age_days", head: "AGE D", decimals: 1 },
];

pub(super) fn list(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let app = call.open()?;
    let catalogue = app.catalogue()?;
    let chosen: Vec<&CatalogueEntry> =
        catalogue.entries.iter().filter(|entry| wanted(&app.world, &catalogue, entry, arguments)).collect();
    if let Some(form) = arguments.elements {
        let elements: Vec<Elements> = chosen.iter().map(|entry| entry.elements.clone()).collect();
        call.output.notes(&catalogue.notes);
        return write_elements(call, form, &elements);
    }
    let mut sheet = Sheet::new(&COLUMNS);
    for entry in &chosen {
        sheet.push(row(&app.world, &catalogue, entry));
    }
    let total = catalogue.entries.len();
    let mut notes = vec![match sheet.len() {
        0 => format!("None of the {total} objects is like that{}.", missing_facts(&app, arguments)),
        count => format!("{count} of {total} objects."),
    }];
    notes.extend(catalogue.notes.iter().cloned());
    call.output.sheet(&sheet, &SHOWN, &notes)?;
    Ok(Outcome::Done)
}

/// What could have told the facts that were asked for.
fn missing_facts(app: &App, arguments: &Arguments) -> &'static str {
    if arguments.owner.is_some() || arguments.object_type.is_some() { satcat_hint(app) } else { "" }
}

fn wanted(world: &World, catalogue: &Catalogue, entry: &CatalogueEntry, arguments: &Arguments) -> bool {
    let elements = &entry.elements;
    let named = |part: &String| elements.name.to_lowercase().contains(&part.to_lowercase());
    arguments.owner.as_ref().is_none_or(|owner| is_owned(world, entry, owner))
        && arguments.object_type.is_none_or(|kind| entry.facts.object_type == kind)
        && arguments.name.as_ref().is_none_or(named)
        && arguments.regime.is_none_or(|regime| elements.regime() == regime)
        && (!arguments.stale || elements.is_stale(catalogue.clock))
}

/// One object as a row under [`COLUMNS`].
pub(super) fn row(world: &World, catalogue: &Catalogue, entry: &CatalogueEntry) -> Vec<Cell> {
    let elements = &entry.elements;
    let facts = &entry.facts;
    let is_stale = elements.is_stale(catalogue.clock);
    vec![
        Cell::Integer(elements.norad_id.get().into()),
        Cell::text(&elements.name),
        Cell::text(&elements.object_id),
        world.nation_of(entry).map_or(Cell::Null, |nation| Cell::Text(nation.to_string())),
        Cell::text(&facts.owner),
        world.mission_of(elements.norad_id).map_or(Cell::Null, |mission| Cell::Text(mission.to_string())),
        Cell::text(facts.object_type.as_str()),
        facts.ops_status.map_or(Cell::Null, |status| Cell::Text(status.to_string())),
        Cell::text(elements.regime().as_str()),
        Cell::Number(elements.perigee_km(), 3),
        Cell::Number(elements.apogee_km(), 3),
        Cell::Number(elements.inclination_deg, 4),
        Cell::Number(elements.period_min(), 4),
        Cell::Time(elements.epoch),
        Cell::Number(elements.age_days(catalogue.clock), 4).marked(is_stale, Mark::Stale),
        Cell::Flag(is_stale),
        Cell::text(&entry.source.locator),
    ]
}

fn write_elements(call: &Call, form: Form, elements: &[Elements]) -> anyhow::Result<Outcome> {
    let created = chrono::Utc::now();
    let text = match form {
        Form::OmmCsv => write_omm_csv(elements),
        Form::OmmJson => write_omm_json(elements),
        Form::OmmKvn => write_omm_kvn(elements, created),
        Form::OmmXml => write_omm_xml(elements, created),
        Form::Tle => {
            let (text, left_out) = element_lines(elements);
            match left_out.first() {
                Some(first) if text.is_empty() => return Err(first.clone().into()),
                Some(first) => {
                    let count = counted(left_out.len(), "object", "objects");
                    call.output.notes(&[format!("{count} of {} left out: {first}", elements.len())]);
                }
                None => {}
            }
            text
        }
    };
    call.output.text(&text)?;
    Ok(Outcome::Done)
}

/// Three lines for each object that the form can hold, and why it cannot hold the others.
fn element_lines(elements: &[Elements]) -> (String, Vec<TleError>) {
    let (mut text, mut left_out) = (String::new(), Vec::new());
    for elements in elements {
        match write_tle(elements) {
            Ok((line1, line2)) => text.push_str(&format!("{}\n{line1}\n{line2}\n", elements.name)),
            Err(error) => left_out.push(error),
        }
    }
    (text, left_out)
}
