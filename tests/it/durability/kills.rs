//! SIGKILL at random moments and at named points: nothing that was acknowledged is lost, nothing is stored by half or
//! twice, and doing the work again gives what an undisturbed database holds.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::{Bench, CLOCKS, Rows, assert_whole, undisturbed, words};

/// Points reached by one whole run; behind a colon which time it is reached. A run writes events three times: those of
/// the screening, of the overflights and passes, of the coverage.
const POINTS: [&str; 15] = [
    "lock-taken",
    "run-begun",
    "events-begun",
    "events-conjunctions",
    "events-overflights:2",
    "events-before-commit",
    "events-before-commit:2",
    "events-before-commit:3",
    "events-committed",
    "events-committed:2",
    "events-committed:3",
    "publish-written",
    "publish-renamed:5",
    "checkpoint-before",
    "checkpoint-after",
];

/// Numbers that look random, the same each time (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}

fn nothing() -> BTreeMap<&'static str, Rows> {
    ["conjunction", "overflight", "pass"].into_iter().map(|table| (table, Rows::new())).collect()
}

/// Kills the whole run `kills` times at random moments, three times before each clock is let through.
fn random_kills(kills: usize, seed: u64) {
    let reference = undisturbed();
    let mut dice = Dice(seed);
    let mut done = 0;
    while done < kills {
        let bench = Bench::new();
        let begun = Instant::now();
        drop(bench.command(&["status"]).output().unwrap());
        let mut before = nothing();
        let mut usual = begun.elapsed() + Duration::from_millis(300);
        for (clock, after) in CLOCKS.iter().zip(&reference) {
            for _ in 0..3 {
                let mut child = bench.work(clock).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
                let wait_us = dice.below(u64::try_from(usual.as_micros()).unwrap() * 11 / 10);
                std::thread::sleep(Duration::from_micros(wait_us));
                child.kill().unwrap();
                child.wait().unwrap();
                done += 1;
                let when = format!("killed at {clock} after {wait_us} us (seed {seed}, kill {done})");
                bench.assert_sound(&when);
                assert_whole(&bench.events(), &before, after, &when);
            }
            let begun = Instant::now();
            bench.work_done(clock);
            usual = begun.elapsed();
            bench.assert_sound("a run to its end");
            assert_eq!(bench.events(), *after, "after kills and a run at {clock}");
            before.clone_from(after);
        }
    }
}

/// Fifty kills; as many as `ALLIEDSKY_KILLS` asks where it is set.
#[test]
fn random_kills_lose_nothing() {
    match std::env::var("ALLIEDSKY_KILLS") {
        Ok(kills) => random_kills(kills.parse().unwrap(), 500),
        Err(_) => random_kills(50, 20_261_122),
    }
}

#[test]
fn kills_at_named_points_lose_nothing() {
    let reference = undisturbed();
    for point in POINTS {
        let bench = Bench::new();
        let mut before = nothing();
        for (clock, after) in CLOCKS.iter().zip(&reference) {
            let output = bench.work(clock).env("ALLIEDSKY_KILL_AT", point).output().unwrap();
            assert_eq!(output.status.code(), None, "{point} was not reached: {}", words(&output));
            bench.assert_sound(point);
            assert_whole(&bench.events(), &before, after, &format!("killed at {point}"));
            bench.work_done(clock);
            assert_eq!(bench.events(), *after, "after a kill at {point} and a run at {clock}");
            before.clone_from(after);
        }
        let partial: Vec<String> = bench.results().into_keys().filter(|name| name.ends_with(".partial")).collect();
        assert!(partial.is_empty(), "left over after {point}: {partial:?}");
    }
}

#[test]
fn a_run_that_was_killed_is_told_as_interrupted() {
    let bench = Bench::new();
    bench.work(CLOCKS[0]).env("ALLIEDSKY_KILL_AT", "events-before-commit").output().unwrap();
    bench.work_done(CLOCKS[0]);
    let running: i64 =
        bench.database().query_row("SELECT count(*) FROM run WHERE status = 'running'", [], |row| row.get(0)).unwrap();
    assert_eq!(running, 0);
}
