//! The folder of downloads beside the database: what is under way, what was taken last, what was refused last.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::feed::query::{Feed, Kind, Query};

/// The files of one query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Files {
    folder: PathBuf,
    name: String,
}

/// The folder of the downloads of a database: `sky.db` has `sky-downloads` beside it.
pub(super) fn folder(database: &Path) -> PathBuf {
    let stem = database.file_stem().map_or_else(|| "alliedsky".into(), |stem| stem.to_string_lossy().into_owned());
    database.with_file_name(format!("{stem}-downloads"))
}

impl Files {
    /// The files of a query of a database; makes the folder.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub(super) fn of(database: &Path, query: &Query) -> anyhow::Result<Self> {
        let folder = folder(database);
        std::fs::create_dir_all(&folder).with_context(|| format!("making the folder {}", folder.display()))?;
        Ok(Self { folder, name: file_name(query) })
    }

    /// Where a download goes until it is judged.
    pub(super) fn partial(&self) -> PathBuf {
        self.folder.join(format!(".{}.partial", self.name))
    }

    /// The last download that was taken, plain or packed.
    pub(super) fn taken(&self) -> [PathBuf; 2] {
        [self.folder.join(&self.name), self.folder.join(format!("{}.gz", self.name))]
    }

    /// Gives a download that was taken its name; the one before goes.
    ///
    /// # Errors
    /// The file cannot be renamed.
    pub(super) fn keep(&self, from: &Path, is_packed: bool) -> anyhow::Result<()> {
        let [plain, packed] = self.taken();
        let (to, other) = if is_packed { (packed, plain) } else { (plain, packed) };
        if from != to {
            std::fs::rename(from, &to).with_context(|| format!("renaming {} to {}", from.display(), to.display()))?;
        }
        if other.exists() {
            std::fs::remove_file(&other).with_context(|| format!("removing {}", other.display()))?;
        }
        Ok(())
    }

    /// Puts a refused download aside for whoever wants to see it; the one refused before goes.
    ///
    /// # Errors
    /// The file cannot be renamed.
    pub(super) fn refuse(&self, from: &Path) -> anyhow::Result<()> {
        let to = self.folder.join(format!("{}.refused", self.name));
        std::fs::rename(from, &to).with_context(|| format!("renaming {} to {}", from.display(), to.display()))
    }
}

/// Removes what earlier syncs left half done.
///
/// # Errors
/// The folder cannot be read, or a file in it not removed.
pub(super) fn remove_partials(database: &Path) -> anyhow::Result<()> {
    let folder = folder(database);
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("reading the folder {}", folder.display())),
    };
    for entry in entries {
        let path = entry.with_context(|| format!("reading the folder {}", folder.display()))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') && name.ends_with(".partial") {
            std::fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))?;
        }
    }
    Ok(())
}

/// `celestrak-gp-active.csv`: the source and the query in letters that every file system takes.
fn file_name(query: &Query) -> String {
    let extension = if query.feed == Feed::SpaceTrack && query.kind != Kind::Login { "json" } else { "csv" };
    let words = query.name.replace("GROUP=", "").to_ascii_lowercase();
    let safe: String =
        words.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect();
    format!("{}-{safe}.{extension}", query.feed)
}

#[cfg(test)]
mod tests {
    use super::file_name;
    use crate::feed::{celestrak, space_track};

    #[test]
    fn files_are_named_after_their_query() {
        assert_eq!(file_name(&celestrak::group("active")), "celestrak-gp-active.csv");
        assert_eq!(file_name(&celestrak::object(25_544)), "celestrak-gp-catnr-25544.csv");
        assert_eq!(
            file_name(&celestrak::supplemental("SOURCE=SpaceX-E")),
            "celestrak-supplemental-source-spacex-e.csv"
        );
        assert_eq!(file_name(&space_track::full_catalogue()), "space_track-gp-full-catalogue.json");
    }
}
