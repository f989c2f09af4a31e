//! Progress bars on standard error, for work that takes longer than a second.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::is_watched;

/// Runs `work` under a progress bar, which shows after a second if a person is watching.
pub(super) fn with_bar<T>(
    quiet: bool,
    what: &'static str,
    work: impl FnOnce(&(dyn Fn(f64) -> ControlFlow<()> + Sync)) -> T,
) -> T {
    const STEPS: u64 = 1000;
    let bar = ProgressBar::with_draw_target(Some(STEPS), ProgressDrawTarget::hidden());
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:40} {percent:>3} %  {eta} left") {
        bar.set_style(style);
    }
    bar.set_message(what);
    let begun = Instant::now();
    let watched = is_watched(quiet);
    let answer = work(&|share| {
        if watched {
            if bar.is_hidden() && begun.elapsed() > Duration::from_secs(1) {
                bar.set_draw_target(ProgressDrawTarget::stderr());
            }
            bar.set_position((share * STEPS as f64) as u64);
        }
        ControlFlow::Continue(())
    });
    bar.finish_and_clear();
    answer
}
