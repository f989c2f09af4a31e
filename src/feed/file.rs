//! Files and standard input.

use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

/// The most that is read of one file, in bytes, before it is unpacked.
pub const MAX_PACKED_BYTES: u64 = 256 << 20;

/// Bytes as they came, with what tells them apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// File name as the user gave it, or `-` for standard input.
    pub locator: String,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Their SHA-256, hexadecimal.
    pub sha256: String,
}

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The system refused.
    #[error("cannot read {locator}: {source}")]
    Read {
        /// The file.
        locator: String,
        /// The system's word.
        source: std::io::Error,
    },
    /// There is more than [`MAX_PACKED_BYTES`].
    #[error("{locator}: larger than {} MiB, no catalogue is: is this the right file?", MAX_PACKED_BYTES >> 20)]
    TooLarge {
        /// The file.
        locator: String,
    },
}

/// The lower-case hexadecimal SHA-256 of some bytes.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Bytes as lower-case hexadecimal digits.
pub(super) fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a whole file; `-` is standard input.
///
/// # Errors
/// See [`FileError`].
pub fn read(path: &Path) -> Result<Payload, FileError> {
    let locator = path.display().to_string();
    let refuse = |source| FileError::Read { locator: locator.clone(), source };
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().lock().take(MAX_PACKED_BYTES + 1).read_to_end(&mut bytes).map_err(refuse)?;
    } else {
        let file = std::fs::File::open(path).map_err(refuse)?;
        file.take(MAX_PACKED_BYTES + 1).read_to_end(&mut bytes).map_err(refuse)?;
    }
    if bytes.len() as u64 > MAX_PACKED_BYTES {
        return Err(FileError::TooLarge { locator });
    }
    Ok(Payload { sha256: sha256(&bytes), locator, bytes })
}
