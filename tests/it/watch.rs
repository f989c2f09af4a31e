//! The watch: what was planted is found, what is quiet is left alone, and looking twice changes nothing.

mod catalogues;
mod decays;
mod events;
mod planted;

use alliedsky::astro::elements::{ElementFields, Elements};

/// A set with some of its numbers changed.
fn changed(set: &Elements, change: impl FnOnce(&mut ElementFields)) -> Elements {
    let mut fields = set.clone().into_fields();
    change(&mut fields);
    Elements::new(fields).unwrap()
}

/// Speed of a circular orbit as large as a set's, m/s.
fn speed_m_s(set: &Elements) -> f64 {
    // Kepler's third law: v = n a.
    set.mean_motion_rad_s() * set.semi_major_axis_km() * 1000.0
}
