//! `report` and `verify`: a folder to hand on, and the check that it says what its inputs say.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use chrono::{TimeDelta, Utc};
use serde_json::json;

use super::output::Format;
use super::progress::with_bar;
use super::scope::{When, site, threshold_km};
use super::{Call, Outcome, usage};
use crate::app::World;
use crate::app::brief::BriefRequest;
use crate::app::overfly::Place;
use crate::app::report::verify::{MOST_LISTED, Verified};
use crate::app::report::{self, File};
use crate::config::length::Length;
use crate::report::briefing::Briefing;
use crate::report::fold::folded;
use crate::ssa::nation::Nation;

/// Write a report: one page to read and print, tables and maps, and what they were made of
///
/// Who can look at the regions and when; what the nations have in reach alone and together, what sharing adds, who fills
/// whose gaps; when foreign satellites can look at the sites; approaches of allied satellites. `index.html` needs no
/// script and no network. With --for, nothing that may not go to that nation plays any part. The window is 72 hours when
/// nothing is said.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  alliedsky report --out friday\n  alliedsky report --out for-tokyo --for jpn --hours 72\n  alliedsky report --region dprk --region korea --site \"Camp Humphreys\" --fresh 6h"
)]
pub(super) struct Arguments {
    /// The folder to write
    #[arg(long, value_name = "DIR", default_value = "report")]
    out: PathBuf,
    #[command(flatten)]
    when: When,
    /// For whom it is: what may not be released to that nation is left out
    #[arg(long = "for", value_name = "NATION")]
    recipient: Option<Nation>,
    /// A region, the first is the headline's; more than one by repeating it [default: korea, japan]
    #[arg(long, value_name = "NAME|FILE")]
    region: Vec<String>,
    /// A site whose quiet windows are told; more than one by repeating it [default: six bases]
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    site: Vec<String>,
    /// The nations whose sharing is weighed
    #[arg(long, value_delimiter = ',', default_value = "us,jp,kr")]
    nations: Vec<Nation>,
    /// Whose satellites are watched for
    #[arg(long, value_delimiter = ',', default_value = "cn,ru,kp")]
    watched: Vec<Nation>,
    /// How long a look counts as fresh
    #[arg(long, value_name = "LENGTH", default_value = "3h", value_parser = super::coverage::horizon)]
    fresh: Length,
    /// Shortest gap to name
    #[arg(long, value_name = "LENGTH", default_value = "2h")]
    least_gap: Length,
    /// Share of a region that a look must reach to end a gap, percent
    #[arg(long, value_name = "PERCENT", default_value = "50", value_parser = super::coverage::percent)]
    least_share: f64,
    /// Approaches of allied satellites below this distance are listed, km
    #[arg(long, value_name = "KM", default_value = "20", value_parser = threshold_km)]
    threshold_km: f64,
}

/// The window of a report when nothing is said.
const USUAL: TimeDelta = TimeDelta::hours(72);

/// Check a report: make it again from what stands in it, and list what differs
///
/// Every file must be the one that the manifest lists, and every figure the one made again, within its last printed digit.
/// Ends with code 1 where anything differs.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  alliedsky verify friday")]
pub(super) struct VerifyArguments {
    /// The folder of the report
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(super) fn run(call: &Call, arguments: &Arguments) -> anyhow::Result<Outcome> {
    report::check_folder(&arguments.out).context("--out")?;
    super::coverage::distinct(&arguments.nations)?;
    if let Some(shared) = arguments.nations.iter().find(|nation| arguments.watched.contains(nation)) {
        return Err(usage(format!("--watched names {shared}, which --nations has too")));
    }
    let app = call.open()?;
    let mut releasable = app.releasable(arguments.recipient)?;
    let regions = take_regions(&mut releasable.world, &arguments.region)?;
    let (world, catalogue) = (&releasable.world, &releasable.catalogue);
    let window = arguments.when.window_or(catalogue.clock, USUAL)?;
    let made_at = app.now.unwrap_or_else(Utc::now);
    let mut request = BriefRequest {
        nations: arguments.nations.clone(),
        watched: arguments.watched.clone(),
        horizon: arguments.fresh.0,
        least_gap: arguments.least_gap.0,
        least_share: arguments.least_share / 100.0,
        threshold_km: arguments.threshold_km,
        thresholds: app.config.conjunctions.thresholds(),
        drop: app.config.run.drop.clone(),
        marking: releasable.marking.clone(),
        ..BriefRequest::new(window, made_at)
    };
    if !regions.is_empty() {
        request.regions = regions;
    }
    if !arguments.site.is_empty() {
        let named = |text: &String| site(world, text).map(|site| Place::Site(site).name().to_owned());
        request.sites = arguments.site.iter().map(named).collect::<Result<_, _>>()?;
    }
    let (briefing, files) =
        with_bar(call.output.quiet, "report", |progress| report::files(&app, &releasable, &request, progress))?;
    report::write(&arguments.out, &files)?;
    tell(call, &arguments.out, &briefing, &files)?;
    Ok(Outcome::Done)
}

/// The names of the regions asked for; those of files join the known ones, so that the report carries their outlines.
fn take_regions(world: &mut World, texts: &[String]) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for text in texts {
        for region in world.find_regions(text)? {
            names.push(region.name().to_owned());
            world.regions.retain(|known| known.name() != region.name());
            world.regions.push(region);
        }
    }
    Ok(names)
}

fn tell(call: &Call, folder: &Path, briefing: &Briefing, files: &[File]) -> anyhow::Result<()> {
    if call.output.format == Format::Json {
        return call.output.text(&format!("{}\n", report::in_short(folder, briefing, files)));
    }
    let withheld = match briefing.marking.withheld {
        0 => String::new(),
        1 => ", 1 item withheld".to_owned(),
        count => format!(", {count} items withheld"),
    };
    let text = [
        format!("{} files in {}, marked {}{withheld}.", files.len(), folder.display(), briefing.marking.text),
        format!("Read {}.", folder.join("index.html").display()),
    ];
    call.output.text(&text.iter().map(|line| folded(line)).collect::<String>())
}

pub(super) fn verify(call: &Call, arguments: &VerifyArguments) -> anyhow::Result<Outcome> {
    let found = with_bar(call.output.quiet, "report", |progress| report::verify::verify(&arguments.folder, progress))?;
    let Verified { files, figures, differences, different } = &found;
    if call.output.format == Format::Json {
        let object = json!({
            "same": *different == 0, "files": files, "figures": figures, "different": different,
            "differences": differences,
        });
        call.output.text(&format!("{object}\n"))?;
    } else if *different == 0 {
        call.output.text(&format!("Same: {figures} figures in {files} files.\n"))?;
    } else {
        let mut text = format!("{different} differences among {figures} figures in {files} files:\n");
        text.extend(differences.iter().map(|line| format!("  {line}\n")));
        if *different > MOST_LISTED {
            text += &format!("  and {} more\n", different - MOST_LISTED);
        }
        call.output.text(&text)?;
    }
    if *different > 0 {
        bail!("the report in {} is not what its inputs say", arguments.folder.display());
    }
    Ok(Outcome::Done)
}
