//! `roster`: the satellites known by nation, mission and sensor.

use super::show::reach_text;
use super::{Call, Outcome};
use crate::report::sheet::{Cell, Sheet, Shown};
use crate::ssa::nation::Nation;
use crate::ssa::roster::{Asset, ElementsPolicy, Mission};

/// The allied and foreign satellites known by nation, mission and sensor
///
/// A row a sensor, with its reach and where each figure comes from; ELEMENTS says whether the element sets here have it.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky roster --nation kr\n  alliedsky roster --mission sar --format csv\n  alliedsky roster --here"
)]
pub(super) struct Arguments {
    /// Nation, ISO 3166
    #[arg(long)]
    nation: Option<Nation>,
    /// Mission: eo, sar, recon, rf, weather, science, ssa, navigation, comms, technology, crewed
    #[arg(long)]
    mission: Option<Mission>,
    /// Only satellites whose elements are here
    #[arg(long)]
    here: bool,
}

const COLUMNS: [&str; 11] = [
    "norad_id",
    "name",
    "nation",
    "mission",
    "operator",
    "elements",
    "sensor",
    "reach",
    "needs_daylight",
    "assumed",
    "source",
];

const SHOWN: [Shown; 8] = [
    Shown { column: "norad_id", head: "ID", decimals: 0 },
    Shown { column: "name", head: "NAME", decimals: 0 },
    Shown { column: "nation", head: "NATION", decimals: 0 },
    Shown { column: "mission", head: "MISSION", decimals: 0 },
    Shown { column: "elements", head: "ELEMENTS", decimals: 0 },
    Shown { column: "sensor", head: "SENSOR", decimals: 0 },
    Shown { column: "reach", head: "REACH", decimals: 0 },
    Shown { column: "assumed", head: "ASSUMED", decimals: 0 },
];

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let app = call.open()?;
    let catalogue = app.catalogue()?;
    let entries = catalogue.by_id();
    let mut sheet = Sheet::new(&COLUMNS);
    let mut assets = 0;
    for asset in app.world.roster.assets() {
        let is_here = asset.norad_id.is_some_and(|id| entries.contains_key(&id));
        let wanted = arguments.nation.is_none_or(|nation| asset.nation == nation)
            && arguments.mission.is_none_or(|mission| asset.mission == mission)
            && (is_here || !arguments.here);
        if wanted {
            assets += 1;
            push(&mut sheet, asset, is_here);
        }
    }
    let mut notes = vec![format!(
        "{assets} of the roster's {} satellites; ASSUMED: the reach is not published.",
        app.world.roster.assets().len()
    )];
    notes.extend(catalogue.notes.iter().cloned());
    call.output.sheet(&sheet, &SHOWN, &notes)?;
    Ok(Outcome::Done)
}

/// A row for each sensor, or one without.
fn push(sheet: &mut Sheet, asset: &Asset, is_here: bool) {
    let elements = match (is_here, asset.elements) {
        (true, _) => "here",
        (false, ElementsPolicy::Public) => "not here",
        (false, ElementsPolicy::NonePublished) => "none published",
    };
    let head = || {
        vec![
            asset.norad_id.map_or(Cell::Null, |id| Cell::Integer(id.get().into())),
            Cell::text(&asset.name),
            Cell::Text(asset.nation.to_string()),
            Cell::Text(asset.mission.to_string()),
            asset.operator.as_deref().map_or(Cell::Null, Cell::text),
            Cell::text(elements),
        ]
    };
    if asset.sensors.is_empty() {
        let mut row = head();
        row.extend([Cell::Null, Cell::Null, Cell::Null, Cell::Flag(asset.assumed), Cell::Null]);
        sheet.push(row);
    }
    for sensor in &asset.sensors {
        let mut row = head();
        row.extend([
            Cell::text(sensor.kind.as_str()),
            Cell::Text(reach_text(sensor)),
            Cell::Flag(sensor.needs_daylight),
            Cell::Flag(sensor.assumed),
            Cell::text(&sensor.source),
        ]);
        sheet.push(row);
    }
}
