//! Which sensors on board have a place in reach during an overflight.

use chrono::{DateTime, Utc};

use crate::astro::crossing::Track;
use crate::astro::elements::Elements;
use crate::astro::frame::{EarthOrientation, EarthRotation};
use crate::astro::look::Station;
use crate::astro::propagator::Propagator;
use crate::astro::span::{Span, SpanSet};
use crate::astro::sun::sun_elevation_deg;
use crate::astro::time::{JulianDate, Window};
use crate::ssa::access::accesses;
use crate::ssa::coverage::view::{SUN_RATE_DEG_S, constraint, sun_above};
use crate::ssa::overflight::Overflight;
use crate::ssa::roster::{Asset, Sensor};

/// The kinds of a satellite's sensors that can see any of some points at some time of an overflight; those that need
/// daylight, while it is day there.
pub(super) fn sensors<T>(
    asset: &Asset,
    elements: &Elements,
    points: &[Station],
    overflight: &Overflight<T>,
    earth: &impl Fn(DateTime<Utc>) -> EarthOrientation,
) -> String {
    let Ok(propagator) = Propagator::new(elements) else { return String::new() };
    let window = Window { start: overflight.start, end: overflight.end };
    let track = Track::new(&propagator, window, earth);
    let whole = SpanSet::from_spans(vec![Span::new(0.0, window.seconds())]);
    let days = asset.sensors.iter().any(|sensor| sensor.needs_daylight).then(|| Days::new(window, earth));
    let sees = |sensor: &Sensor, point: &Station| {
        let light = match days.as_ref().filter(|_| sensor.needs_daylight) {
            Some(days) => days.at(point),
            None => Light::Always,
        };
        if light == Light::Never {
            return false;
        }
        let Ok(scan) = accesses(&track, point, &constraint(sensor, elements), &whole) else { return false };
        let mut reach = scan.intervals.iter().map(|interval| interval.span);
        match light {
            Light::Sometimes => reach.any(|span| !sun_above(point, window, span, 0.0, earth).is_empty()),
            Light::Always | Light::Never => reach.next().is_some(),
        }
    };
    let mut kinds: Vec<&str> = Vec::new();
    for sensor in &asset.sensors {
        if !kinds.contains(&sensor.kind.as_str()) && points.iter().any(|point| sees(sensor, point)) {
            kinds.push(sensor.kind.as_str());
        }
    }
    kinds.join("+")
}

/// When it is day at a point, as far as a glance at the Sun tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Light {
    Never,
    Sometimes,
    Always,
}

/// The Sun at the middle of a stretch: of most, which last minutes, it tells all.
struct Days {
    middle: JulianDate,
    rotation: EarthRotation,
    /// How far the Sun can rise or set until an end of the stretch, degrees.
    reach_deg: f64,
}

impl Days {
    fn new(window: Window, earth: &impl Fn(DateTime<Utc>) -> EarthOrientation) -> Self {
        let half_s = 0.5 * window.seconds();
        let middle = JulianDate::from_utc(window.start).plus_seconds(half_s);
        Self {
            middle,
            rotation: EarthRotation::at(middle, earth(window.at(half_s))),
            reach_deg: half_s * SUN_RATE_DEG_S,
        }
    }

    fn at(&self, point: &Station) -> Light {
        match sun_elevation_deg(point, self.middle, &self.rotation) {
            deg if deg > self.reach_deg => Light::Always,
            deg if deg < -self.reach_deg => Light::Never,
            _ => Light::Sometimes,
        }
    }
}
