//! `regions` and `sites`.

use super::output::Format;
use super::{Call, Outcome};
use crate::app::App;
use crate::app::overfly::Place;
use crate::feed::bundled::OUTLINE_NOTICE;
use crate::report::geojson::features;
use crate::report::sheet::{Cell, Sheet, Shown};

/// The regions known by name
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  alliedsky regions\n  alliedsky regions --format geojson -o regions.geojson")]
pub(super) struct RegionsArguments {}

/// The sites known by name
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  alliedsky sites\n  alliedsky sites --format csv")]
pub(super) struct SitesArguments {}

pub(super) fn regions(call: &Call) -> anyhow::Result<Outcome> {
    const COLUMNS: [&str; 7] = ["region", "title", "area_km2", "south_deg", "north_deg", "west_deg", "east_deg"];
    const SHOWN: [Shown; 7] = [
        Shown { column: "region", head: "REGION", decimals: 0 },
        Shown { column: "title", head: "TITLE", decimals: 0 },
        Shown { column: "area_km2", head: "AREA KM²", decimals: 0 },
        Shown { column: "south_deg", head: "SOUTH°", decimals: 2 },
        Shown { column: "north_deg", head: "NORTH°", decimals: 2 },
        Shown { column: "west_deg", head: "WEST°", decimals: 2 },
        Shown { column: "east_deg", head: "EAST°", decimals: 2 },
    ];
    let app = App::open(&call.setup)?;
    let mut sheet = Sheet::new(&COLUMNS);
    for region in &app.world.regions {
        let bounds = region.bounds();
        sheet.push(vec![
            Cell::text(region.name()),
            Cell::text(region.title()),
            Cell::Number(region.area_km2(), 1),
            Cell::Number(bounds.south_deg, 4),
            Cell::Number(bounds.north_deg, 4),
            Cell::Number(bounds.west_deg, 4),
            Cell::Number(bounds.east_deg, 4),
        ]);
    }
    let notes = [OUTLINE_NOTICE.to_owned()];
    if call.output.format == Format::Geojson {
        call.output.notes(&notes);
        let shapes: Vec<_> = app.world.regions.iter().map(|region| Place::Region(region.clone()).shape()).collect();
        call.output.text(&features(&shapes, "region", &sheet, &notes))?;
    } else {
        call.output.sheet(&sheet, &SHOWN, &notes)?;
    }
    Ok(Outcome::Done)
}

pub(super) fn sites(call: &Call) -> anyhow::Result<Outcome> {
    const COLUMNS: [&str; 9] =
        ["name", "aliases", "kind", "nation", "latitude_deg", "longitude_deg", "altitude_m", "assumed", "source"];
    const SHOWN: [Shown; 7] = [
        Shown { column: "name", head: "SITE", decimals: 0 },
        Shown { column: "kind", head: "KIND", decimals: 0 },
        Shown { column: "nation", head: "NATION", decimals: 0 },
        Shown { column: "latitude_deg", head: "LATITUDE°", decimals: 4 },
        Shown { column: "longitude_deg", head: "LONGITUDE°", decimals: 4 },
        Shown { column: "altitude_m", head: "HEIGHT M", decimals: 0 },
        Shown { column: "assumed", head: "ASSUMED", decimals: 0 },
    ];
    let app = App::open(&call.setup)?;
    let mut sheet = Sheet::new(&COLUMNS);
    for site in app.world.sites.all() {
        sheet.push(vec![
            Cell::text(&site.name),
            Cell::Text(site.aliases.join("|")),
            Cell::text(site.kind.as_str()),
            site.nation.map_or(Cell::Null, |nation| Cell::Text(nation.to_string())),
            Cell::Number(site.latitude_deg, 5),
            Cell::Number(site.longitude_deg, 5),
            Cell::Number(site.altitude_m, 1),
            Cell::Flag(site.assumed),
            Cell::text(&site.source),
        ]);
    }
    if call.output.format == Format::Geojson {
        let shapes: Vec<_> = app.world.sites.all().iter().map(|site| Place::Site(site.clone()).shape()).collect();
        call.output.text(&features(&shapes, "site", &sheet, &[]))?;
    } else {
        let note = "ASSUMED: no published list was seen. Aliases and sources stand in the csv and json forms.";
        call.output.sheet(&sheet, &SHOWN, &[note.to_owned()])?;
    }
    Ok(Outcome::Done)
}
