//! The report: a folder with a page for people, tables and maps for programs, what all of it was made of, and a manifest.
//!
//! A report is a pure function of its inputs and parameters, which stand in it: [`verify`](verify::verify) makes it again
//! and compares.

mod inputs;
mod manifest;
pub mod verify;

use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};

use super::World;
use super::brief::{Brief, BriefRequest};
use super::catalogue::Catalogue;
use crate::report::briefing::Briefing;
use crate::report::page::index_html;
use crate::report::sharing::Contributor;
use crate::report::sheet::Sheet;
use crate::report::observations::custody_sheet;
use crate::report::{cells, conjunctions, coverage, custody, exposure, looks, sharing};
use crate::ssa::progress::Progress;

/// One file of a report: its name, with folders, and its text.
pub type File = (String, String);

/// The file that lists the others.
const MANIFEST: &str = "manifest.json";

/// Makes all files of a report, the manifest last.
///
/// # Errors
/// As [`World::brief`].
pub fn files(
    world: &World,
    catalogue: &Catalogue,
    request: &BriefRequest,
    progress: Progress<'_>,
) -> anyhow::Result<(Briefing, Vec<File>)> {
    let brief = world.brief(catalogue, request, progress)?;
    let mut files = drawn(&brief);
    let inputs = inputs::files(world, catalogue, request);
    let manifest = manifest::text(world, catalogue, request, &files, &inputs)?;
    files.extend(inputs);
    files.push((MANIFEST.to_owned(), manifest));
    Ok((brief.briefing, files))
}

/// The page, the tables and the maps.
fn drawn(brief: &Brief) -> Vec<File> {
    let briefing = &brief.briefing;
    let marking = &briefing.marking.text;
    let mut files = vec![("index.html".to_owned(), index_html(briefing))];
    for (name, sheet) in tables(brief) {
        let sheet = sheet.with_constant("marking", marking);
        files.push((format!("{name}.csv"), sheet.to_csv()));
        files.push((format!("{name}.json"), sheet.to_json()));
    }
    let notes = [format!("Marking: {marking}."), briefing.outline_note.clone()];
    files.push(("cells.geojson".to_owned(), cells::features(&brief.coverage, &brief.shapes, &notes)));
    files
}

fn tables(brief: &Brief) -> Vec<(&'static str, Sheet)> {
    let Brief { briefing, coverage: covered, shapes, exposures } = brief;
    let asset = |index: usize| &briefing.assets[index];
    let contributor = |index: usize| {
        let asset = asset(index);
        Contributor { nation: asset.nation, norad_id: asset.norad_id, name: asset.name.clone() }
    };
    let day = crate::astro::time::Window { start: briefing.window.start, end: briefing.window.at(briefing.day_s) };
    vec![
        ("coverage", coverage::sheet(&coverage::rows(covered))),
        ("sharing", sharing::contributions(covered, contributor)),
        ("together", sharing::together(covered)),
        ("simultaneous", sharing::simultaneous(covered)),
        ("gaps", looks::gaps(covered)),
        ("cells", cells::sheet(covered, shapes)),
        ("looks", looks::looks(briefing)),
        ("exposure", exposure::summary(exposures, day)),
        ("watched", exposure::watched(exposures, day, |index| asset(index).name.clone())),
        ("quiet", exposure::quiet(exposures, day, 0.0)),
        ("conjunctions", conjunctions::sheet(&briefing.conjunctions)),
        ("custody", custody_sheet(&briefing.custody.figures)),
        ("crossing", custody::crossing(briefing)),
        ("first_looks", custody::first_looks(briefing)),
        ("assets", looks::assets(briefing)),
    ]
}

/// Writes files into a folder, which is made; each is written whole under another name first.
///
/// # Errors
/// The disk.
pub fn write(folder: &Path, files: &[File]) -> anyhow::Result<()> {
    for (name, text) in files {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).with_context(|| format!("making the folder {}", parent.display()))?;
        let partial = path.with_extension("partial");
        std::fs::write(&partial, text)
            .and_then(|()| std::fs::rename(&partial, &path))
            .with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

/// A report's name and content in short, for programs that asked for one.
#[must_use]
pub fn in_short(folder: &Path, briefing: &Briefing, files: &[File]) -> Value {
    json!({
        "folder": folder.display().to_string(),
        "marking": briefing.marking.text,
        "withheld": briefing.marking.withheld,
        "files": files.iter().map(|(name, _)| name).collect::<Vec<_>>(),
    })
}
