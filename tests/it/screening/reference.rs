//! All pairs by brute force: every second of the window, then golden section on the distance itself.

use alliedsky::astro::elements::Elements;
use alliedsky::astro::propagator::Propagator;
use alliedsky::astro::time::Window;
use nalgebra::Vector3;

/// Nothing passes anything faster than this, km/s.
const HIGHEST_CLOSING_KM_S: f64 = 24.0;

/// A local minimum of the distance of two objects inside the window, or its value at an end where it is less inside.
#[derive(Clone, Copy, Debug)]
pub struct Minimum {
    pub ids: (u32, u32),
    pub tca_s: f64,
    pub miss_km: f64,
    pub rel_speed_km_s: f64,
    /// At the window's start or end.
    pub at_end: bool,
}

pub struct Track {
    id: u32,
    propagator: Propagator,
    offset_s: f64,
    samples: Vec<Vector3<f64>>,
}

impl Track {
    fn new(elements: &Elements, window: Window) -> Self {
        let propagator = Propagator::new(elements).unwrap();
        let offset_s = propagator.offset_s(window.start);
        let seconds = window.seconds() as usize;
        let samples =
            (0..=seconds).map(|second| propagator.state(offset_s + second as f64).unwrap().position_km).collect();
        Self { id: elements.norad_id.get(), propagator, offset_s, samples }
    }

    fn position_km(&self, time_s: f64) -> Vector3<f64> {
        self.propagator.state(self.offset_s + time_s).unwrap().position_km
    }

    fn velocity_km_s(&self, time_s: f64) -> Vector3<f64> {
        self.propagator.state(self.offset_s + time_s).unwrap().velocity_km_s
    }
}

/// Every minimum below `threshold_km` among all pairs. The window is a whole number of seconds.
pub fn minima(elements: &[Elements], window: Window, threshold_km: f64) -> Vec<Minimum> {
    let tracks: Vec<Track> = elements.iter().map(|elements| Track::new(elements, window)).collect();
    let mut found = Vec::new();
    for (i, a) in tracks.iter().enumerate() {
        for b in &tracks[i + 1..] {
            minima_of(a, b, threshold_km, &mut found);
        }
    }
    found.retain(|minimum| minimum.miss_km < threshold_km);
    found
}

fn minima_of(a: &Track, b: &Track, threshold_km: f64, found: &mut Vec<Minimum>) {
    // Between samples a pair gets nearer by at most one second's closing.
    let near_squared = (threshold_km + HIGHEST_CLOSING_KM_S).powi(2);
    let squared = |k: usize| (b.samples[k] - a.samples[k]).norm_squared();
    let last = a.samples.len() - 1;
    let (mut before, mut here) = (f64::INFINITY, squared(0));
    for k in 0..=last {
        let after = if k < last { squared(k + 1) } else { f64::INFINITY };
        if here < near_squared && here <= before && here < after {
            let bracket = (k.saturating_sub(1) as f64, (k + 1).min(last) as f64);
            found.push(least(a, b, bracket, last as f64));
        }
        (before, here) = (here, after);
    }
}

/// Golden section (Kiefer 1953, *Proc. AMS* 4, 502) down to a microsecond.
fn least(a: &Track, b: &Track, (mut low, mut high): (f64, f64), end_s: f64) -> Minimum {
    let distance_km = |time_s: f64| (b.position_km(time_s) - a.position_km(time_s)).norm();
    let ratio = 0.5 * (5f64.sqrt() - 1.0);
    let (mut inner_low, mut inner_high) = (high - ratio * (high - low), low + ratio * (high - low));
    let (mut value_low, mut value_high) = (distance_km(inner_low), distance_km(inner_high));
    while high - low > 1e-6 {
        if value_low < value_high {
            (high, inner_high, value_high) = (inner_high, inner_low, value_low);
            inner_low = high - ratio * (high - low);
            value_low = distance_km(inner_low);
        } else {
            (low, inner_low, value_low) = (inner_low, inner_high, value_high);
            inner_high = low + ratio * (high - low);
            value_high = distance_km(inner_high);
        }
    }
    let middle = 0.5 * (low + high);
    let rel_speed_km_s = (b.velocity_km_s(middle) - a.velocity_km_s(middle)).norm();
    // The slower a pair, the longer its distance stays within rounding of what it is at an end.
    let blurred_s = 2e-6 + 1e-5 / rel_speed_km_s;
    let at_end = middle < blurred_s || middle > end_s - blurred_s;
    let tca_s = if at_end { middle.round() } else { middle };
    let miss_km = distance_km(tca_s);
    Minimum { ids: (a.id.min(b.id), a.id.max(b.id)), tca_s, miss_km, rel_speed_km_s, at_end }
}
