//! Which burns are worth a try.

use chrono::{DateTime, Utc};
use nalgebra::Vector3;

use crate::astro::burn::Burn;
use crate::astro::time::plus_seconds;

/// The axis of a burn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Axis {
    /// Along the radius.
    Radial,
    /// Along the track.
    Along,
    /// Along the normal of the orbit.
    Normal,
}

impl Axis {
    /// The letter for columns.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Radial => "R",
            Self::Along => "T",
            Self::Normal => "N",
        }
    }

    /// A burn of so many m/s along it.
    fn delta_v(self, size_m_s: f64) -> Vector3<f64> {
        match self {
            Self::Radial => Vector3::new(size_m_s, 0.0, 0.0),
            Self::Along => Vector3::new(0.0, size_m_s, 0.0),
            Self::Normal => Vector3::new(0.0, 0.0, size_m_s),
        }
    }

    /// The change along it, m/s.
    #[must_use]
    pub fn of(self, delta_v_rtn_m_s: &Vector3<f64>) -> f64 {
        match self {
            Self::Radial => delta_v_rtn_m_s.x,
            Self::Along => delta_v_rtn_m_s.y,
            Self::Normal => delta_v_rtn_m_s.z,
        }
    }
}

/// Which burns to try.
#[derive(Clone, Debug, PartialEq)]
pub struct CandidateRequest {
    /// Not before this.
    pub earliest: DateTime<Utc>,
    /// Along these axes, both ways.
    pub axes: Vec<Axis>,
    /// The smallest burn, m/s.
    pub least_m_s: f64,
    /// The largest, m/s.
    pub most_m_s: f64,
    /// At most so many burns.
    pub count: usize,
}

/// Least sizes in a sweep that has room for them.
const SIZES: usize = 10;

/// Burns before an event at `tca` of a satellite with this period, in order of time, axis and size.
///
/// Their times lie whole quarters of a revolution before the event, from half a revolution on: half a revolution moves the
/// height most, every revolution more moves the time. Where there are more quarters than room, every third, fifth, … is
/// taken, an odd step so that all four phases stay. Sizes are even in the logarithm.
#[must_use]
pub fn candidates(request: &CandidateRequest, tca: DateTime<Utc>, period_s: f64) -> Vec<(Axis, Burn)> {
    let room_s = (tca - request.earliest).as_seconds_f64();
    let quarters = (room_s / (0.25 * period_s) + 1e-9).floor();
    if request.axes.is_empty() || quarters.is_nan() || quarters < 2.0 {
        return Vec::new();
    }
    let ways = 2 * request.axes.len();
    let sizes = SIZES.min(request.count / ways).max(1);
    let times = (request.count / (ways * sizes)).max(1);
    let quarters = quarters.min(1e6) as usize;
    // An odd step of which as many as there is room for reach as far back as can be.
    let step = (1..).step_by(2).find(|step| (quarters - 2) / step < times).unwrap_or(1);
    let times = (quarters - 2) / step + 1;
    // What times leave goes to sizes.
    let sizes = (request.count / (ways * times)).max(1);
    let ratio = (request.most_m_s / request.least_m_s).max(1.0);
    let size_m_s = |k: usize| {
        if sizes == 1 { request.most_m_s } else { request.least_m_s * ratio.powf(k as f64 / (sizes - 1) as f64) }
    };
    let mut burns = Vec::new();
    for quarter in (2..=quarters).step_by(step).collect::<Vec<_>>().into_iter().rev() {
        let time = plus_seconds(tca, -0.25 * period_s * quarter as f64);
        for &axis in &request.axes {
            for way in [-1.0, 1.0] {
                burns.extend((0..sizes).map(|k| {
                    let delta_v_rtn_m_s = axis.delta_v(way * size_m_s(k));
                    (axis, Burn { time, delta_v_rtn_m_s })
                }));
            }
        }
    }
    burns.truncate(request.count);
    burns
}
