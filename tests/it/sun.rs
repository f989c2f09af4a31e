//! The Sun against DE421, and the shadow of the Earth.

use alliedsky::astro::sun::sun_position_km;
use alliedsky::astro::time::JulianDate;
use nalgebra::Vector3;

use crate::truth;

#[test]
fn direction() {
    let mut worst: f64 = 0.0;
    for row in truth::table(&truth::data("frames/sun.csv")) {
        let jd = row.number("jd_utc");
        let ours = sun_position_km(JulianDate { whole: jd.floor(), fraction: jd.fract() });
        let expected = Vector3::new(row.number("tod_x_km"), row.number("tod_y_km"), row.number("tod_z_km"));
        let off = ours.cross(&expected).norm().atan2(ours.dot(&expected)).to_degrees();
        println!("{jd} {off} {}", ours.norm() - expected.norm());
        worst = worst.max(off);
    }
    println!("{worst}");
    assert!(worst < 0.012);
}
