//! Two clocks: the wall, which people and networks set, and the time since the machine started, which nobody sets.

use chrono::{DateTime, TimeDelta, Utc};

/// How long a machine has been up, and since which start of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Uptime {
    /// Names the start of the machine: two readings can be compared only where it is the same.
    pub boot_id: String,
    /// Time since that start, suspension included, s.
    pub seconds: f64,
}

/// Both clocks at one instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The wall clock.
    pub wall: DateTime<Utc>,
    /// The time since the start of the machine; `None` where the clock is a user's, or the system does not tell.
    pub uptime: Option<Uptime>,
}

impl Reading {
    /// What the machine says now.
    #[must_use]
    pub fn now() -> Self {
        Self { wall: Utc::now(), uptime: uptime() }
    }

    /// A clock set by the user.
    #[must_use]
    pub const fn at(wall: DateTime<Utc>) -> Self {
        Self { wall, uptime: None }
    }

    /// The time from an earlier reading to this one: by the time since the start of the machine where both are of one
    /// start, whatever happened to the wall clock between them; else by the wall, which may be negative.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> TimeDelta {
        match (&self.uptime, &earlier.uptime) {
            (Some(now), Some(then)) if now.boot_id == then.boot_id && now.seconds >= then.seconds => {
                TimeDelta::milliseconds(((now.seconds - then.seconds) * 1000.0) as i64)
            }
            _ => self.wall - earlier.wall,
        }
    }

    /// By how much the wall clock was moved between an earlier reading of the same start and this one; `None` where
    /// nothing tells.
    #[must_use]
    pub fn jump_since(&self, earlier: &Self) -> Option<TimeDelta> {
        let same_start = match (&self.uptime, &earlier.uptime) {
            (Some(now), Some(then)) => now.boot_id == then.boot_id && now.seconds >= then.seconds,
            _ => false,
        };
        same_start.then(|| (self.wall - earlier.wall) - self.since(earlier))
    }
}

#[cfg(target_os = "linux")]
fn uptime() -> Option<Uptime> {
    let boot_id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?.trim().to_owned();
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    Some(Uptime { boot_id, seconds: time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9 })
}

#[cfg(not(target_os = "linux"))]
fn uptime() -> Option<Uptime> {
    None
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::{Reading, Uptime};

    fn reading(wall: &str, uptime: Option<(&str, f64)>) -> Reading {
        let uptime = uptime.map(|(boot_id, seconds)| Uptime { boot_id: boot_id.to_owned(), seconds });
        Reading { wall: wall.parse().unwrap(), uptime }
    }

    #[test]
    fn the_time_since_the_start_of_the_machine_comes_first() {
        let first = reading("2026-11-22T00:00:00Z", Some(("a", 100.0)));
        let moved = reading("2036-11-22T00:00:00Z", Some(("a", 160.0)));
        assert_eq!(moved.since(&first), TimeDelta::seconds(60));
        assert_eq!(moved.jump_since(&first), Some(TimeDelta::days(3653) - TimeDelta::seconds(60)));
        let restarted = reading("2026-11-22T01:00:00Z", Some(("b", 5.0)));
        assert_eq!(restarted.since(&first), TimeDelta::hours(1));
        assert_eq!(restarted.jump_since(&first), None);
        assert_eq!(reading("2026-11-21T00:00:00Z", None).since(&first), TimeDelta::days(-1));
    }

    #[test]
    fn the_machine_has_both_clocks() {
        let (first, second) = (Reading::now(), Reading::now());
        assert!(second.since(&first) >= TimeDelta::zero());
        assert_eq!(first.uptime.is_some(), cfg!(target_os = "linux"));
    }
}
