#![allow(missing_docs, clippy::all)]
use alliedsky::astro::{elements::*, propagator::*};
use std::io::Read;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let mut raw = Vec::new();
    flate2::read::MultiGzDecoder::new(std::fs::File::open(&a[1]).unwrap()).read_to_end(&mut raw).unwrap();
    let text = String::from_utf8(raw).unwrap();
    let lines: Vec<&str> = text.lines().map(|l| l.trim_end()).collect();
    let t0: chrono::DateTime<chrono::Utc> = a[2].parse().unwrap();
    let mut rows = vec![];
    for i in 0..lines.len() - 1 {
        if !(lines[i].starts_with("1 ") && lines[i + 1].starts_with("2 ")) {
            continue;
        }
        let Ok(e) = sgp4::Elements::from_tle(None, lines[i].as_bytes(), lines[i + 1].as_bytes()) else { continue };
        let id: NoradId = lines[i][2..7].trim().parse().unwrap();
        let Ok(e) = Elements::new(ElementFields {
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
        }) else {
            continue;
        };
        let Ok(p) = Propagator::new(&e) else { continue };
        let off = p.offset_s(t0);
        let mut worst = 0f64;
        for k in 0..97 {
            let t = off + k as f64 * 900.0 + (id.get() % 900) as f64;
            let Ok(s) = p.state(t) else { continue };
            for h in [-10.0, 10.0f64] {
                let Ok(q) = p.state(t + h) else { continue };
                let r = s.position_km;
                let g = -r * (398600.8 / r.norm().powi(3));
                let lin = r + s.velocity_km_s * h + g * (0.5 * h * h);
                worst = worst.max((q.position_km - lin).norm() / h.abs());
            }
        }
        rows.push((worst, id.get(), e.period_min(), e.eccentricity, e.bstar));
    }
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    for r in rows.iter().take(12) {
        println!("{:.5} km/s id {} period {:.1} e {:.4} bstar {:.2e}", r.0, r.1, r.2, r.3, r.4);
    }
    for q in [0.5, 0.9, 0.99, 0.999] {
        println!("q{} {:.5}", q, rows[((1.0 - q) * rows.len() as f64) as usize].0);
    }
    let d: Vec<_> = rows.iter().filter(|r| r.2 > 225.0).collect();
    println!("deep worst {:?}", d[0]);
}
