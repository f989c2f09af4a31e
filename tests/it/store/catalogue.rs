//! Element sets and facts in and out.

use super::*;

#[test]
fn every_field_comes_back_bit_by_bit() {
    let (_folder, path) = in_folder();
    let mut store = Store::open(&path).unwrap();
    let set = set(999_999_999, "2026-09-06T23:59:59.999999999Z");
    store.import_elements(&file("a"), from_ref(&set), 2, 3).unwrap();
    let entries = store.current_elements(&CatalogueFilter::default()).unwrap();
    let back = &entries[0].elements;
    assert_eq!(back, &set);
    assert_eq!(back.orbit_key(), set.orbit_key());
    assert_eq!(back.mean_motion_ddot.to_bits(), set.mean_motion_ddot.to_bits());
    assert_eq!(*entries[0].source, file("a"));
    let status = store.status().unwrap();
    assert_eq!((status.sources[0].accepted, status.sources[0].rejected, status.sources[0].duplicates), (1, 2, 3));
    drop(store);
    let connection = Connection::open(&path).unwrap();
    assert_eq!(
        rows(&connection, "SELECT epoch FROM element_set"),
        [[Cell::Text("2026-09-06T23:59:59.999999999Z".into())]]
    );
    assert_eq!(
        rows(&connection, "SELECT fetched_at FROM source"),
        [[Cell::Text("2026-09-07T01:02:03.456789Z".into())]]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn any_set_comes_back_bit_by_bit(
        number in 1u32..=999_999_999, name in any::<String>(), object_id in "\\PC{0,12}",
        seconds in -62_135_596_800i64..253_402_300_799, nanos in 0u32..1_000_000_000,
        mean_motion_rev_day in 0.01f64..16.9, eccentricity in 0f64..0.9999, inclination_deg in 0f64..180.0,
        angles in proptest::array::uniform3(-360f64..360.0), drag in proptest::array::uniform3(-9f64..9.0),
        ephemeris_type in prop_oneof![0u8..4, 5u8..=255], classification in any::<char>(),
        element_set_no: u32, rev_at_epoch: u32,
    ) {
        let fields = ElementFields {
            norad_id: id(number), name, object_id, epoch: DateTime::from_timestamp(seconds, nanos).unwrap(),
            mean_motion_rev_day, eccentricity, inclination_deg, raan_deg: angles[0], arg_perigee_deg: angles[1],
            mean_anomaly_deg: angles[2], bstar: drag[0], mean_motion_dot: drag[1], mean_motion_ddot: drag[2],
            ephemeris_type, classification, element_set_no, rev_at_epoch,
        };
        let set = Elements::new(fields).unwrap();
        let mut store = Store::in_memory().unwrap();
        store.import_elements(&file("a"), from_ref(&set), 0, 0).unwrap();
        prop_assert_eq!(all(&store), vec![set.clone()]);
        prop_assert_eq!(&store.history(set.norad_id).unwrap()[0].0, &set);
        // Known again, whatever the field.
        let again = store.import_elements(&file("b"), from_ref(&set), 0, 0).unwrap();
        prop_assert_eq!((again.new_sets, again.known_sets), (0, 1));
    }
}

#[test]
fn minus_zero_is_zero() {
    let mut store = Store::in_memory().unwrap();
    let minus =
        changed(&set(5, "2026-09-06T12:00:00Z"), |fields| (fields.bstar, fields.mean_motion_dot) = (-0.0, -0.0));
    let plus = changed(&minus, |fields| (fields.bstar, fields.mean_motion_dot) = (0.0, 0.0));
    store.import_elements(&file("a"), &[minus.clone(), plus.clone()], 0, 0).unwrap();
    let kept = all(&store);
    assert_eq!(kept, [plus]);
    assert_eq!(kept[0].bstar.to_bits(), 0);
}

#[test]
fn importing_twice_changes_nothing() {
    let (_folder, path) = in_folder();
    let sets: Vec<_> = (1..500)
        .flat_map(|number| [set(number, "2026-09-06T12:00:00Z"), set(number, "2026-09-06T18:00:00Z")])
        .collect();
    let facts: Vec<_> = (400..600).map(facts).collect();
    let days: Vec<_> = (60_000..60_010).map(day).collect();
    let mut before = None;
    for round in 0..3 {
        let mut store = Store::open(&path).unwrap();
        let outcome = store.import_elements(&file("a"), &sets, 1, 2).unwrap();
        let satcat = store.import_satcat(&file("satcat"), &facts, 0, 0).unwrap();
        let days = store.import_earth_orientation(&file("finals"), &days).unwrap();
        if round == 0 {
            assert_eq!(outcome, ImportOutcome { new_sets: 998, new_objects: 499, ..ImportOutcome::default() });
            assert_eq!(satcat, SatcatOutcome { objects: 200, new_objects: 100, ..SatcatOutcome::default() });
            assert_eq!(days, 10);
            before = Some(content(&path));
        } else {
            assert_eq!(outcome, ImportOutcome { known_sets: 998, already_imported: true, ..ImportOutcome::default() });
            assert_eq!((satcat.new_objects, satcat.already_imported, days), (0, true, 0));
        }
        drop(store);
        assert_eq!(Some(content(&path)), before);
    }
}

#[test]
fn the_same_set_from_another_source_is_one() {
    let mut store = Store::in_memory().unwrap();
    let full = set(25_544, "2026-09-06T12:00:00Z");
    let bare = changed(&full, |fields| (fields.name, fields.object_id) = (String::new(), String::new()));
    for (first, second) in [(&full, &bare), (&bare, &full)] {
        store.import_elements(&file("a"), from_ref(first), 0, 0).unwrap();
        let second = store.import_elements(&file("b"), from_ref(second), 0, 0).unwrap();
        assert_eq!(second, ImportOutcome { known_sets: 1, ..ImportOutcome::default() });
        assert_eq!(all(&store), from_ref(&full));
        let history = store.history(id(25_544)).unwrap();
        assert_eq!((history.len(), history[0].1.locator.as_str()), (1, "/tmp/a.csv"));
        assert_eq!(store.object(id(25_544)).unwrap().unwrap().name, "OBJECT 25544");
        store = Store::in_memory().unwrap();
    }
}

#[test]
fn the_newest_set_is_current_and_all_are_kept() {
    let mut store = Store::in_memory().unwrap();
    let old = set(5, "2026-09-05T12:00:00Z");
    let new = changed(&set(5, "2026-09-06T12:00:00.000000001Z"), |fields| fields.name = "VANGUARD 1".into());
    let nameless = changed(&set(5, "2026-09-06T12:00:00.000000002Z"), |fields| fields.name.clear());
    store.import_elements(&file("new"), from_ref(&new), 0, 0).unwrap();
    store.import_elements(&file("old"), from_ref(&old), 0, 0).unwrap();
    assert_eq!(all(&store), from_ref(&new));
    assert_eq!(store.object(id(5)).unwrap().unwrap().name, "VANGUARD 1", "an older set renames nothing");
    store.import_elements(&file("nameless"), from_ref(&nameless), 0, 0).unwrap();
    assert_eq!(all(&store), [changed(&nameless, |fields| fields.name = "VANGUARD 1".into())]);
    let history = store.history(id(5)).unwrap();
    let epochs: Vec<_> = history.iter().map(|(set, _)| set.epoch).collect();
    assert_eq!(epochs, [nameless.epoch, new.epoch, old.epoch]);
    assert_eq!(history[2].1.locator, "/tmp/old.csv");
    assert!(store.history(id(6)).unwrap().is_empty());
}

#[test]
fn between_conflicting_sets_the_choice_does_not_depend_on_their_order() {
    let base = set(5, "2026-09-06T12:00:00Z");
    let sets = [
        base.clone(),
        changed(&base, |fields| fields.mean_anomaly_deg += 0.001),
        changed(&base, |fields| fields.bstar = 1e-4),
        changed(&base, |fields| fields.name = "ANOTHER NAME OF THE FIRST".into()),
    ];
    let mut seen = Vec::new();
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]] {
        let mut store = Store::in_memory().unwrap();
        let mut conflicts = 0;
        for (number, index) in order.into_iter().enumerate() {
            let outcome = store.import_elements(&file(&number.to_string()), &sets[index..=index], 0, 0).unwrap();
            conflicts += outcome.conflicts;
        }
        assert_eq!(conflicts, 2);
        let history: Vec<_> = store.history(id(5)).unwrap().into_iter().map(|(set, _)| set).collect();
        assert_eq!(history.len(), 3);
        assert_eq!(all(&store), history[..1]);
        seen.push((history, store.object(id(5)).unwrap().unwrap().name));
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:?}");
    // The set number comes before the numbers.
    let mut store = Store::in_memory().unwrap();
    let later = changed(&base, |fields| (fields.element_set_no, fields.mean_motion_rev_day) = (1000, 1.0));
    store.import_elements(&file("a"), &[later.clone(), base, sets[1].clone()], 0, 0).unwrap();
    assert_eq!(all(&store), [later]);
}

