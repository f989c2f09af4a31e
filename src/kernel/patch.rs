//! A stretch of a trajectory that is known by states: the polynomial through them, and how far it is from free fall.
//!
//! Through the positions and velocities of `m` states there is one polynomial of degree `2m − 1` (Hermite; Burden and
//! Faires, *Numerical Analysis*, 9th edition, section 3.4: divided differences in which every time stands twice). It is
//! kept by its powers of `x`, the time from the middle of the stretch in halves of its length.

/// Most states that a polynomial goes through.
pub const MOST_STATES: usize = 4;

const POWERS: usize = 2 * MOST_STATES;

/// Times in a stretch at which its acceleration is looked at.
pub const LOOKS: usize = 64;

/// A polynomial for the time between two states.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Patch {
    middle_s: f64,
    half_s: f64,
    /// Powers of x of each axis, km, the lowest first.
    powers_km: [[f64; POWERS]; 3],
}

impl Patch {
    /// The polynomial through up to [`MOST_STATES`] states, x, y, z in km and their rates in km/s, at ascending times, for
    /// the stretch from `start_s` to `end_s`. States beyond those are not looked at; without any all places are zero.
    #[must_use]
    pub fn through(states: &[(f64, [f64; 6])], start_s: f64, end_s: f64) -> Self {
        let (middle_s, half_s) = (0.5 * (start_s + end_s), 0.5 * (end_s - start_s));
        let states = &states[..states.len().min(MOST_STATES)];
        let count = 2 * states.len();
        let mut x = [0.0; POWERS];
        for (k, (time_s, _)) in states.iter().enumerate() {
            (x[2 * k], x[2 * k + 1]) = ((time_s - middle_s) / half_s, (time_s - middle_s) / half_s);
        }
        let powers_km = [0, 1, 2].map(|axis| {
            let mut differences = [0.0; POWERS];
            for (k, (_, state)) in states.iter().enumerate() {
                (differences[2 * k], differences[2 * k + 1]) = (state[axis], state[axis]);
            }
            for order in 1..count {
                for k in (order..count).rev() {
                    let is_one_state = order == 1 && k % 2 == 1;
                    differences[k] = if is_one_state {
                        states[k / 2].1[axis + 3] * half_s
                    } else {
                        (differences[k] - differences[k - 1]) / (x[k] - x[k - order])
                    };
                }
            }
            in_powers(&differences[..count], &x)
        });
        Self { middle_s, half_s, powers_km }
    }

    /// Place in km and velocity in km/s at a time, in the stretch or near it.
    #[must_use]
    pub fn state(&self, time_s: f64) -> [f64; 6] {
        let x = (time_s - self.middle_s) / self.half_s;
        let mut state = [0.0; 6];
        for (axis, powers_km) in self.powers_km.iter().enumerate() {
            let (mut value, mut rate) = (0.0, 0.0);
            for power in powers_km.iter().rev() {
                rate = rate * x + value;
                value = value * x + power;
            }
            (state[axis], state[axis + 3]) = (value, rate / self.half_s);
        }
        state
    }

    fn acceleration_km_s2(&self, x: f64) -> [f64; 3] {
        self.powers_km.map(|powers| {
            let bent = powers.iter().enumerate().skip(2).rev();
            let sum = bent.fold(0.0, |sum, (k, power)| sum * x + (k * (k - 1)) as f64 * power);
            sum / (self.half_s * self.half_s)
        })
    }

    /// A bound in km/s² on what bends the stretch besides the pull µ r/r³ of a point mass: at [`LOOKS`] times it is what
    /// the polynomial says, and from one to the next it changes by no more than the rates of both, `|r‴|`, summed from the
    /// powers, and `2µ v/r³`, at the highest speed and above the lowest radius of the stretch.
    ///
    /// Not a number or infinite where the polynomial is no path about the Earth.
    #[must_use]
    pub fn unrest_km_s2(&self, mu_km3_s2: f64, lowest_radius_km: f64) -> f64 {
        let rate = |order: usize| {
            let of_axis = |powers: &[f64; POWERS]| {
                let terms = powers.iter().enumerate().skip(order);
                terms.map(|(k, power)| (k - order + 1..=k).product::<usize>() as f64 * power.abs()).sum::<f64>()
            };
            norm(self.powers_km.each_ref().map(of_axis)) / self.half_s.powi(order as i32)
        };
        let (fastest_km_s, jerk_km_s3) = (rate(1), rate(3));
        let apart_s = 2.0 * self.half_s / LOOKS as f64;
        let mut most_km_s2 = 0.0;
        let mut lowest_km = f64::INFINITY;
        for look in 0..LOOKS {
            let x = (2 * look + 1) as f64 / LOOKS as f64 - 1.0;
            let state = self.state(self.middle_s + x * self.half_s);
            let place = [state[0], state[1], state[2]];
            let radius_km = norm(place);
            let pull = mu_km3_s2 / radius_km.powi(3);
            let [ax, ay, az] = self.acceleration_km_s2(x);
            let unrest = norm([ax + pull * place[0], ay + pull * place[1], az + pull * place[2]]);
            // What is not a number must stay so.
            most_km_s2 = if unrest <= most_km_s2 { most_km_s2 } else { unrest };
            lowest_km = if radius_km >= lowest_km { lowest_km } else { radius_km };
        }
        let lowest_km = (lowest_km - 0.5 * apart_s * fastest_km_s).max(lowest_radius_km);
        let gravity_km_s3 = 2.0 * mu_km3_s2 * fastest_km_s / lowest_km.powi(3);
        most_km_s2 + 0.5 * apart_s * (jerk_km_s3 + gravity_km_s3)
    }
}

