//! Who is screened, what is left out, what an alert holds on.

use super::{Place, of_2018};

#[test]
fn formations_are_left_out_when_asked_and_counted() {
    let place = Place::new();
    let rows = |options: &str| place.ok(&format!("screen --hours 6 --primaries TANDEM-X --format csv {options}"));
    let kinds =
        |options: &str| -> Vec<String> { rows(options).rows().into_iter().map(|row| row["kind"].clone()).collect() };
    assert_eq!(kinds(""), ["companion"]);
    assert_eq!(kinds("--drop formation"), [""; 0]);
    // Half a kilometre apart all the while: their element sets do not tell them from a docked pair.
    assert_eq!(kinds("--drop docked"), [""; 0]);
    assert_eq!(kinds("--drop constellation"), ["companion"]);
    let notes = rows("--drop formation").err;
    assert!(notes.contains("Left out: 1 formation (slow, and below"), "{notes}");
    let notes = rows("--drop docked,formation").err;
    assert!(notes.contains("Left out: 1 docked (") && notes.contains(", 0 formation ("), "{notes}");
    place.run("screen --drop fleet").fails(2, "none of constellation, docked, formation");
}

#[test]
fn primaries_are_named_by_owner_nation_beginning_or_group() {
    let place = Place::new();
    let rows = |primaries: &str| {
        let words = ["screen", "--hours", "12", "--threshold-km", "200", "--format", "csv", "--primaries", primaries];
        place.run_words(&words)
    };
    let numbers = |primaries: &str| -> Vec<String> {
        let answer = rows(primaries);
        assert_eq!(answer.code, 0, "{}", answer.err);
        answer
            .rows()
            .iter()
            .map(|row| format!("{} {} {}", row["primary_id"], row["secondary_id"], row["tca"]))
            .collect()
    };
    let by_hand = numbers("29268,38338,39227,40536");
    assert!(!by_hand.is_empty());
    for words in ["name:KOMPSAT*", "name:kompsat", "KOMPSAT*", "29268,name:KOMPSAT-3*,39227"] {
        assert_eq!(numbers(words), by_hand, "{words}");
    }
    assert_eq!(numbers("nation:kr"), numbers("owner:KR"));
    assert_eq!(numbers("nation:kr"), numbers("kr"));
    assert!(numbers("nation:kr").len() >= by_hand.len());
    assert_eq!(numbers("group:allied"), numbers("allied"));
    assert_eq!(numbers("group:payloads"), numbers("payloads"));
    rows("name:NOBODY*").fails(1, "no object here is meant by \"name:NOBODY*\"");
    rows("group:stations")
        .fails(1, "group:stations: what a group of CelesTrak holds is known where a sync has asked for it");
    rows("group:stations").fails(1, "of none here; name:STATIONS* means all whose names begin so");
    rows("owner:XYZ").fails(1, "no object here is meant by");
    rows("KOMPSAT-99").fails(1, "unknown satellite");
}

#[test]
fn the_scope_of_socrates_is_payloads_below_5_km_for_a_week() {
    let place = of_2018();
    let line = "screen --db sky.db --now 2018-01-21 --format csv";
    let preset = place.ok(&format!("{line} --preset socrates"));
    let spelt = place.ok(&format!("{line} --primaries payloads --hours 7d --threshold-km 5 --drop constellation"));
    assert_eq!((preset.out, preset.err), (spelt.out, spelt.err));
    let shorter = place.ok(&format!("{line} --preset socrates --hours 1 --threshold-km 1"));
    assert!(shorter.rows().iter().all(|row| row["miss_km"].parse::<f64>().unwrap() < 1.0));
}

#[test]
fn an_alert_that_holds_is_exit_code_3() {
    let place = Place::new();
    // TanDEM-X and TerraSAR-X fly together: nobody can say how probable it is that they collide.
    let line = "screen --hours 6 --primaries TANDEM-X --format csv -q";
    let code = |options: &str| place.run(&format!("{line} {options}")).code;
    assert_eq!([code(""), code("--alert watch"), code("--alert diluted"), code("--alert act")], [0, 3, 3, 0]);
    assert_eq!(code("--alert watch --drop formation"), 0);
    let full = place.ok(line).out;
    assert_eq!(place.run(&format!("{line} --alert watch")).out, full, "the answer is the same");
    place.ok("run --bundled --hours 6 --db sky.db -q");
    let code = |options: &str| place.run(&format!("conjunctions --db sky.db --sat TANDEM-X {options}")).code;
    assert_eq!([code(""), code("--alert watch"), code("--alert act")], [0, 3, 0]);
    assert_eq!([code("--alert watch --drop formation"), code("--alert watch --verdict act")], [0, 0]);
    place.run("screen --alert soon").fails(2, "invalid value 'soon'");
}

