//! What was going on when a window began, joined with what an earlier window knew of its beginning.
//!
//! A search sees an overflight or a pass from its window's start on. The run before saw it begin: the two are one event.

use chrono::{DateTime, Utc};

use super::overflight::Overflight;
use super::pass::Pass;

/// The whole overflight, of its part from a window's start on and the same overflight as known before.
///
/// Where the later one was cut it takes over the beginning and the direction, which is that of the middle of the whole; the
/// nearer of the two distances stands, and the daylight of both. One that was not cut stands as it is.
#[must_use]
pub fn overflight(earlier: &Overflight, later: &Overflight) -> Overflight {
    if !later.open_start {
        return later.clone();
    }
    Overflight {
        start: earlier.start,
        open_start: earlier.open_start,
        nearest_km: earlier.nearest_km.min(later.nearest_km),
        ascending: earlier.ascending,
        daylight: earlier.daylight.with(later.daylight),
        ..later.clone()
    }
}

/// The whole pass, of its part from a window's start (`from`) on and the same pass as known before.
///
/// Where the later one was cut it takes over the rise; a higher culmination that lies before `from` is kept with all that
/// belongs to it. One that was not cut stands as it is.
#[must_use]
pub fn pass(earlier: &Pass, later: &Pass, from: DateTime<Utc>) -> Pass {
    if !later.open_start {
        return later.clone();
    }
    let begun = Pass {
        aos: earlier.aos,
        aos_azimuth_deg: earlier.aos_azimuth_deg,
        open_start: earlier.open_start,
        culminations: earlier.culminations.max(later.culminations),
        ..later.clone()
    };
    if earlier.tca >= from || earlier.max_elevation_deg < later.max_elevation_deg {
        return begun;
    }
    Pass {
        tca: earlier.tca,
        max_elevation_deg: earlier.max_elevation_deg,
        tca_azimuth_deg: earlier.tca_azimuth_deg,
        min_range_km: earlier.min_range_km,
        lit_fraction: earlier.lit_fraction,
        sun_elevation_deg: earlier.sun_elevation_deg,
        age_days: earlier.age_days,
        stale: earlier.stale,
        timing_error_s: earlier.timing_error_s,
        ..begun
    }
}
