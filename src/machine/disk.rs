//! Free space.

use std::io;
use std::path::Path;

/// Bytes that the program may still write where `path` stands.
///
/// # Errors
/// The path, or its folder where it does not exist yet, cannot be looked at.
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let at = if path.exists() { path } else { folder };
    let found = rustix::fs::statvfs(at)?;
    Ok(found.f_bavail.saturating_mul(found.f_frsize))
}