#[test]
fn names_are_stored_as_they_are() {
    let mut store = Store::in_memory().unwrap();
    let names = [
        "O'BRIEN \"; DROP TABLE object; --",
        "NUL\0INSIDE",
        "\u{1b}[31mRED\u{7}\r\n\t",
        "아리랑 🛰️ \u{202e}",
        " % _ ? ?1 :x @y $z ",
    ];
    for (number, name) in (1..).zip(names) {
        let set = changed(&set(number, "2026-09-06T12:00:00Z"), |fields| {
            (fields.name, fields.object_id) = (name.into(), name.into())
        });
        store.import_elements(&file(name), from_ref(&set), 0, 0).unwrap();
        let mut facts = facts(number);
        (facts.name, facts.owner) = (name.into(), name.into());
        store.import_satcat(&source(SourceKind::File, name, "satcat"), from_ref(&facts), 0, 0).unwrap();
        let filter = CatalogueFilter { owners: vec![name.into()], ids: vec![id(number)], ..CatalogueFilter::default() };
        let entries = store.current_elements(&filter).unwrap();
        assert_eq!((entries.len(), &entries[0].elements, &entries[0].facts), (1, &set, &facts));
        assert_eq!(entries[0].source.locator, format!("/tmp/{name}.csv"));
    }
    assert_eq!(all(&store).len(), names.len());
}

