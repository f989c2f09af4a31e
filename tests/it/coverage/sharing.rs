//! What sharing adds, against the definitions of game theory and a count of seconds.

use alliedsky::astro::span::{Span, SpanSet};
use alliedsky::ssa::coverage::coalition::{coalitions, coverage};
use alliedsky::ssa::coverage::looks::{Yardstick, together};
use alliedsky::ssa::coverage::sharing::{Member, Sharing, fresh, shrunk};
use alliedsky::ssa::coverage::view::{AssetView, LookKind};
use alliedsky::ssa::nation::Nation;
use proptest::prelude::*;

const WINDOW_S: f64 = 200.0;
const AREAS: [f64; 3] = [5.0, 1.0, 2.5];
const NATIONS: [Nation; 3] = [Nation::Us, Nation::Jp, Nation::Kr];

/// Whole seconds, so that a count of them is exact.
fn cell() -> impl Strategy<Value = SpanSet> {
    let span = (-60_i32..200, 1_i32..40)
        .prop_map(|(start, length)| Span::new(f64::from(start), f64::from((start + length).min(200))));
    prop::collection::vec(span, 0..5).prop_map(SpanSet::from_spans)
}

fn views() -> impl Strategy<Value = Vec<AssetView>> {
    let view = (0..3_usize, prop::collection::vec(cell(), 3));
    prop::collection::vec(view, 1..6).prop_map(|views| {
        let numbered = views.into_iter().enumerate();
        numbered
            .map(|(asset, (nation, cells))| AssetView { nation: NATIONS[nation], asset, kind: LookKind::Radar, cells })
            .collect()
    })
}

const YARDSTICK: Yardstick = Yardstick { window_s: WINDOW_S, horizon_s: 25.0, least_share: 0.0 };

/// Seconds of the window, times area, in which one of the chosen views was in view within the horizon: counted.
fn counted(views: &[AssetView], chosen: &dyn Fn(&AssetView) -> bool) -> f64 {
    let mut worth = 0.0;
    for (cell, area) in AREAS.iter().enumerate() {
        for second in 0..200 {
            let middle = f64::from(second) + 0.5;
            let seen = views.iter().filter(|view| chosen(view)).any(|view| {
                let looks = view.cells[cell].as_slice().iter();
                looks.clone().any(|look| look.start_s < middle && middle < look.end_s + YARDSTICK.horizon_s)
            });
            worth += if seen { *area } else { 0.0 };
        }
    }
    worth
}

fn factorial(n: usize) -> f64 {
    (1..=n).map(|k| k as f64).product()
}

