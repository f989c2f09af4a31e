//! Alerts out: to a webhook, a command, a file. One attempt each, bounded in time; who calls tries again later.

pub mod command;
pub mod file;
pub mod webhook;

use std::path::PathBuf;
use std::time::Duration;

/// Why an alert was not delivered. No message holds more of a webhook's address than its host: the rest may be a secret.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// The address is not one that can be spoken with.
    #[error("the webhook cannot be used: {reason}")]
    Address {
        /// What is wrong with it.
        reason: String,
    },
    /// Nothing came back, or not in time.
    #[error("{host} was not reached: {reason}")]
    NotReached {
        /// The host.
        host: String,
        /// Why.
        reason: String,
    },
    /// The answer was no success.
    #[error("{host} answered with status {status}")]
    Refused {
        /// The host.
        host: String,
        /// Its status.
        status: u16,
    },
    /// The program did not begin, or could not be watched.
    #[error("cannot run {program}: {source}")]
    Run {
        /// The program.
        program: String,
        /// The system's word.
        source: std::io::Error,
    },
    /// The program failed.
    #[error("{program} failed: {status}")]
    Failed {
        /// The program.
        program: String,
        /// How it ended.
        status: std::process::ExitStatus,
    },
    /// The program took too long and was ended.
    #[error("{program} was ended after {}", seconds(.deadline))]
    TooLong {
        /// The program.
        program: String,
        /// The time it had.
        deadline: Duration,
    },
    /// The file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's word.
        source: std::io::Error,
    },
}

fn seconds(duration: &Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}
