//! The report: a folder with a page for people, tables and maps for programs, what all of it was made of, and a manifest.
//!
//! A report is a pure function of its inputs and parameters, which stand in it: [`verify`](verify::verify) makes it again
//! and compares.

mod grounds;
mod inputs;
mod manifest;
pub mod verify;

use std::io::{ErrorKind, Write};
use std::path::Path;

use anyhow::{Context, bail};
use serde_json::{Value, json};

use super::App;
use super::brief::{Brief, BriefRequest};
use super::release::Releasable;
use crate::machine::exchange::exchange;
use crate::machine::kill_point::kill_point;
use crate::report::briefing::Briefing;
use crate::report::observations::custody_sheet;
use crate::report::page::index_html;
use crate::report::sharing::Contributor;
use crate::report::sheet::Sheet;
use crate::report::{cells, conjunctions, coverage, custody, exposure, geo, looks, sharing};
use crate::ssa::progress::Progress;

/// One file of a report: its name, with folders, and its text.
pub type File = (String, String);

/// The file that lists the others.
const MANIFEST: &str = "manifest.json";

/// Makes all files of a report, the manifest last.
///
/// # Errors
/// As [`World::brief`](super::World::brief); the store cannot be read.
pub fn files(
    app: &App,
    releasable: &Releasable,
    request: &BriefRequest,
    progress: Progress<'_>,
) -> anyhow::Result<(Briefing, Vec<File>)> {
    let Releasable { world, catalogue, .. } = releasable;
    let brief = world.brief(catalogue, request, &|found, belt| app.evidence(releasable, found, belt), progress)?;
    let mut files = drawn(&brief);
    let inputs = inputs::files(world, catalogue, request, &brief.evidence)?;
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
    let Brief { briefing, coverage: covered, shapes, exposures, watchers, .. } = brief;
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
        ("exposure", exposure::summary(exposures, day, *watchers)),
        ("watched", exposure::watched(exposures, day, |index| (asset(index).norad_id, asset(index).name.clone()))),
        ("quiet", exposure::quiet(exposures, day, 0.0, *watchers)),
        ("conjunctions", conjunctions::sheet(&briefing.conjunctions)),
        ("custody", custody_sheet(&briefing.custody.figures)),
        ("crossing", custody::crossing(briefing)),
        ("first_looks", custody::first_looks(briefing)),
        ("geo", geo::sheet(&briefing.geo)),
        ("assets", looks::assets(briefing)),
    ]
}

/// Refuses a folder that holds something else: a report replaces the report that stood there, nothing more.
///
/// # Errors
/// A file of that name, or a folder with other things in it.
pub fn check_folder(folder: &Path) -> anyhow::Result<()> {
    if folder.is_file() {
        bail!("{} is a file, not a folder", folder.display());
    }
    let is_empty = std::fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
    if !is_empty && !folder.join(MANIFEST).is_file() {
        bail!("{}: the folder holds something that is no report: name another, or empty it", folder.display());
    }
    Ok(())
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
        let put = || -> std::io::Result<()> {
            let mut file = std::fs::File::create(&partial)?;
            file.write_all(text.as_bytes())?;
            // Before the rename: after a power cut the new name must not stand for an empty file.
            file.sync_data()?;
            std::fs::rename(&partial, &path)
        };
        put().with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

/// Puts a report of these files in the place of the one that stands in a folder: a reader meets the old or the new one.
///
/// # Errors
/// As [`check_folder`]; the disk: the old report then stands as it was.
pub fn replace(folder: &Path, files: &[File]) -> anyhow::Result<()> {
    check_folder(folder)?;
    let name = folder.file_name().map_or_else(|| "report".into(), |name| name.to_string_lossy().into_owned());
    let beside = |what: &str| folder.with_file_name(format!(".{name}.{what}"));
    let (partial, old) = (beside("partial"), beside("old.partial"));
    remove(&partial)?;
    remove(&old)?;
    write(&partial, files)?;
    kill_point("report-written");
    // One in the place of nothing, or of an empty folder; else the two change names; where the system cannot do that, the
    // old one makes room first.
    let placed = std::fs::rename(&partial, folder).or_else(|_| exchange(&partial, folder)).or_else(|_| {
        std::fs::rename(folder, &old)?;
        std::fs::rename(&partial, folder).or_else(|error| std::fs::rename(&old, folder).and(Err(error)))
    });
    placed.with_context(|| format!("putting the new report into {}", folder.display()))?;
    kill_point("report-renamed");
    remove(&old)?;
    remove(&partial)
}

/// Removes what an earlier report, or one that was cut off, left behind.
fn remove(folder: &Path) -> anyhow::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", folder.display()))
        }
        _ => Ok(()),
    }
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