/// Shapley's value by its definition over all subsets of `n` players (Shapley 1953, eq. 13).
fn by_definition(n: usize, player: usize, worth: &dyn Fn(usize) -> f64) -> f64 {
    (0..1_usize << n)
        .filter(|set| set >> player & 1 == 0)
        .map(|set| {
            let size = set.count_ones() as usize;
            let weight = factorial(size) * factorial(n - size - 1) / factorial(n);
            weight * (worth(set | 1 << player) - worth(set))
        })
        .sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_worth_and_share_is_that_of_the_definition(views in views()) {
        let seen = fresh(&views, &NATIONS, YARDSTICK);
        let members: Vec<Member<'_>> = seen.iter().map(|seen| seen.member()).collect();
        let sharing = Sharing::new(&members, 3, &AREAS, Span::new(0.0, WINDOW_S));
        let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
        let of_nations = |set: usize| counted(&views, &|view| {
            NATIONS.iter().position(|nation| *nation == view.nation).is_some_and(|bit| set >> bit & 1 == 1)
        });
        for set in 1..8 {
            prop_assert!(near(sharing.worth(set), of_nations(set)), "{set}: {} {}", sharing.worth(set), of_nations(set));
        }
        for nation in 0..3 {
            let share = sharing.nation(nation);
            prop_assert!(near(share.alone, of_nations(1 << nation)));
            prop_assert!(near(share.lost, of_nations(7) - of_nations(7 & !(1 << nation))));
            prop_assert!(near(share.shapley, by_definition(3, nation, &of_nations)));
        }
        let of_assets = |set: usize| counted(&views, &|view| set >> view.asset & 1 == 1);
        let everyone = (1 << views.len()) - 1;
        for (asset, share) in sharing.members.iter().enumerate() {
            prop_assert!(near(share.alone, of_assets(1 << asset)));
            prop_assert!(near(share.lost, of_assets(everyone) - of_assets(everyone & !(1 << asset))));
            prop_assert!(near(share.shapley, by_definition(views.len(), asset, &of_assets)));
        }
        let sum: f64 = sharing.members.iter().map(|share| share.shapley).sum();
        prop_assert!(near(sum, sharing.worth(7)));
        let by_count: f64 = sharing.by_count.iter().sum();
        prop_assert!(near(by_count, sharing.whole) && near(sharing.whole, 8.5 * WINDOW_S));
    }

    #[test]
    fn so_many_at_once_as_a_count_of_seconds_says(views in views(), horizon_s in 0_u8..2) {
        let yardstick = Yardstick { horizon_s: 25.0 * f64::from(horizon_s), ..YARDSTICK };
        let seen = fresh(&views, &NATIONS, yardstick);
        let members: Vec<Member<'_>> = seen.iter().map(|seen| seen.member()).collect();
        let sharing = Sharing::new(&members, 3, &AREAS, Span::new(0.0, WINDOW_S));
        for least in 0..=views.len() + 1 {
            let mut worth = 0.0;
            for (cell, area) in AREAS.iter().enumerate() {
                for second in 0..200 {
                    let middle = f64::from(second) + 0.5;
                    let looks = |view: &&AssetView| {
                        let mut looks = view.cells[cell].as_slice().iter();
                        looks.any(|look| look.start_s < middle && middle < look.end_s + yardstick.horizon_s)
                    };
                    worth += if views.iter().filter(looks).count() >= least { *area } else { 0.0 };
                }
            }
            prop_assert!((sharing.at_least(least) - worth).abs() < 1e-6, "{least}: {}", sharing.at_least(least));
        }
    }

    #[test]
    fn a_larger_coalition_never_covers_less(views in views()) {
        let of = |nations: &[Nation]| coverage(nations, &NATIONS, &views, &AREAS, YARDSTICK);
        for small in coalitions(&NATIONS) {
            let less = of(&small);
            for large in coalitions(&NATIONS).iter().filter(|large| small.iter().all(|nation| large.contains(nation))) {
                let more = of(large);
                prop_assert!(more.fresh_percent >= less.fresh_percent - 1e-9);
                prop_assert!(more.time_percent >= less.time_percent - 1e-9);
                prop_assert!(more.area_percent >= less.area_percent - 1e-9);
                prop_assert!(more.cell_time_percent >= less.cell_time_percent - 1e-9);
                prop_assert!(more.means.time_average_gap_s <= less.means.time_average_gap_s + 1e-9);
                prop_assert!(more.figures.response.p90_s <= less.figures.response.p90_s + 1e-9);
                prop_assert!(more.gaps.iter().all(|gap| gap.left_s <= gap.span.seconds() + 1e-9));
            }
        }
    }

    #[test]
    fn shorter_looks_never_make_more_fresh_time(views in views(), error_s in 0.0_f64..10.0) {
        let worth = |views: &[AssetView]| {
            let seen = fresh(views, &NATIONS, YARDSTICK);
            let members: Vec<Member<'_>> = seen.iter().map(|seen| seen.member()).collect();
            Sharing::new(&members, 3, &AREAS, Span::new(0.0, WINDOW_S)).worth(7)
        };
        let shorter = shrunk(&views, Span::new(-60.0, WINDOW_S), |_, _| error_s);
        prop_assert!(worth(&shorter) <= worth(&views) + 1e-9);
    }

    #[test]
    fn nations_look_together_where_a_count_of_seconds_says_so(views in views()) {
        let found = together(&views, &NATIONS, AREAS.len(), WINDOW_S);
        prop_assert_eq!(found.iter().map(|(set, _)| *set).collect::<Vec<_>>(), [3, 5, 6, 7]);
        for (set, spans) in found {
            let mut seconds = 0.0;
            for second in 0..200 {
                let middle = f64::from(second) + 0.5;
                let sees = |bit: usize, cell: usize| {
                    let own = views.iter().filter(|view| view.nation == NATIONS[bit]);
                    own.clone().any(|view| view.cells[cell].contains(middle))
                };
                let at_once = |cell: usize| (0..3).filter(|bit| set >> bit & 1 == 1).all(|bit| sees(bit, cell));
                seconds += if (0..AREAS.len()).any(at_once) { 1.0 } else { 0.0 };
            }
            prop_assert!((spans.seconds() - seconds).abs() < 1e-9, "{set}: {} {seconds}", spans.seconds());
        }
    }
}

/// The airport game: players need runways of length 1, 2 and 3, and share each part in equal parts among those who need it
/// (Littlechild and Owen 1973, *A simple expression for the Shapley value in a special case*).
#[test]
fn nested_sets_share_as_airports_share_a_runway() {
    let runway = |length: f64| vec![SpanSet::from_spans(vec![Span::new(0.0, length)])];
    let cells = [runway(1.0), runway(2.0), runway(3.0)];
    let members: Vec<Member<'_>> = cells.iter().enumerate().map(|(nation, cells)| Member { nation, cells }).collect();
    let sharing = Sharing::new(&members, 3, &[1.0], Span::new(0.0, 10.0));
    let expected = [1.0 / 3.0, 1.0 / 3.0 + 1.0 / 2.0, 1.0 / 3.0 + 1.0 / 2.0 + 1.0];
    for (index, expected) in expected.into_iter().enumerate() {
        assert!((sharing.members[index].shapley - expected).abs() < 1e-12);
        assert!((sharing.nation(index).shapley - expected).abs() < 1e-12);
    }
    assert_eq!(sharing.by_count, [7.0, 1.0, 1.0, 1.0]);
}
