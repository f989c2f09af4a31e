//! One search over many objects: in parallel, with an account of those that failed.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rayon::prelude::*;

use super::progress::{Cancelled, Progress};
use super::tally::Tally;
use crate::astro::elements::Elements;
use crate::astro::propagator::{PropagationError, Propagator};
use crate::astro::time::Window;

/// So many objects are searched while the rows of as many before them are handed over: rows are held twice for no more than
/// twice these.
const CHUNK: usize = 2048;

/// What a search found for one object.
#[derive(Clone, Debug, PartialEq)]
pub struct Found<T> {
    /// Its rows in order.
    pub rows: Vec<T>,
    /// Why its orbit ended inside the window, where it did.
    pub lost: Option<PropagationError>,
}

/// Runs `find` for every object and returns all rows in the order of the objects, with the account.
///
/// `find` fails where the object has no state at the start of the window.
pub(super) fn sweep<T: Send>(
    objects: &[Elements],
    window: Window,
    progress: Progress<'_>,
    find: impl Fn(&Elements, &Propagator) -> Result<Found<T>, PropagationError> + Sync,
) -> Result<(Vec<T>, Tally), Cancelled> {
    let mut rows = Vec::new();
    let find = |(): &mut (), elements: &Elements, propagator: &Propagator| find(elements, propagator);
    let tally = sweep_into(objects, window, progress, find, |_, mut own| rows.append(&mut own))?;
    Ok((rows, tally))
}

/// As [`sweep`], but hands each object's rows over with its number, in the order of the objects, by this thread while others
/// search on; `find` has a space `S` to work in, which many objects share.
pub(super) fn sweep_into<T: Send, S: Default>(
    objects: &[Elements],
    window: Window,
    progress: Progress<'_>,
    find: impl Fn(&mut S, &Elements, &Propagator) -> Result<Found<T>, PropagationError> + Sync,
    mut take: impl FnMut(usize, Vec<T>),
) -> Result<Tally, Cancelled> {
    let (done, cancelled) = (AtomicUsize::new(0), AtomicBool::new(false));
    let search = |space: &mut S, elements: &Elements| {
        if cancelled.load(Ordering::Relaxed) {
            return None;
        }
        let found = Propagator::new(elements).and_then(|mut propagator| {
            propagator.begin_at(propagator.offset_s(window.start));
            find(space, elements, &propagator)
        });
        let share = (done.fetch_add(1, Ordering::Relaxed) + 1) as f64 / objects.len() as f64;
        if progress(share).is_break() {
            cancelled.store(true, Ordering::Relaxed);
        }
        Some(found)
    };
    let mut tally = Tally { objects: objects.len(), ..Tally::default() };
    let mut hand_over = |first: usize, found: Vec<Searched<T>>| {
        for (index, found) in (first..).zip(found.into_iter().flatten()) {
            let elements = &objects[index];
            match found {
                Ok(found) => {
                    tally.stale += usize::from(elements.is_stale(window.start));
                    if let Some(error) = found.lost {
                        tally.lost.insert(elements.norad_id, error);
                    }
                    take(index, found.rows);
                }
                Err(error) => {
                    tally.unusable.insert(elements.norad_id, error);
                }
            }
        }
    };
    let mut ready: Vec<Searched<T>> = Vec::new();
    let mut first = 0;
    for some in objects.chunks(CHUNK) {
        let mut found = Vec::new();
        let before = std::mem::take(&mut ready);
        let before_len = before.len();
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| found = some.par_iter().map_init(S::default, search).collect());
            hand_over(first, before);
        });
        if cancelled.load(Ordering::Relaxed) {
            return Err(Cancelled);
        }
        (ready, first) = (found, first + before_len);
    }
    hand_over(first, ready);
    Ok(tally)
}

/// What was found for an object; nothing where the search was cancelled.
type Searched<T> = Option<Result<Found<T>, PropagationError>>;
