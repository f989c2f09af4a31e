#![allow(missing_docs, clippy::all, clippy::unwrap_used, clippy::print_stdout)]
use alliedsky::astro::elements::*;
use alliedsky::astro::time::Window;
use alliedsky::ssa::conjunction::screen::*;
use std::io::Read;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let mut raw = Vec::new();
    flate2::read::MultiGzDecoder::new(std::fs::File::open(&a[1]).unwrap()).read_to_end(&mut raw).unwrap();
    let text = String::from_utf8(raw).unwrap();
    let lines: Vec<&str> = text.lines().map(|l| l.trim_end()).collect();
    let mut out = Vec::new();
    let mut i = 0;
    while i + 1 < lines.len() {
        if lines[i].starts_with("1 ") && lines[i + 1].starts_with("2 ") {
            if let Ok(e) = sgp4::Elements::from_tle(None, lines[i].as_bytes(), lines[i + 1].as_bytes()) {
                let id: NoradId = lines[i][2..7].trim().parse().unwrap();
                if let Ok(e) = Elements::new(ElementFields {
                    norad_id: id,
                    name: String::new(),
                    object_id: String::new(),
                    epoch: e.datetime.and_utc(),
                    mean_motion_rev_day: e.mean_motion,
                    eccentricity: e.eccentricity,
                    inclination_deg: e.inclination,
                    raan_deg: e.right_ascension,
                    arg_perigee_deg: e.argument_of_perigee,
                    mean_anomaly_deg: e.mean_anomaly,
                    bstar: e.drag_term,
                    mean_motion_dot: 0.0,
                    mean_motion_ddot: 0.0,
                    ephemeris_type: 0,
                    classification: 'U',
                    element_set_no: 0,
                    rev_at_epoch: 0,
                }) {
                    out.push(e);
                }
            } else {
                println!("bad {}", lines[i]);
            }
            i += 2;
        } else {
            i += 1;
        }
    }
    println!("{} objects", out.len());
    let start = a[2].parse().unwrap();
    let hours: f64 = a[3].parse().unwrap();
    let mut req = ScreenRequest::new(
        Window::new(start, chrono::TimeDelta::seconds((hours * 3600.0) as i64)),
        a[4].parse().unwrap(),
    );
    if let Some(s) = a.get(5) {
        req.step_s = s.parse().unwrap();
    }
    let t = std::time::Instant::now();
    let r = screen(&out, &req, &alliedsky::ssa::progress::silent).unwrap();
    eprintln!(
        "{:?} {} events, unusable {:?} lost {:?}",
        t.elapsed(),
        r.conjunctions.len(),
        r.tally.unusable.len(),
        r.tally.lost
    );
    for c in r.conjunctions {
        println!(
            "{},{},{},{:.6},{:.6},{}",
            c.primary_id,
            c.secondary_id,
            c.tca.format("%Y-%m-%dT%H:%M:%S%.6fZ"),
            c.miss_km,
            c.rel_speed_km_s,
            c.kind.as_str()
        );
    }
}
