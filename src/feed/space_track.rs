//! Space-Track: its questions, its login, and where the credentials come from.
//!
//! Paths and operators are those of its API documentation; `%3E` is the operator `>`.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use super::http::Answer;
use super::query::{Feed, Kind, Query};

/// The variable with the identity.
pub const IDENTITY_VARIABLE: &str = "ALLIEDSKY_SPACE_TRACK_IDENTITY";

/// The variable with the password.
pub const PASSWORD_VARIABLE: &str = "ALLIEDSKY_SPACE_TRACK_PASSWORD";

/// The session's cookie.
const COOKIE: &str = "chocolatechip";

/// The whole current catalogue: everything in orbit whose elements are at most ten days old, as the source's engineers
/// advise to ask for it.
#[must_use]
pub fn full_catalogue() -> Query {
    question(
        Kind::Gp,
        "gp full catalogue",
        "/basicspacedata/query/class/gp/decay_date/null-val/epoch/%3Enow-10/orderby/norad_cat_id/format/json",
    )
}

/// The public conjunction messages of approaches still ahead. Asked by the time of closest approach and not by the day
/// of the message, so that a machine that was off for a week misses none that still matters.
#[must_use]
pub fn cdm_public() -> Query {
    question(Kind::CdmPublic, "cdm_public", "/basicspacedata/query/class/cdm_public/TCA/%3Enow/orderby/TCA/format/json")
}

/// The login; its form is that of [`Credentials`].
#[must_use]
pub fn login() -> Query {
    question(Kind::Login, "login", "/ajaxauth/login")
}

fn question(kind: Kind, name: &str, path: &str) -> Query {
    Query { feed: Feed::SpaceTrack, kind, name: name.to_owned(), path: path.to_owned() }
}

/// The session that an answer opened or renewed, as a request's `Cookie` header has it.
#[must_use]
pub fn session_cookie(answer: &Answer) -> Option<SecretString> {
    answer.cookies.iter().rev().find_map(|cookie| {
        let pair = cookie.expose_secret().split(';').next()?.trim();
        let (name, value) = pair.split_once('=')?;
        (name == COOKIE && !value.is_empty() && value != "deleted").then(|| SecretString::from(pair))
    })
}

/// Whether the source refused the credentials: it answers 200 and says so in the body.
#[must_use]
pub fn is_login_failure(unpacked: &[u8]) -> bool {
    let text = String::from_utf8_lossy(&unpacked[..unpacked.len().min(4 << 10)]);
    let dense: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    dense.to_ascii_lowercase().contains("\"login\":\"failed\"")
}

/// Who asks.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The account's name, an e-mail address.
    pub identity: SecretString,
    /// Its password.
    pub password: SecretString,
}

/// Why there are no credentials where some were given. Never holds what was read.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// One variable without the other.
    #[error("{present} is set and {missing} is not: set both, or neither and use a file")]
    HalfSet {
        /// The variable that is set.
        present: &'static str,
        /// The one that is not.
        missing: &'static str,
    },
    /// A variable that is not text.
    #[error("{0} is not UTF-8")]
    NoText(&'static str),
    /// The file cannot be read.
    #[error("{}: cannot read the credentials: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's word.
        source: std::io::Error,
    },
    /// Others than its owner may use the file.
    #[error("{path}: others may read the credentials (mode {mode:04o}): chmod 600 {path}", path = .path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file does not hold two lines.
    #[error("{}: expected the identity on line 1 and the password on line 2, nothing else", .path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
    },
}

/// A file with two lines is not larger.
const MAX_FILE_BYTES: u64 = 4 << 10;

impl Credentials {
    /// The environment's credentials, else those of the file; `None` where neither is given.
    ///
    /// # Errors
    /// See [`CredentialError`]: half of a pair, or a file that others may read, is never passed over.
    pub fn find(file: Option<&Path>) -> Result<Option<Self>, CredentialError> {
        let pair = (variable(IDENTITY_VARIABLE)?, variable(PASSWORD_VARIABLE)?);
        match pair {
            (Some(identity), Some(password)) => Ok(Some(Self { identity, password })),
            (Some(_), None) => Err(CredentialError::HalfSet { present: IDENTITY_VARIABLE, missing: PASSWORD_VARIABLE }),
            (None, Some(_)) => Err(CredentialError::HalfSet { present: PASSWORD_VARIABLE, missing: IDENTITY_VARIABLE }),
            (None, None) => file.map(Self::read).transpose(),
        }
    }

    /// Looks whether a file holds credentials that can be used.
    ///
    /// # Errors
    /// See [`CredentialError`].
    pub fn check(file: &Path) -> Result<(), CredentialError> {
        Self::read(file).map(drop)
    }

    /// The fields of the login's form.
    #[must_use]
    pub const fn form(&self) -> [(&'static str, &SecretString); 2] {
        [("identity", &self.identity), ("password", &self.password)]
    }

    fn read(path: &Path) -> Result<Self, CredentialError> {
        let refuse = |source| CredentialError::Read { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(refuse)?;
        // Of the file that is open, not of what may stand at its path by now.
        let mode = mode(&file).map_err(refuse)?;
        if mode & 0o077 != 0 {
            return Err(CredentialError::Open { path: path.to_owned(), mode });
        }
        let malformed = || CredentialError::Malformed { path: path.to_owned() };
        let mut bytes = Vec::new();
        file.by_ref().take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(refuse)?;
        let text = SecretString::from(String::from_utf8(bytes).map_err(|_| malformed())?);
        let mut lines = text.expose_secret().lines();
        let (identity, password) = (lines.next().unwrap_or_default().trim(), lines.next().unwrap_or_default());
        let has_more = lines.any(|line| !line.trim().is_empty());
        if identity.is_empty() || password.is_empty() || has_more {
            return Err(malformed());
        }
        Ok(Self { identity: identity.into(), password: password.into() })
    }
}

/// A variable's value; an empty one counts as not set.
fn variable(name: &'static str) -> Result<Option<SecretString>, CredentialError> {
    match std::env::var(name) {
        Ok(value) if value.is_empty() => Ok(None),
        Ok(value) => Ok(Some(value.into())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(CredentialError::NoText(name)),
    }
}

#[cfg(unix)]
fn mode(file: &File) -> std::io::Result<u32> {
    use std::os::unix::fs::PermissionsExt;

    Ok(file.metadata()?.permissions().mode() & 0o7777)
}

#[cfg(not(unix))]
fn mode(file: &File) -> std::io::Result<u32> {
    file.metadata().map(|_| 0o600)
}

#[cfg(test)]
mod tests {
    use super::is_login_failure;

    #[test]
    fn a_refused_login_is_understood() {
        assert!(is_login_failure(b"{\"Login\":\"Failed\"}"));
        assert!(is_login_failure(b"{ \"Login\" :\r\n \"Failed\" }"));
        assert!(!is_login_failure(b"\"\""));
        assert!(!is_login_failure(b""));
    }
}
