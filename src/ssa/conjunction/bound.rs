//! Why no approach can be missed.
//!
//! A window is cut into intervals of length 2h, and each is judged from what is known at its middle. Every pair that can
//! come below the threshold D inside the interval is handed to [`super::refine`], which works on the propagator itself:
//! neither step nor interpolation shows in a result. Every other pair stays above D during the interval. This chapter
//! derives what "can" means. Times τ and t* are counted from the middle, `|τ|, |t*| <= h`; D is reached at t*.
//!
//! # What is known at the middle
//!
//! SGP4 is asked at knots H apart, where H is a whole number of intervals and intervals lie wholly between two knots.
//! Place `p` and velocity `v` at the middle come from the cubic Hermite polynomial through both knots
//! ([`crate::kernel::hermite`]). The bounds speak of the line `p + v·τ` and of a path `q` under gravity alone that the
//! propagator's positions keep to but for the slip.
//!
//! # Slip: how far an object may be off, gravity apart
//!
//! Four terms, added ([`Margins::between`]):
//!
//! * **Interpolation.** With M₄ a bound of the fourth derivative, place and velocity at the middle are off by at most
//!   `H⁴·M₄/384` and `√3·H³·M₄/216` (Birkhoff and Priver 1967), over the interval by `H³·M₄·(H/384 + h·√3/216)`. Gravity is
//!   g(r) = −µ r/r³, so `r⁗ = g''(v, v) + g'(g)` with `|g''| <= 6µ/r⁴` and `|g'| <= 2µ/r³`: `M₄ <= 6µ·v²/r⁴ + 2µ²/r⁵`, taken
//!   at the lowest radius and the highest speed that two knots allow, a tenth more for oblateness. In low orbit, knots two
//!   minutes apart: 0.07 km granted, 0.01 km used. Knots stand as far apart as keeps this below 0.15 km for the orbit's
//!   perigee, or for the lowest radius within a slab where the orbit is eccentric ([`super::order::Order`]): that is a
//!   guess, but what is granted is reckoned from the knots themselves.
//! * **Defect.** SGP4 is a series whose velocity is not the derivative of its position, and no theory bounds the difference.
//!   Over the public catalogue it is below 3 m/s for 99.9 % of the objects, but 20 m/s on very eccentric orbits and
//!   hundreds of m/s on a few that are ending in the atmosphere, where the model can even jump. So it is measured: the
//!   state at either knot, carried to the other by gravity and its rate (to τ³), misses the position there by the
//!   defect. The larger one is granted in full. A velocity off by e shows as `e·H` and moves the line within the
//!   interval by at most `e·(H/4 + h)` (the slope's basis functions sum to at most H/4, their derivatives to at most 1),
//!   which is less from H = 2h on; a jump shows in full and is granted in full.
//! * **Floor.** What two errors of opposite sign could hide from the defect: [`SLIP_FLOOR_KM_S`] times `H/4 + h`.
//! * **Rounding.** Places and velocities are searched in `f32`. Their own rounding is half a unit, 2⁻²⁴, of each component;
//!   differences and products add a few more. Eight units, 2⁻²¹, of the radius and of the way within the interval are
//!   granted to every object: 4 m in low orbit, 20 m in the stationary ring. What the wide test loses by its
//!   cancellation it grants itself ([`crate::kernel::near_pairs`]).
//!
//! # Reach: how far an object gets
//!
//! With `v` the speed at the middle and `a` the gravity at the lowest radius between the knots, 2 % more for oblateness
//! and drag, `|r(τ) − p| <= v·h + ½·a·h² + slip` =: reach. A pair that comes below D inside the interval is therefore
//! at most `D + reach₁ + reach₂` apart at the middle: pairs farther apart need no look, and cells this wide hold such a
//! pair in neighbours.
//!
//! # Pad: how far a pair leaves its straight line
//!
//! Let Δ be the separation of the two gravity paths. `Δ(t*) − Δ(0) − Δ'(0)·t* = ∫₀^t* (t* − s)·Δ''(s) ds`. Relative gravity
//! is at most `G·|Δ|`, where G = 2.2·µ/r³ is the gradient (2µ/r³, a tenth more for oblateness, whose gradient is below 2 % of
//! it outside the Earth) at the lowest radius on the segment between the two. Since the distance is D at t*, it is at most
//! `D + V·|t* − s|` at s, where `V·h <= sweep₁ + sweep₂` with the sweep `v·h + a·h² + slip` of each. Hence
//!
//! `|Δ(t*) − line(t*)| <= G·(D·h²/2 + (sweep₁ + sweep₂)·h²/3)` =: bend.
//!
//! Each object is given half of it, `½·G·h²·(D/2 + ⅔·sweep)`, with G at a radius that no point between it and any other
//! within reach is below: both halves' G are at least the pair's, so their sum is at least the bend. That radius is its
//! own lowest less all that the two can be apart, or, where this is more, the middle of so long a chord between two
//! points at the lowest radius of any state. With both slips, a hundredth more for the gravity between where the objects
//! are and where their paths are, this is the pad: the straight
//! line comes below `D + pad₁ + pad₂` within the interval whenever the pair comes below D.
//!
//! In low orbit, with intervals of a minute and D = 5 km, a pair is granted about 2 km in all: of some 32 million such pairs
//! a step 75 remain to be refined, of which 21 come below the threshold.
//!
//! # Unsteady objects
//!
//! An object whose pad is tens of kilometres or more (element sets far from their epoch, orbits in their last hours: the
//! model's positions and velocities have little to do with each other) would meet everything. It is left out of the
//! interval and comes back as up to 64 parts of it, each a line of its own with the defect of so short a time, carried
//! to the interval's middle by gravity and tested there like any other: a part holds its time, so the pair's bound
//! holds for it. What the carrying leaves out, the change of gravity along the way, at most `2µ v/r³·h³/6`, is granted.
//!
//! # Trajectories that operators give
//!
//! A trajectory from states ([`crate::astro::trajectory`]) may have burns in it, which no knots tell: two that cancel each
//! other show in neither. So how far it may leave free fall is reckoned from its polynomials. With u = `H·(∫|r″ − g| + Σ|Δv|)
//! + Σ|Δr|` over the time between two knots ([`crate::astro::trajectory::Trajectory::unrest_km`]) it is nowhere farther than
//! u from the gravity path through the first knot, and its velocity nowhere farther than w with `w·H <= u`. The cubic's knot at
//! the other end is off that path by as much, which moves the line by `½u + w·H/8` in place and by `1.5·u/H + w/4` in
//! velocity, over half the way: `1.25·u + w·H/4`. With the object's own u that is `2.5·u`: three times u is added to the
//! slip. Such an object is cut into intervals of its own throughout, as unsteady ones are, and counts only within its time:
//! [`super::stretches`].
//!
//! # Few against all
//!
//! None of this says how long an interval is. Where few objects are screened against all ([`super::chosen`]), intervals of
//! four minutes are judged first: a low orbit is then granted some 20 km, and what is left is judged again by the minute.
//! Knots may then leave as much more to interpolation as lines of that length are worse, and in deep space, on nearly
//! circular orbits, about twice that: it is granted like everywhere, so only the number of close looks depends on it.
//! A pair that comes below D within an interval is at that time at heights less than D apart, so a pair need no look
//! whose bands of radius are farther apart: [`crate::kernel::near_chosen`] derives them. An orbit that ends within a coarse
//! interval has no line there; every minute of it is judged for every pair of it.
//!
//! # Objects that end
//!
//! An object that has no state at a knot is asked at every interval's ends instead; an interval at one of whose ends it
//! has none is without it. [`super::fold`] leaves out everything from a minute before an orbit's end on, so such an
//! interval has nothing to give.
//!
//! # Inside an interval
//!
//! Every change of sign of the distance's rate is found: a part in which a pair is slow enough to have a minimum and a
//! maximum is halved until it cannot, see [`super::refine`].

use crate::astro::elements::MU_WGS72_KM3_S2;
use crate::astro::propagator::MAX_SPEED_KM_S;
use crate::kernel::hermite::Margins;

/// What velocities are always granted to be off, km/s, beside the defect measured: ten times the catalogue's median.
pub const SLIP_FLOOR_KM_S: f64 = 0.002;

/// Radius that no state is below, km: a little under the guard of the propagator.
pub const LOWEST_RADIUS_KM: f64 = 6370.0;

/// What the margins of all objects have in common.
#[must_use]
pub fn margins(threshold_km: f64, half_step_s: f64) -> Margins {
    Margins {
        mu_km3_s2: MU_WGS72_KM3_S2,
        lowest_radius_km: LOWEST_RADIUS_KM,
        highest_speed_km_s: MAX_SPEED_KM_S,
        slip_floor_km_s: SLIP_FLOOR_KM_S,
        half_step_s,
        threshold_km: threshold_km.max(0.0),
    }
}