#[test]
fn filters_choose() {
    let mut store = Store::in_memory().unwrap();
    let sets: Vec<_> = (1..=9).map(|number| set(number, "2026-09-06T12:00:00Z")).collect();
    store.import_elements(&file("a"), &sets, 0, 0).unwrap();
    let known: Vec<_> = (1..=20)
        .map(|number| SatcatEntry {
            owner: if number % 2 == 0 { "JPN" } else { "SKOR" }.into(),
            object_type: if number < 5 { ObjectType::Payload } else { ObjectType::Debris },
            name: format!("Kompsat-{number}"),
            ..facts(number)
        })
        .collect();
    store.import_satcat(&file("satcat"), &known, 0, 0).unwrap();
    let chosen = |filter: CatalogueFilter| -> Vec<u32> {
        store.current_elements(&filter).unwrap().iter().map(|entry| entry.elements.norad_id.get()).collect()
    };
    let owners = vec!["JPN".to_owned()];
    assert_eq!(chosen(CatalogueFilter { owners: owners.clone(), ..Default::default() }), [2, 4, 6, 8]);
    assert_eq!(chosen(CatalogueFilter { owners, object_types: vec!["PAY".into()], ..Default::default() }), [2, 4]);
    assert_eq!(chosen(CatalogueFilter { ids: vec![id(9), id(3), id(15)], ..Default::default() }), [3, 9]);
    assert_eq!(chosen(CatalogueFilter { name_contains: Some("kOMPSAT-7".into()), ..Default::default() }), [7]);
    assert_eq!(chosen(CatalogueFilter { name_contains: Some("object 8".into()), ..Default::default() }), [8]);
    assert_eq!(chosen(CatalogueFilter { name_contains: Some("%".into()), ..Default::default() }), [0u32; 0]);
    assert_eq!(store.object(id(20)).unwrap().unwrap(), known[19]);
    assert_eq!(store.object(id(21)).unwrap(), None);
}

fn facts(number: u32) -> SatcatEntry {
    SatcatEntry {
        norad_id: id(number),
        name: format!("SATCAT {number}"),
        object_id: "2006-031A".into(),
        object_type: ObjectType::Payload,
        ops_status: Some('+'),
        owner: "SKOR".into(),
        launch_date: NaiveDate::from_ymd_opt(2006, 7, 28),
        launch_site: "PKMTR".into(),
        decay_date: NaiveDate::from_ymd_opt(2036, 2, 29),
        period_min: Some(98.5 + 1.0 / 3.0),
        inclination_deg: Some(97.9),
        apogee_km: Some(695.0),
        perigee_km: Some(673.0),
        rcs_m2: Some(2.8 + 1.0 / 3.0),
        rcs_size: Some(alliedsky::format::satcat::RcsSize::Medium),
    }
}

