//! Two folders that change their names at once, so that a reader meets the old one or the new one, whole.

use std::io;
use std::path::Path;

/// Gives each of two files or folders the name of the other, in one step.
///
/// # Errors
/// One of them is missing, or neither the system nor its file system can do it.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
pub fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};

    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

/// Gives each of two files or folders the name of the other: not on this system.
///
/// # Errors
/// Always.
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
pub fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
