//! Alerts on the standard input of a program.

use std::io::Write;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::NotifyError;

/// How often a running program is looked at.
const POLL: Duration = Duration::from_millis(20);

/// Runs a program with its arguments, no shell between, and gives it a text on its standard input; what it prints goes
/// nowhere. A program that leaves the text unread and succeeds has succeeded.
///
/// # Errors
/// It cannot be run, fails, or takes longer than `deadline`: then it is killed.
pub fn run(program: &str, arguments: &[String], text: String, deadline: Duration) -> Result<(), NotifyError> {
    let failed = |source| NotifyError::Run { program: program.to_owned(), source };
    let end = Instant::now() + deadline;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    if let Some(mut stdin) = child.stdin.take() {
        // Of its own: a program that does not read would hold up whoever writes. It ends with the program.
        thread::spawn(move || stdin.write_all(text.as_bytes()));
    }
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(NotifyError::Failed { program: program.to_owned(), status }),
            Ok(None) if Instant::now() < end => thread::sleep(POLL),
            other => {
                // Ended already, or beyond reach: either way nothing more can be done about it.
                let _ = child.kill();
                let _ = child.wait();
                return Err(match other {
                    Err(source) => failed(source),
                    Ok(_) => NotifyError::TooLong { program: program.to_owned(), deadline },
                });
            }
        }
    }
}
