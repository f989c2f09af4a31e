//! Named points at which a test kills the process, as a power cut would.

/// Ends the process at once, with nothing flushed and nothing unwound, where the variable `ALLIEDSKY_KILL_AT` names this
/// point (`name`, or `name:3` for the third time it is reached). Compiled only into builds with debug assertions.
#[cfg(debug_assertions)]
pub fn kill_point(name: &str) {
    use std::collections::HashMap;
    use std::sync::{LazyLock, Mutex};

    // How often each point was reached belongs to the process as such.
    static REACHED: LazyLock<Mutex<HashMap<String, u32>>> = LazyLock::new(Mutex::default);
    let Ok(wanted) = std::env::var("ALLIEDSKY_KILL_AT") else { return };
    let (wanted, nth) =
        wanted.split_once(':').map_or((wanted.as_str(), 1), |(name, nth)| (name, nth.parse().unwrap_or(1)));
    if wanted != name {
        return;
    }
    let mut reached = REACHED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let count = reached.entry(name.to_owned()).or_default();
    *count += 1;
    if *count == nth {
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    }
}

/// Nothing in a release build.
#[cfg(not(debug_assertions))]
pub const fn kill_point(_name: &str) {}
