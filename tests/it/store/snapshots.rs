//! Which sets count while a snapshot is active.

use super::*;

fn theatre() -> Snapshot {
    Snapshot { name: "theatre_20260906".into(), clock: time("2026-09-07T00:00:00Z") }
}

fn bundled(name: &str) -> SourceRecord {
    source(SourceKind::Bundled, name, name)
}

#[test]
fn a_snapshot_shows_its_own_sets_until_others_come() {
    let mut store = Store::in_memory().unwrap();
    let shared = set(1, "2026-09-06T12:00:00Z");
    let only_bundled = set(2, "2026-09-06T12:00:00Z");
    assert!(matches!(store.set_snapshot(Some(&theatre())).unwrap_err(), StoreError::UnknownSnapshot { .. }));
    assert_eq!(store.snapshot().unwrap(), None, "a refused snapshot leaves no setting");

    store.import_elements(&bundled("theatre_20260906"), &[shared.clone(), only_bundled.clone()], 0, 0).unwrap();
    assert_eq!(all(&store), [], "bundled sets alone are not the user's");
    store.set_snapshot(Some(&theatre())).unwrap();
    assert_eq!(store.snapshot().unwrap(), Some(theatre()));
    assert_eq!(all(&store), [shared.clone(), only_bundled.clone()]);
    assert!(!store.has_foreign_sets().unwrap());

    // The user's file holds one of the snapshot's sets and a newer one.
    let newer = set(1, "2026-09-08T12:00:00Z");
    let outcome = store.import_elements(&file("own"), from_ref(&shared), 0, 0).unwrap();
    assert_eq!((outcome.new_sets, outcome.known_sets), (0, 1));
    assert_eq!(store.snapshot().unwrap(), None, "other sets end the snapshot");
    assert!(store.has_foreign_sets().unwrap());
    assert_eq!(all(&store), from_ref(&shared), "the shared set is the user's now, the other is not");
    store.import_elements(&file("newer"), from_ref(&newer), 0, 0).unwrap();
    assert_eq!(all(&store), from_ref(&newer));

    // Back to the snapshot, newer sets notwithstanding, and again to the user's by the very same file.
    store.import_elements(&bundled("theatre_20260906"), &[shared.clone(), only_bundled.clone()], 0, 0).unwrap();
    assert_eq!(all(&store), from_ref(&newer), "importing a snapshot does not make it the active one");
    store.set_snapshot(Some(&theatre())).unwrap();
    let entries = store.current_elements(&CatalogueFilter::default()).unwrap();
    assert_eq!(entries.iter().map(|entry| entry.elements.clone()).collect::<Vec<_>>(), [shared, only_bundled]);
    assert!(entries.iter().all(|entry| entry.source.locator == "theatre_20260906"));
    assert_eq!(store.status().unwrap().newest_epoch, Some(time("2026-09-06T12:00:00Z")));
    assert!(store.import_elements(&file("newer"), from_ref(&newer), 0, 0).unwrap().already_imported);
    assert_eq!(all(&store), [newer]);
}

#[test]
fn a_set_that_the_user_had_first_is_in_the_snapshot_too() {
    let mut store = Store::in_memory().unwrap();
    let shared = set(1, "2026-09-06T12:00:00Z");
    store.import_elements(&file("own"), from_ref(&shared), 0, 0).unwrap();
    store.import_elements(&bundled("theatre_20260906"), from_ref(&shared), 0, 0).unwrap();
    store.set_snapshot(Some(&theatre())).unwrap();
    assert_eq!(all(&store), from_ref(&shared));
    store.set_snapshot(None).unwrap();
    assert_eq!(all(&store), [shared]);
    assert_eq!(store.history(id(1)).unwrap()[0].1.locator, "/tmp/own.csv");
}

#[test]
fn two_snapshots_do_not_mix_and_facts_end_none() {
    let mut store = Store::in_memory().unwrap();
    store.import_elements(&bundled("theatre_20260906"), &[set(1, "2026-09-06T12:00:00Z")], 0, 0).unwrap();
    store
        .import_elements(
            &bundled("catalogue_20180120"),
            &[set(1, "2018-01-20T12:00:00Z"), set(2, "2018-01-20T12:00:00Z")],
            0,
            0,
        )
        .unwrap();
    let catalogue = Snapshot { name: "catalogue_20180120".into(), clock: time("2018-01-21T00:00:00Z") };
    store.set_snapshot(Some(&catalogue)).unwrap();
    assert_eq!(all(&store), [set(1, "2018-01-20T12:00:00Z"), set(2, "2018-01-20T12:00:00Z")]);
    store.set_snapshot(Some(&theatre())).unwrap();
    assert_eq!(all(&store), [set(1, "2026-09-06T12:00:00Z")]);
    store.import_satcat(&file("satcat"), &[], 0, 0).unwrap();
    store.import_elements(&file("nothing"), &[], 5, 0).unwrap();
    assert_eq!(store.snapshot().unwrap(), Some(theatre()), "a source without element sets replaces none");
}
