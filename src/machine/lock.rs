//! A lock between processes that ends with the process that holds it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// A lock held: the operating system lets go of it when the process ends, however it ends, so that none is ever stale.
/// The file stays; what it says is for people.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

/// Why a lock was not taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process holds it.
    #[error("{holder} (lock {})", .path.display())]
    Held {
        /// The file.
        path: PathBuf,
        /// Who holds it, in its own words.
        holder: String,
    },
    /// The file cannot be opened or locked.
    #[error("cannot lock {}: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
}

impl Lock {
    /// Takes the lock at once or not at all; `holder` is what others are told meanwhile.
    ///
    /// # Errors
    /// See [`LockError`].
    pub fn take(path: &Path, holder: &str) -> Result<Self, LockError> {
        let refuse = |source| LockError::File { path: path.to_owned(), source };
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(refuse)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut said = String::new();
                // Whoever holds it may be about to write it.
                let _ = file.take(200).read_to_string(&mut said);
                let holder = if said.trim().is_empty() {
                    "another process is at work".to_owned()
                } else {
                    said.trim().to_owned()
                };
                return Err(LockError::Held { path: path.to_owned(), holder });
            }
            Err(TryLockError::Error(source)) => return Err(refuse(source)),
        }
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(holder.as_bytes()))
            .map_err(refuse)?;
        Ok(Self { file })
    }

    /// Lets go of the lock in order: nothing is left of the holder's words, so that [`Lock::left`] finds those alone whose
    /// process ended under them.
    ///
    /// # Errors
    /// The file cannot be written; the lock is let go of all the same.
    pub fn release(self) -> io::Result<()> {
        self.file.set_len(0)
    }

    /// Who holds the lock, in its own words; `None` where nobody does.
    ///
    /// Looking takes the lock for a moment, shared with others who look: whoever takes it must try more than once.
    ///
    /// # Errors
    /// The file cannot be opened or locked.
    pub fn holder(path: &Path) -> Result<Option<String>, LockError> {
        Ok(look(path)?.and_then(|(is_held, said)| is_held.then_some(said)))
    }

    /// The words of a holder that ended without letting go in order; `None` where somebody holds the lock, or the last
    /// one released it.
    ///
    /// # Errors
    /// As [`Lock::holder`].
    pub fn left(path: &Path) -> Result<Option<String>, LockError> {
        Ok(look(path)?.and_then(|(is_held, said)| (!is_held && !said.is_empty()).then_some(said)))
    }
}

/// Whether a lock is held, and what its file says; `None` where there is no file.
fn look(path: &Path) -> Result<Option<(bool, String)>, LockError> {
    let refuse = |source| LockError::File { path: path.to_owned(), source };
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(refuse(error)),
    };
    let is_held = match file.try_lock_shared() {
        Ok(()) => false,
        Err(TryLockError::WouldBlock) => true,
        Err(TryLockError::Error(source)) => return Err(refuse(source)),
    };
    let mut said = String::new();
    let _ = (&mut file).take(200).read_to_string(&mut said);
    Ok(Some((is_held, said.trim().to_owned())))
}

#[cfg(test)]
mod tests {
    use super::{Lock, LockError};

    #[test]
    fn one_holder_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.lock");
        let held = Lock::take(&path, "the first").unwrap();
        let refused = Lock::take(&path, "the second").unwrap_err();
        assert!(matches!(&refused, LockError::Held { holder, .. } if holder == "the first"), "{refused}");
        assert_eq!(Lock::holder(&path).unwrap().as_deref(), Some("the first"));
        drop(held);
        assert_eq!(Lock::holder(&path).unwrap(), None);
        assert_eq!(Lock::holder(&folder.path().join("no.lock")).unwrap(), None);
        Lock::take(&path, "the second").unwrap();
    }

    #[test]
    fn what_a_holder_leaves_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.lock");
        assert_eq!(Lock::left(&path).unwrap(), None);
        let held = Lock::take(&path, "the first").unwrap();
        assert_eq!(Lock::left(&path).unwrap(), None);
        drop(held);
        assert_eq!(Lock::left(&path).unwrap().as_deref(), Some("the first"));
        Lock::take(&path, "the second").unwrap().release().unwrap();
        assert_eq!(Lock::left(&path).unwrap(), None);
    }
}