#[test]
fn the_facts_fetched_last_stay_whatever_the_order() {
    let mut versions = [facts(5), facts(5)];
    versions[1].owner = "US".into();
    versions[1].decay_date = None;
    versions[1].rcs_m2 = None;
    versions[1].rcs_size = None;
    for order in [[0, 1], [1, 0]] {
        let mut store = Store::in_memory().unwrap();
        store.import_elements(&file("a"), &[set(5, "2026-09-06T12:00:00Z")], 0, 0).unwrap();
        for index in order {
            let mut source = file(&index.to_string());
            source.fetched_at += TimeDelta::hours(index as i64);
            store.import_satcat(&source, &versions[index..=index], 0, 0).unwrap();
        }
        assert_eq!(store.object(id(5)).unwrap().unwrap(), versions[1]);
        let entry = &store.current_elements(&CatalogueFilter::default()).unwrap()[0];
        assert_eq!((entry.elements.name.as_str(), entry.facts.name.as_str()), ("OBJECT 5", "SATCAT 5"));
    }
}

#[test]
fn twenty_eight_thousand_sets_in_under_five_seconds() {
    let (_folder, path) = in_folder();
    let mut store = Store::open(&path).unwrap();
    for (day, limit_s) in [
        ("2026-09-06T12:00:00.123456Z", 5.0),
        ("2026-09-07T12:00:00.123456Z", 5.0),
        ("2026-09-07T12:00:00.123456Z", 5.0),
    ] {
        let sets: Vec<_> = (1..=28_000).map(|number| set(number, day)).collect();
        let began = Instant::now();
        let outcome = store.import_elements(&file(day), &sets, 0, 0).unwrap();
        let import_s = began.elapsed().as_secs_f64();
        store.checkpoint().unwrap();
        let stored_s = began.elapsed().as_secs_f64();
        let began = Instant::now();
        assert_eq!(all(&store).len(), 28_000);
        println!(
            "import {import_s:.2} s, with checkpoint {stored_s:.2} s, read {:.2} s: {outcome:?}",
            began.elapsed().as_secs_f64()
        );
        assert!(stored_s < limit_s, "{stored_s} s");
    }
    println!("{} bytes", store.status().unwrap().database_bytes);
    assert_eq!(store.status().unwrap().counts.element_sets, 56_000);
}

#[test]
fn an_import_that_fails_leaves_nothing() {
    let (_folder, path) = in_folder();
    let mut store = Store::open(&path).unwrap();
    let before = content(&path);
    let far = changed(&set(6, "2026-09-06T12:00:00Z"), |fields| {
        fields.epoch = DateTime::from_timestamp(300_000_000_000, 0).unwrap()
    });
    let error = store.import_elements(&file("a"), &[set(5, "2026-09-06T12:00:00Z"), far], 0, 0).unwrap_err();
    assert!(error.to_string().contains("year"), "{error}");
    assert_eq!(content(&path), before);
}

#[test]
fn a_measured_day_replaces_a_predicted_one() {
    let mut store = Store::in_memory().unwrap();
    let [mut early, mut late] = [file("early"), file("late")];
    early.fetched_at = time("2026-01-01T00:00:00Z");
    late.fetched_at = time("2026-02-01T00:00:00Z");
    let measured = OrientationRow { predicted: false, ..with_ut1(60_001, 0.1 + 0.2) };
    store.import_earth_orientation(&late, &[day(60_000), with_ut1(60_001, 9.0)]).unwrap();
    assert_eq!(store.import_earth_orientation(&early, &[with_ut1(60_000, 7.0), measured]).unwrap(), 1);
    assert_eq!(store.earth_orientation().unwrap(), [day(60_000), measured]);
    assert_eq!(store.status().unwrap().earth_orientation_mjd, Some((60_000, 60_001)));
}

fn day(mjd: i32) -> OrientationRow {
    with_ut1(mjd, -0.123_456_7)
}

fn with_ut1(mjd: i32, ut1_utc_s: f64) -> OrientationRow {
    let orientation = EarthOrientation { ut1_utc_s, pole_x_rad: 0.1, pole_y_rad: 1.0 / 3.0 };
    OrientationRow { mjd, orientation, predicted: true }
}
