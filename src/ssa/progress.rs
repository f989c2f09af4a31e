//! How long computations report progress and are cancelled, both from above.

use std::ops::ControlFlow;

/// Called now and then, from any thread, with the share done so far (0 to 1); `Break` asks the computation to stop.
pub type Progress<'a> = &'a (dyn Fn(f64) -> ControlFlow<()> + Sync);

/// The caller asked a computation to stop before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cancelled")]
pub struct Cancelled;

/// Reports nothing and never stops.
pub fn silent(_share: f64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}
