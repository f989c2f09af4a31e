//! How large objects are taken for, and on what grounds.

use std::f64::consts::PI;

use alliedsky::feed::bundled;
use alliedsky::format::satcat::{RcsSize, SatcatEntry, read_satcat};
use alliedsky::ssa::hard_body::{HardBodies, RadiusSource, combined_m};

fn bodies() -> HardBodies {
    let own = bundled::hard_bodies();
    HardBodies::parse(own.file, own.text).unwrap()
}

/// An object as a line of the satellite catalogue tells it.
fn object(id: u32, name: &str, kind: &str, rcs: &str) -> SatcatEntry {
    let text = format!("OBJECT_NAME,NORAD_CAT_ID,OBJECT_TYPE,RCS\n{name},{id},{kind},{rcs}\n");
    read_satcat("satcat.csv", text.as_bytes(), 1 << 20).unwrap().entries.remove(0)
}

fn radius_m(object: &SatcatEntry, size: Option<RcsSize>) -> f64 {
    bodies().radius(object, size).hbr_m
}

#[test]
fn large_objects_and_stages_are_known() {
    // Half the diagonal of 26 m x 10 m x 5 m (ESA) and of 10.4 m x 3.9 m.
    let envisat = bodies().radius(&object(27386, "ENVISAT", "PAY", "18.6"), None);
    assert!((envisat.hbr_m - 14.151).abs() < 1e-3, "{envisat:?}");
    assert_eq!(envisat.source.to_string(), "known: ENVISAT");
    let zenit = bodies().radius(&object(22285, "SL-16 R/B", "R/B", "11.2"), None);
    assert!((zenit.hbr_m - 5.554).abs() < 1e-3, "{zenit:?}");
    // The station holds its truss of 109 m, and is not wider than a football field is long.
    let station = bodies().radius(&object(25544, "ISS (ZARYA)", "PAY", "399.1"), None);
    assert!((54.5..75.0).contains(&station.hbr_m), "{station:?}");
    assert!((combined_m(&envisat, &zenit) - 19.705).abs() < 2e-3);
    assert_eq!(bodies().radius(&object(1, "SL-8 R/B", "R/B", ""), None).source.to_string(), "known: SL-8 R/B, assumed");
}

#[test]
fn a_name_is_meant_as_a_whole_and_never_for_debris() {
    for (name, kind) in
        [("SL-12 R/B(AUX MOTOR)", "R/B"), ("SL-16 DEB", "DEB"), ("SL-16 R/B", "DEB"), ("SL-8 R/BX", "R/B")]
    {
        let found = bodies().radius(&object(3, name, kind, ""), None);
        assert!(matches!(found.source, RadiusSource::Type(_)), "{name}: {found:?}");
    }
    let found = bodies().radius(&object(3, "SL-12 R/B(2)", "R/B", ""), None);
    assert!(matches!(found.source, RadiusSource::Known { .. }), "{found:?}");
    // A fragment that the catalogue has no type for yet.
    assert_eq!(radius_m(&object(3, "FENGYUN 1C DEB", "UNK", ""), None), radius_m(&object(3, "X", "DEB", ""), None));
}

#[test]
fn radar_cross_section_gives_a_sphere_with_a_factor_and_a_bound() {
    // The sphere of 4 pi m2 has a radius of 2 m.
    let sat = object(4, "SOMETHING", "PAY", &(4.0 * PI).to_string());
    assert!((radius_m(&sat, None) - 4.0).abs() < 1e-12);
    assert!(bodies().radius(&sat, Some(RcsSize::Small)).source.to_string().starts_with("RCS 12.566"));
    // The least of its type, however small it seems, and no radius beyond any object's.
    for (kind, least_m) in [("PAY", 0.3), ("R/B", 1.0), ("DEB", 0.1), ("UNK", 0.1)] {
        assert_eq!(radius_m(&object(4, "X", kind, "0.0001"), None), least_m);
        assert_eq!(radius_m(&object(4, "X", kind, "1e300"), None), 100.0);
    }
    // Larger cross-sections never make smaller objects, and a zero says nothing.
    let radii: Vec<f64> = ["0.01", "0.1", "1", "10"].map(|rcs| radius_m(&object(4, "X", "DEB", rcs), None)).to_vec();
    assert!(radii.is_sorted() && radii[0] < radii[3], "{radii:?}");
    for nothing in ["0", "-1", ""] {
        let found = bodies().radius(&object(4, "X", "PAY", nothing), None);
        assert!(matches!(found.source, RadiusSource::Type(_)) && found.hbr_m == 3.0, "{nothing}: {found:?}");
    }
}

