//! What the sensors of each nation could do about one object until some time: before a conjunction, or in a window.

use std::collections::BTreeSet;

use super::Observation;
use crate::astro::span::{Span, SpanSet};
use crate::ssa::ground_sensor::GroundSensor;
use crate::ssa::nation::Nation;

/// What the sensors of one nation could observe of one object until some time.
#[derive(Clone, Debug, PartialEq)]
pub struct Chances {
    /// Whose sensors.
    pub nation: Nation,
    /// Stretches in which one of its sensors could observe the object, of all its sensors.
    pub count: usize,
    /// Its sensors with such a stretch.
    pub sensors: usize,
    /// When one of its sensors or more could observe the object, seconds from the window's start.
    pub observed: SpanSet,
    /// The first of the stretches; of several that begin at once the one of the sensor listed first.
    pub first: Option<Observation>,
}

/// The chances of some nations, in their order, with one object: what of its observations begins before `end_s`, seconds
/// from the window's start, cut there.
#[must_use]
pub fn chances(
    nations: &[Nation],
    sensors: &[GroundSensor],
    observations: &[&Observation],
    end_s: f64,
) -> Vec<Chances> {
    let of_nation = |&nation: &Nation| {
        let is_own = |one: &&&Observation| sensors.get(one.sensor).is_some_and(|sensor| sensor.nation == nation);
        let own: Vec<&Observation> =
            observations.iter().filter(is_own).filter(|one| one.interval.span.start_s < end_s).copied().collect();
        let spans = own.iter().map(|one| Span::new(one.interval.span.start_s, one.interval.span.end_s.min(end_s)));
        let first = own.iter().min_by(|a, b| {
            let by_start = a.interval.span.start_s.total_cmp(&b.interval.span.start_s);
            by_start.then(a.sensor.cmp(&b.sensor))
        });
        Chances {
            nation,
            count: own.len(),
            sensors: own.iter().map(|one| one.sensor).collect::<BTreeSet<_>>().len(),
            observed: SpanSet::from_spans(spans.collect()),
            first: first.map(|&one| one.clone()),
        }
    };
    nations.iter().map(of_nation).collect()
}
