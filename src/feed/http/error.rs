//! Why a request brought no answer, in words that say what to look at.

use std::path::PathBuf;
use std::time::Duration;

use super::printable;

/// Why there is no answer. Never holds a form, a cookie or what stands behind a URL's host.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No connection: nothing was asked.
    #[error("{host} was not reached: {reason}")]
    NotReached {
        /// The host.
        host: String,
        /// What failed, and what to look at.
        reason: String,
    },
    /// The connection ended, or what came over it is no HTTP, before the answer was whole.
    #[error("{host} broke off its answer{}: {reason}{}", after(*.status), again(*.status))]
    Broken {
        /// The host.
        host: String,
        /// The status, where it had come.
        status: Option<u16>,
        /// What failed.
        reason: String,
    },
    /// The body is larger than [`Limits::max_bytes`](super::Limits::max_bytes).
    #[error("{host} sends more than {} MiB: if that is what the source now holds, raise download.max_mib", .max_bytes >> 20)]
    TooLarge {
        /// The host.
        host: String,
        /// The status.
        status: u16,
        /// The limit.
        max_bytes: u64,
    },
    /// [`Limits::deadline`](super::Limits::deadline) is over.
    #[error("{host} had not answered in full after {:.0} s{}: a slow network can be given a longer download.deadline",
            .deadline.as_secs_f64(), after(*.status))]
    Deadline {
        /// The host.
        host: String,
        /// The status, where it had come.
        status: Option<u16>,
        /// The limit.
        deadline: Duration,
    },
    /// `stop` said so.
    #[error("stopped before {host} had answered in full")]
    Cancelled {
        /// The host.
        host: String,
    },
    /// The file cannot be written.
    #[error("cannot write the download to {}: {source}", .path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// The status; `None` where the file could not even be made, and nothing was asked.
        status: Option<u16>,
        /// The system's word.
        source: std::io::Error,
    },
    /// The request cannot be made: nothing was asked.
    #[error("cannot ask: {reason}")]
    Setup {
        /// Why not.
        reason: String,
    },
}

fn after(status: Option<u16>) -> String {
    status.map_or_else(String::new, |status| format!(" (status {status})"))
}

/// What comes of a request whose answer broke off; another status than 200 holds the source, which is told of with it.
fn again(status: Option<u16>) -> &'static str {
    match status {
        None | Some(200) => "; what was sent counts: it is asked again when its interval is over",
        Some(_) => "",
    }
}

impl FetchError {
    /// Whether the source may have seen the request: `false` only where it cannot have.
    #[must_use]
    pub const fn was_asked(&self) -> bool {
        !matches!(self, Self::NotReached { .. } | Self::Setup { .. } | Self::Disk { status: None, .. })
    }

    /// The status, where it had come.
    #[must_use]
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Broken { status, .. } | Self::Deadline { status, .. } | Self::Disk { status, .. } => *status,
            Self::TooLarge { status, .. } => Some(*status),
            Self::NotReached { .. } | Self::Cancelled { .. } | Self::Setup { .. } => None,
        }
    }
}

pub(super) fn setup(reason: impl ToString) -> FetchError {
    FetchError::Setup { reason: reason.to_string() }
}

/// The innermost reason, which is the one that says something.
pub(super) fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    match cause.downcast_ref::<reqwest::Error>() {
        // An error without a cause prints its URL.
        Some(_) => "the request failed".to_owned(),
        None => printable(&cause.to_string()),
    }
}

pub(super) fn advice(reason: &str) -> &'static str {
    if reason.contains("certificate") {
        "check this machine's clock and CA certificates, and who answers in the source's name"
    } else {
        "check the network, the name and the proxy"
    }
}
