//! The watch on public catalogues: successive snapshots, and the decays that the satellite catalogue dates.

use std::collections::BTreeMap;

use alliedsky::astro::elements::{Elements, Regime};
use alliedsky::format::satcat::{ObjectType, SatcatEntry, read_satcat};
use alliedsky::format::{ReadOptions, read_elements};
use alliedsky::ssa::watch::decay::{Basis, forecast};
use alliedsky::ssa::watch::manoeuvre::{Pattern, judge};
use rayon::prelude::*;

use super::{changed, speed_m_s};
use crate::truth;

type Histories = BTreeMap<u32, Vec<Elements>>;

fn histories(files: &[&str]) -> Option<Histories> {
    let mut histories = Histories::new();
    for file in files {
        let path = truth::local(&format!("catalogs/{file}"))?;
        let batch = read_elements(file, &std::fs::read(path).unwrap(), &ReadOptions::default()).unwrap();
        for set in batch.elements {
            histories.entry(set.norad_id.get()).or_default().push(set);
        }
    }
    for history in histories.values_mut() {
        history.sort_by_key(|set| set.epoch);
        history.dedup_by_key(|set| set.orbit_key());
    }
    Some(histories)
}

fn facts() -> Option<BTreeMap<u32, SatcatEntry>> {
    let path = truth::local("satcat/ads508_satcat_20250304.csv.gz")?;
    let batch = read_satcat("satcat", &std::fs::read(path).unwrap(), 1 << 28).unwrap();
    Some(batch.entries.into_iter().map(|entry| (entry.norad_id.get(), entry)).collect())
}

/// Debris, which nothing moves. Rocket bodies are left out: some do burn what is left.
fn is_debris(facts: &BTreeMap<u32, SatcatEntry>, id: u32) -> bool {
    facts.get(&id).is_some_and(|entry| entry.object_type == ObjectType::Debris)
}

const OF_2019: [&str; 3] = ["20191212.tle.gz", "20191217.tle.gz", "20191223.tle.gz"];
const OF_2024: [&str; 2] = ["strack_20240705.tle.gz", "20240709.tle.gz"];

#[test]
#[ignore = "reads five whole catalogues; run it with --ignored"]
fn quiet_debris_is_left_alone() {
    let Some(facts) = facts() else { return };
    for (files, most_per_year) in [(&OF_2019[..], 0.15), (&OF_2024[..], 0.15)] {
        let Some(histories) = histories(files) else { return };
        for regime in [Regime::Leo, Regime::Meo, Regime::Geo, Regime::Heo] {
            let judged: Vec<_> = histories
                .par_iter()
                .filter(|(id, history)| is_debris(&facts, **id) && history[0].regime() == regime)
                .map(|(_, history)| judge(history))
                .filter(|judgement| judgement.steps > 0)
                .collect();
            let years = judged.iter().map(|judgement| judgement.days).sum::<f64>() / 365.25;
            let alarms = || judged.iter().flat_map(|judgement| &judgement.manoeuvres);
            let confirmed = alarms().filter(|manoeuvre| manoeuvre.confirmed).count();
            println!(
                "{} to {}, {regime:?}: {} debris, {years:.0} object-years, {} alarms, {confirmed} of them confirmed",
                files[0],
                files[files.len() - 1],
                judged.len(),
                alarms().count(),
            );
            if regime == Regime::Leo {
                assert!(years > 50.0 && (alarms().count() as f64) < most_per_year * years);
                assert!((confirmed as f64) < 0.02 * years);
            }
        }
    }
}

#[test]
fn starlinks_that_climb_are_seen() {
    let (Some(facts), Some(histories)) = (facts(), histories(&OF_2024)) else { return };
    let is_starlink = |id: &u32| facts.get(id).is_some_and(|entry| entry.name.starts_with("STARLINK"));
    // Climbers by the catalogue itself: the semi-major axis grew by more than 2 km within four days.
    let climbed_km =
        |history: &[Elements]| history[history.len() - 1].semi_major_axis_km() - history[0].semi_major_axis_km();
    let climbers: Vec<_> =
        histories.iter().filter(|(id, history)| is_starlink(id) && climbed_km(history) > 2.0).collect();
    let seen = climbers
        .iter()
        .filter(|(_, history)| judge(history).manoeuvres.iter().any(|burn| burn.pattern == Pattern::Raising))
        .count();
    println!("{seen} of {} climbing Starlinks seen", climbers.len());
    assert!(climbers.len() > 50 && seen * 100 >= climbers.len() * 98);
}

#[test]
fn stationary_satellites_are_kept_and_starlinks_climb_for_days() {
    let days = ["24T1147", "25T1857", "26T1932", "27T2008", "28T2021", "29T2305", "30T2250"];
    let files: Vec<String> = ["starlink", "geo"]
        .iter()
        .flat_map(|group| days.iter().map(move |day| format!("daily_2026-05/{group}_202605{day}.tle.gz")))
        .collect();
    let names: Vec<&str> = files.iter().map(String::as_str).collect();
    let Some(histories) = histories(&names) else { return };
    let judged: Vec<_> = histories.par_iter().map(|(_, history)| (history, judge(history))).collect();
    let long = judged
        .iter()
        .flat_map(|(_, judgement)| &judgement.manoeuvres)
        .filter(|burn| {
            burn.pattern == Pattern::Raising && burn.ongoing && burn.end - burn.start > chrono::TimeDelta::days(4)
        })
        .count();
    let kept = judged
        .iter()
        .filter(|(history, judgement)| history[0].regime() == Regime::Geo && !judgement.manoeuvres.is_empty())
        .count();
    println!("{long} objects raised for more than four days and still; {kept} stationary satellites with manoeuvres");
    assert!(long > 20 && kept > 100);
}