/// Newton's form with these divided differences and times, as powers.
fn in_powers(differences: &[f64], x: &[f64; POWERS]) -> [f64; POWERS] {
    let mut powers = [0.0; POWERS];
    for (k, difference) in differences.iter().enumerate().rev() {
        for power in (0..POWERS).rev() {
            let lower = if power == 0 { *difference } else { powers[power - 1] };
            powers[power] = lower - x[k] * powers[power];
        }
    }
    powers
}

fn norm([x, y, z]: [f64; 3]) -> f64 {
    (x * x + y * y + z * z).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polynomial(time_s: f64) -> [f64; 6] {
        let t = time_s / 100.0;
        let (value, rate) = (7.0 + t - 3.0 * t.powi(2) + 0.5 * t.powi(7), (1.0 - 6.0 * t + 3.5 * t.powi(6)) / 100.0);
        [value, 2.0 * value, -value, rate, 2.0 * rate, -rate]
    }

    #[test]
    fn the_seventh_degree_is_met_exactly_through_four_states() {
        let states = [-130.0, -20.0, 90.0, 250.0].map(|time_s| (time_s, polynomial(time_s)));
        let patch = Patch::through(&states, -20.0, 90.0);
        for time_s in [-20.0, 0.0, 33.0, 90.0, 140.0] {
            let (found, wanted) = (patch.state(time_s), polynomial(time_s));
            for k in 0..6 {
                assert!((found[k] - wanted[k]).abs() < 1e-11, "{time_s}: {found:?} {wanted:?}");
            }
        }
    }

    #[test]
    fn two_states_make_a_cubic() {
        let states = [(0.0, [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]), (10.0, [2.0, 0.0, 0.0, 0.0, 1.0, 0.0])];
        let patch = Patch::through(&states, 0.0, 10.0);
        // 3φ² − 2φ³ and φ(1−φ)(1−2φ)·H
        let state = patch.state(2.5);
        assert!((state[0] - 1.156_25).abs() < 1e-14, "{state:?}");
        assert!((state[1] - 0.937_5).abs() < 1e-14, "{state:?}");
    }

    #[test]
    fn what_is_not_gravity_is_bounded() {
        // A circle at 7000 km flown 3 % faster than free fall: unrest is (1.0609 − 1)·µ/r².
        let mu = 398_600.8_f64;
        let rate = 1.03 * (mu / 7000f64.powi(3)).sqrt();
        let state = |time_s: f64| {
            let (sine, cosine) = (rate * time_s).sin_cos();
            [7000.0 * cosine, 7000.0 * sine, 0.0, -7000.0 * rate * sine, 7000.0 * rate * cosine, 0.0]
        };
        let states = [0.0, 60.0, 120.0, 180.0].map(|time_s| (time_s, state(time_s)));
        let unrest = Patch::through(&states, 60.0, 120.0).unrest_km_s2(mu, 6370.0);
        let exact = 0.0609 * mu / 7000f64.powi(2);
        assert!(exact <= unrest && unrest < exact + 5e-5, "{unrest} {exact}");
    }

    #[test]
    fn hostile_states_do_not_panic() {
        let nan = [(0.0, [f64::NAN; 6]), (0.0, [0.0; 6]), (1.0, [f64::INFINITY; 6])];
        let patch = Patch::through(&nan, 0.0, 0.0);
        assert!(!patch.unrest_km_s2(398_600.8, 6370.0).is_finite());
        assert!(Patch::through(&[], 0.0, 1.0).state(0.5).iter().all(|value| *value == 0.0));
    }
}
