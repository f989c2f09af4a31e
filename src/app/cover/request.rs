//! What coverage is asked for.

use chrono::TimeDelta;

use crate::astro::time::Window;
use crate::ssa::coverage::looks::Yardstick;
use crate::ssa::nation::Nation;
use crate::ssa::roster::Mission;

/// What coverage is asked for.
#[derive(Clone, Debug)]
pub struct CoverageRequest {
    /// When.
    pub window: Window,
    /// Whose satellites: every coalition of them.
    pub nations: Vec<Nation>,
    /// What satellites; empty: those whose pictures show single objects on the ground.
    pub missions: Vec<Mission>,
    /// Least elevation of the Sun at a target for sensors that need daylight, degrees; `None`: they look at night too.
    pub min_sun_elevation_deg: Option<f64>,
    /// Assets whose element set is older than this at the window's start are left out, days.
    pub max_age_days: Option<f64>,
    /// How long a look counts as fresh; the search begins as long before the window.
    pub horizon: TimeDelta,
    /// Share of a place's area that a look must reach to count as one at the place, 0 to 1.
    pub least_share: f64,
    /// Whether each coalition is weighed by kind of sensor too.
    pub by_kind: bool,
}

/// How long a look counts as fresh when nothing else is said.
pub const HORIZON: TimeDelta = TimeDelta::hours(3);

impl CoverageRequest {
    /// The imaging satellites of the three allies over a window, by the usual yardstick.
    #[must_use]
    pub fn new(window: Window) -> Self {
        Self {
            window,
            nations: Nation::ALLIED.to_vec(),
            missions: Vec::new(),
            min_sun_elevation_deg: Some(0.0),
            max_age_days: None,
            horizon: HORIZON,
            least_share: 0.0,
            by_kind: false,
        }
    }

    pub(super) fn yardstick(&self) -> Yardstick {
        Yardstick {
            window_s: self.window.seconds(),
            horizon_s: self.horizon.as_seconds_f64(),
            least_share: self.least_share,
        }
    }
}