/// The end by the satellite catalogue is a day: its noon is taken, and half a day is granted.
#[test]
#[ignore = "reads five whole catalogues; run it with --ignored"]
fn decays_are_foretold() {
    let Some(facts) = facts() else { return };
    for (files, least_within) in [(&OF_2019[..], 0.8), (&OF_2024[..], 0.9)] {
        let Some(histories) = histories(files) else { return };
        let mut errors = BTreeMap::<(bool, Basis), Vec<(f64, bool)>>::new();
        let (mut ended, mut missed, mut false_alarms) = ([0; 2], [0; 2], 0);
        for (id, history) in &histories {
            let Some(entry) = facts.get(id) else { continue };
            // A satellite may be steered, and comes down when its owner wants.
            let payload = entry.object_type == ObjectType::Payload;
            let newest = &history[history.len() - 1];
            let truth_days =
                entry.decay_date.map(|date| newest.age_days(date.and_hms_opt(12, 0, 0).unwrap().and_utc()));
            let told = forecast(history);
            if let Some(days) = truth_days.filter(|days| (1.0..25.0).contains(days)) {
                ended[usize::from(payload)] += 1;
                missed[usize::from(payload)] += usize::from(told.is_none());
                if let Some(decay) = told {
                    let (low, high) = (newest.age_days(decay.earliest) - 0.5, newest.age_days(decay.latest) + 0.5);
                    let error = (newest.age_days(decay.end) - days) / days;
                    errors.entry((payload, decay.basis)).or_default().push((error, (low..=high).contains(&days)));
                }
            } else if told.is_some() && truth_days.is_none_or(|days| days > 60.0) {
                false_alarms += 1;
            }
        }
        println!(
            "{}: {ended:?} (not payloads, payloads) ended within 1 to 25 days, {missed:?} not foretold, {false_alarms} foretold that did not",
            files[0]
        );
        for ((payload, basis), errors) in &mut errors {
            errors.sort_by(|a, b| a.0.abs().total_cmp(&b.0.abs()));
            let within = errors.iter().filter(|(_, within)| *within).count();
            println!(
                "  payloads {payload}, by {}: {} foretold, {within} within the interval, median error {:.0} %, 90 % below {:.0} %",
                basis.as_str(),
                errors.len(),
                100.0 * errors[errors.len() / 2].0.abs(),
                100.0 * errors[errors.len() * 9 / 10].0.abs()
            );
            if !*payload && *basis == Basis::History {
                assert!(within as f64 >= least_within * errors.len() as f64);
                assert!(errors[errors.len() / 2].0.abs() < 0.2);
            }
        }
        assert!(missed[0] * 8 <= ended[0] && missed[1] * 2 <= ended[1] && false_alarms <= 3, "{missed:?} of {ended:?}");
    }
}

/// Burns written into the last set of real histories of debris: with three sets, against the noise of the class.
#[test]
#[ignore = "reads five whole catalogues; run it with --ignored"]
fn planted_burns_stand_out_of_real_noise() {
    let (Some(facts), Some(histories)) = (facts(), histories(&OF_2019)) else { return };
    let quiet: Vec<&Vec<Elements>> = histories
        .par_iter()
        .filter(|(id, history)| {
            is_debris(&facts, **id)
                && history[0].regime() == Regime::Leo
                && history.len() >= 3
                && judge(history).manoeuvres.is_empty()
        })
        .map(|(_, history)| history)
        .collect();
    for (low_km, high_km) in [(300.0, 500.0), (500.0, 700.0), (700.0, 1000.0), (1000.0, 2000.0)] {
        let of_shell: Vec<_> =
            quiet.iter().filter(|history| (low_km..high_km).contains(&history[0].perigee_km())).collect();
        let share = |along: f64, across: f64| {
            let found = of_shell
                .par_iter()
                .filter(|history| {
                    let mut history: Vec<Elements> = history.to_vec();
                    let last = history.pop().unwrap();
                    let speed = speed_m_s(&last);
                    history.push(changed(&last, |fields| {
                        fields.mean_motion_rev_day *= 1.0 - 3.0 * along / speed;
                        // A turn about the line of nodes, away from the poles.
                        let turn_deg = (across / speed).to_degrees();
                        fields.inclination_deg += if fields.inclination_deg > 90.0 { -turn_deg } else { turn_deg };
                    }));
                    !judge(&history).manoeuvres.is_empty()
                })
                .count();
            found as f64 / of_shell.len() as f64
        };
        let shares: Vec<String> = [(0.01, 0.0), (0.03, 0.0), (0.1, 0.0), (1.0, 0.0), (10.0, 0.0)]
            .into_iter()
            .chain([(0.0, 0.1), (0.0, 1.0), (0.0, 3.0), (0.0, 5.0), (0.0, 10.0)])
            .map(|(along, across)| format!("{along}/{across} m/s {:.1} %", 100.0 * share(along, across)))
            .collect();
        println!("{low_km} to {high_km} km, {} debris: {}", of_shell.len(), shares.join(", "));
        assert!(share(10.0, 0.0) > 0.99 && share(1.0, 0.0) > 0.95 && share(0.0, 10.0) > 0.95);
    }
}
