//! Signals: one thread waits for them, the one that works looks at what came.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator;

/// How long the work has to end by itself after it was asked to. The database is whole at any moment, and what was not
/// finished is done again: after this, nothing is waited for.
const GRACE: Duration = Duration::from_secs(8);

/// What signals have asked for.
#[derive(Clone, Debug)]
pub struct Signals(Arc<Asked>);

#[derive(Debug, Default)]
struct Asked {
    stop: AtomicBool,
    reload: AtomicBool,
    /// Whether something new came since the last wait.
    came: Mutex<bool>,
    waiting: Condvar,
}

impl Signals {
    /// Begins to listen: SIGTERM and SIGINT stop, a second one at once; SIGHUP reads the configuration again.
    ///
    /// # Errors
    /// The system refuses.
    pub fn listen() -> io::Result<Self> {
        let mut signals = iterator::Signals::new([SIGTERM, SIGINT, SIGHUP])?;
        let asked = Self(Arc::new(Asked::default()));
        let told = asked.clone();
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            for signal in signals.forever() {
                told.take(signal);
            }
        })?;
        Ok(asked)
    }

    fn take(&self, signal: i32) {
        if signal == SIGHUP {
            self.0.reload.store(true, Ordering::SeqCst);
        } else if self.0.stop.swap(true, Ordering::SeqCst) {
            std::process::exit(128 + signal);
        } else {
            tracing::info!(signal, "stopping");
            let spawned = thread::Builder::new().name("grace".to_owned()).spawn(|| {
                thread::sleep(GRACE);
                tracing::warn!("the work did not end in time: it is left as it is, and done again at the next start");
                std::process::exit(0);
            });
            if spawned.is_err() {
                std::process::exit(0);
            }
        }
        *self.0.came.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.waiting.notify_all();
    }

    /// Whether the work shall end.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.0.stop.load(Ordering::SeqCst)
    }

    /// Whether the configuration shall be read again; asked once for each signal.
    #[must_use]
    pub fn take_reload(&self) -> bool {
        self.0.reload.swap(false, Ordering::SeqCst)
    }

    /// Waits so long by a clock that nobody sets, or until a signal comes.
    pub fn wait(&self, length: Duration) {
        let came = self.0.came.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.0.waiting.wait_timeout_while(came, length, |came| !*came);
        *waited.unwrap_or_else(PoisonError::into_inner).0 = false;
    }
}