#[test]
fn space_tracks_classes_of_size_stand_in() {
    assert_eq!(RcsSize::from_text(" large "), Some(RcsSize::Large));
    assert_eq!(RcsSize::from_text("N/A"), None);
    let debris = object(5, "X", "DEB", "");
    // The upper ends: 0.1 and 1 m2.
    assert_eq!(radius_m(&debris, Some(RcsSize::Small)), radius_m(&object(5, "X", "DEB", "0.1"), None));
    assert_eq!(radius_m(&debris, Some(RcsSize::Medium)), radius_m(&object(5, "X", "DEB", "1"), None));
    let large = bodies().radius(&object(5, "X", "PAY", ""), Some(RcsSize::Large));
    assert_eq!((large.hbr_m, large.source.to_string().as_str()), (3.0, "RCS size LARGE"));
}

/// Space-Track's catalogue has a class where it has no figure, or a figure of nought.
#[test]
fn the_catalogues_own_class_comes_before_that_of_a_message() {
    let text = "[{\"NORAD_CAT_ID\":\"7\",\"SATNAME\":\"X\",\"OBJECT_TYPE\":\"PAYLOAD\",\"RCSVALUE\":\"0\",\"RCS_SIZE\":\"SMALL\",\
                \"COUNTRY\":\"US\",\"LAUNCH\":\"2020-01-01\",\"INTLDES\":\"2020-001A\",\"SITE\":\"AFETR\",\"DECAY\":null}]";
    let mut satellite = read_satcat("satcat.json", text.as_bytes(), 1 << 20).unwrap().entries.remove(0);
    assert_eq!(satellite.rcs_size, Some(RcsSize::Small));
    let found = bodies().radius(&satellite, Some(RcsSize::Large));
    assert_eq!(found.source.to_string(), "RCS size SMALL");
    // Twice the radius of the circle of 0.1 m2.
    assert!((found.hbr_m - 2.0 * (0.1 / PI).sqrt()).abs() < 1e-12, "{found:?}");
    satellite.rcs_m2 = Some(4.0 * PI);
    assert!(matches!(bodies().radius(&satellite, None).source, RadiusSource::Rcs(_)));
}

#[test]
fn a_file_of_the_users_own_comes_first() {
    let text = "[[object]]\nnorad_id = 27386\nname = \"ENVISAT\"\nradius_m = 13\nassumed = true\n\
                [[class]]\nname = \"Starlink\"\nsize_m = [3, 4]\nsource = \"us\"\n";
    let over = bodies().overlay("mine.toml", text).unwrap();
    let envisat = over.radius(&object(27386, "ENVISAT", "PAY", "18.6"), None);
    assert_eq!((envisat.hbr_m, envisat.source.to_string().as_str()), (13.0, "given: ENVISAT (mine.toml)"));
    let starlink = over.radius(&object(44714, "STARLINK-1008", "PAY", "9"), None);
    assert_eq!(starlink.hbr_m, 2.5);
    assert_eq!(over.len(), bodies().len() + 2);
}

#[test]
fn mistakes_are_told_with_entry_and_field() {
    let good = "name = \"X\"\nnorad_id = 5\nassumed = true\n";
    for (entry, words) in [
        ("[[object]]\nname = \"X\"\nradius_m = 1\nassumed = true\n".to_owned(), "norad_id is missing"),
        (format!("[[object]]\n{good}"), "either radius_m or size_m"),
        (format!("[[object]]\n{good}radius_m = 1\nsize_m = [1]\n"), "either radius_m or size_m"),
        (format!("[[object]]\n{good}radius_m = -1\n"), "radius_m = -1 is outside"),
        (format!("[[object]]\n{good}radius_m = nan\n"), "radius_m = NaN is outside"),
        (format!("[[object]]\n{good}size_m = [1, inf]\n"), "size_m = inf is outside"),
        (format!("[[object]]\n{good}size_m = [1, 2, 3, 4]\n"), "one, two or three lengths"),
        (format!("[[object]]\n{good}size_m = [200, 200]\n"), "half the diagonal"),
        (format!("[[object]]\n{good}radius_m = 1\ncolour = 2\n"), "colour"),
        (format!("[[class]]\n{good}radius_m = 1\n"), "norad_id in a class"),
        ("[[object]]\nname = \"X\"\nnorad_id = 5\nradius_m = 1\n".to_owned(), "source is missing"),
        (format!("[[object]]\n{good}radius_m = 1\n[[object]]\n{good}radius_m = 2\n"), "stands twice"),
        ("[[thing]]\n".to_owned(), "unknown key"),
        ("[[object]\n".to_owned(), "the file"),
    ] {
        let error = HardBodies::parse("mine.toml", &entry).unwrap_err().to_string();
        assert!(error.starts_with("mine.toml: ") && error.contains(words), "{error} for {entry}");
    }
}
