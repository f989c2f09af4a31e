//! Backup while others write, and the way back.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};

use super::sync::Source;
use super::work::{Busy, check_space, lock_path, work_lock};
use crate::machine::kill_point::kill_point;
use crate::machine::lock::{Lock, LockError};
use crate::store::Store;
use crate::store::backup::Backup;
use crate::store::status::Status;

/// What a backup or a restored database holds.
#[derive(Clone, Debug)]
pub struct Copied {
    /// The file that was written.
    pub file: PathBuf,
    /// What is in it.
    pub status: Status,
    /// Where the database that a restored one took the place of is kept.
    pub aside: Option<PathBuf>,
}

/// Copies a database into a new file, which is checked as a whole before it gets its name. Others may write meanwhile:
/// the copy is the state of one moment.
///
/// # Errors
/// The file exists and is not to be replaced; too little space; the database, or the copy, is damaged.
pub fn backup(database: &Path, file: &Path, replace: bool) -> anyhow::Result<Copied> {
    if file.exists() && !replace {
        bail!("{} exists: name another file, or give --force to replace it", file.display());
    }
    if is_same(database, file) {
        bail!("{} is the database itself: name another file", file.display());
    }
    let status = Store::open_read_only(database)?.status()?;
    let partial = checked_copy(&Backup::open(database)?, file, status.database_bytes)?;
    kill_point("backup-copied");
    put(&partial, file)?;
    Ok(Copied { file: file.to_owned(), status, aside: None })
}

/// Puts a backup in the place of a database, which is kept beside it as `NAME.before-restore-TIME`. At every moment one
/// of the two stands under the database's name, whole. What the sources were asked since the backup, and which of them
/// are held, is carried over.
///
/// # Errors
/// The backup is no database of ours, of a newer version, or damaged; the daemon runs, or another process is at work;
/// too little space. The present database is then as it was.
pub fn restore(database: &Path, file: &Path, now: DateTime<Utc>) -> anyhow::Result<Copied> {
    if is_same(database, file) {
        bail!("{} is the database itself: name the backup", file.display());
    }
    let source = Backup::open(file)?;
    source.integrity()?;
    if let Some(folder) = database.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
    }
    let daemon = stopped_daemon(database)?;
    let _work = work_lock(database)?;
    let bytes = std::fs::metadata(file).map_or(0, |metadata| metadata.len());
    let partial = checked_copy(&source, database, bytes)?;
    drop(source);
    if database.exists() {
        carry_ledger(database, &partial)?;
    }
    kill_point("backup-copied");
    let aside = if database.exists() {
        same_owner(&partial, database).with_context(|| format!("giving {} its owner", partial.display()))?;
        Some(set_aside(database, now)?)
    } else {
        None
    };
    put(&partial, database)?;
    // Brings an older schema up to date.
    let store = Store::open(database)?;
    let status = store.status()?;
    // A daemon that died did so on the database that was replaced. Where this fails its words stay, and harm nothing.
    let _ = daemon.release();
    Ok(Copied { file: database.to_owned(), status, aside })
}

/// Carries the requests and holds that came after a backup into its copy: a source counts what it was asked, whichever
/// database knows of it.
fn carry_ledger(from: &Path, into: &Path) -> anyhow::Result<()> {
    // The files of the watched folder are asked of nobody, and those taken since the backup are not in it.
    match Backup::open(from).and_then(|present| present.ledger(Source::Inbox.as_str())) {
        Ok(rows) => {
            // Brings an older schema up to date, too.
            let mut store = Store::open(into)?;
            let requests = store.carry_ledger(&rows)?;
            store.checkpoint()?;
            drop(store);
            tracing::info!(requests, "the ledger of the present database was carried over");
            File::open(into)
                .and_then(|file| file.sync_all())
                .with_context(|| format!("writing {} to the disk", into.display()))
        }
        Err(error) => {
            // A damaged database is what backups are for.
            let error = format!("{error:#}");
            tracing::warn!(
                error,
                "the ledger of the present database cannot be read: what the sources were asked since the backup is \
                 not known, and a sync may ask them again too early"
            );
            Ok(())
        }
    }
}

/// The daemon's lock, which shows that none is running.
fn stopped_daemon(database: &Path) -> anyhow::Result<Lock> {
    match Lock::take(&lock_path(database, "daemon"), "a backup is being restored") {
        Ok(lock) => Ok(lock),
        Err(LockError::Held { path, holder }) => {
            let holder = format!("{holder}: stop the daemon first (`systemctl stop alliedsky`)");
            Err(Busy { holder, path }.into())
        }
        Err(error @ LockError::File { .. }) => Err(error.into()),
    }
}

/// A copy beside the file that it is to become, synced and found sound.
fn checked_copy(source: &Backup, target: &Path, bytes: u64) -> anyhow::Result<PathBuf> {
    check_space(target, bytes)?;
    let partial = beside(target, ".partial");
    // A log that was left beside an earlier one would be played into this one.
    for end in ["", "-wal", "-shm"] {
        let part = beside(&partial, end);
        match std::fs::remove_file(&part) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("removing {}", part.display()));
            }
            _ => {}
        }
    }
    let copied = source.copy_to(&partial).map_err(anyhow::Error::from).and_then(|()| {
        File::open(&partial)
            .and_then(|file| file.sync_all())
            .with_context(|| format!("writing {} to the disk", partial.display()))?;
        Ok(Backup::open(&partial)?.integrity()?)
    });
    if copied.is_err() {
        // Half a copy is worth nothing; where it cannot be removed either, the next one replaces it.
        let _ = std::fs::remove_file(&partial);
    }
    copied.map(|()| partial)
}

/// Gives a finished file its name, durably.
fn put(partial: &Path, target: &Path) -> anyhow::Result<()> {
    std::fs::rename(partial, target)
        .and_then(|()| sync_folder(target))
        .with_context(|| format!("writing {}", target.display()))
}

/// Keeps the present database under another name too, and takes its log away from the one that comes.
fn set_aside(database: &Path, now: DateTime<Utc>) -> anyhow::Result<PathBuf> {
    // A sound database takes its log in and stands alone then; from a damaged one the log is kept as it is.
    if let Ok(store) = Store::open(database) {
        let _ = store.checkpoint();
    }
    let aside = beside(database, &format!(".before-restore-{}", now.format("%Y%m%dT%H%M%SZ")));
    if aside.exists() {
        bail!("{} exists: move it away, or try again in a second", aside.display());
    }
    let keep = || -> io::Result<()> {
        for end in ["-wal", "-shm"] {
            let part = beside(database, end);
            // A log left here would be played into the database that comes.
            if part.exists() {
                std::fs::rename(&part, beside(&aside, end))?;
            }
        }
        // A second name, so that the first is never without a database; not every file system has them.
        std::fs::hard_link(database, &aside).or_else(|_| std::fs::rename(database, &aside))?;
        sync_folder(&aside)
    };
    keep().with_context(|| format!("keeping {} as {}", database.display(), aside.display()))?;
    Ok(aside)
}

/// Gives a file the mode and the owner of another, so that the daemon may write to what an administrator restored.
fn same_owner(file: &Path, like: &Path) -> io::Result<()> {
    let wanted = std::fs::metadata(like)?;
    std::fs::set_permissions(file, wanted.permissions())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, chown};
        let found = std::fs::metadata(file)?;
        if (found.uid(), found.gid()) != (wanted.uid(), wanted.gid()) {
            chown(file, Some(wanted.uid()), Some(wanted.gid()))?;
        }
    }
    Ok(())
}

/// A path with something added to its name.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// Makes a change of names in a file's folder durable.
fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