#[test]
fn conjunctions_are_chosen_and_sorted_by_probability() {
    let place = of_2018();
    place.ok("run --db sky.db --hours 24 --threshold-km 20 --now 2018-01-21 -q");
    let rows = |options: &str| place.ok(&format!("conjunctions --db sky.db --format csv {options}")).rows();
    let all = rows("");
    let pc = |row: &std::collections::BTreeMap<String, String>| row["pc"].parse::<f64>().ok();
    let mut known: Vec<f64> = all.iter().filter_map(pc).collect();
    assert!(known.len() > 100 && known.len() < all.len(), "{} of {}", known.len(), all.len());
    known.sort_by(|a, b| b.total_cmp(a));
    let sorted = rows("--sort pc");
    assert_eq!(sorted.iter().filter_map(pc).collect::<Vec<_>>(), known);
    assert!(sorted[known.len()..].iter().all(|row| row["pc"].is_empty()));
    // Between two that are printed apart, for the figures in the database have more digits.
    let apart = known.windows(2).skip(known.len() / 4).find(|pair| pair[0] > 1.01 * pair[1]).unwrap();
    let least = (apart[0] * apart[1]).sqrt();
    let chosen = place.ok(&format!("conjunctions --db sky.db --format csv --min-pc {least}"));
    assert_eq!(chosen.rows().len(), known.iter().filter(|pc| **pc >= least).count());
    let without = format!("{} more have no probability", all.len() - known.len());
    assert!(chosen.err.contains(&without), "{}", chosen.err);
    let mut parts = 0;
    for (word, verdict) in
        [("act", "act"), ("watch", "watch"), ("diluted", "diluted: better data needed"), ("negligible", "negligible")]
    {
        let of = rows(&format!("--verdict {word}"));
        assert!(of.iter().all(|row| row["verdict"] == verdict), "{word}");
        parts += of.len();
    }
    assert_eq!(parts, all.len());
    assert_eq!(rows("--verdict act,watch,diluted,negligible").len(), all.len());
    place.run("conjunctions --min-pc 2").fails(2, "expected 0 to 1");
}

#[test]
fn every_list_says_how_much_of_what_is_on_orbit_it_is_of() {
    let place = Place::new();
    place.ok("run --bundled --hours 2 --db sky.db -q");
    for line in ["screen --hours 1", "screen --hours 1 --db sky.db", "conjunctions --db sky.db"] {
        let text = place.ok(line).out;
        assert!(text.contains("Screened 79 objects (0 analyst objects"), "{line}: {text}");
    }
    let facts = "OBJECT_NAME,OBJECT_ID,NORAD_CAT_ID,OBJECT_TYPE,OPS_STATUS_CODE,OWNER,LAUNCH_DATE,LAUNCH_SITE,DECAY_DATE,\
         PERIOD,INCLINATION,APOGEE,PERIGEE,RCS,DATA_STATUS_CODE,ORBIT_CENTER,ORBIT_TYPE\n\
         KOMPSAT-2,2006-031A,29268,PAY,+,SKOR,2006-07-28,PKMTR,,98.5,98.1,700,680,5.0,,EA,ORB\n\
         GONE,2006-031B,29269,R/B,,CIS,2006-07-28,PKMTR,2010-01-01,98.5,98.1,700,680,5.0,,EA,ORB\n\
         PIECE,2006-031C,29270,DEB,,CIS,2006-07-28,PKMTR,,98.5,98.1,700,680,5.0,,EA,ORB\n";
    place.write("satcat.csv", facts);
    place.ok("import --db sky.db satcat.csv");
    let text = place.ok("screen --hours 1 --db sky.db").out.replace('\n', " ");
    assert!(text.contains("Screened 1 of the 2 on orbit by the satellite catalogue, and 78 that it"), "{text}");
    assert!(text.contains("not screened: 1 debris."), "{text}");
}
