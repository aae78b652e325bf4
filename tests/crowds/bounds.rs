//! Where the bounds lie: what is just within what days bring, and what is just beyond.

use super::{World, evenings, strangers};
use rusty_events::believe::absence::crowd::{Drift, Kind, Voice, crowds};
use rusty_events::facts::source::SourceId;

/// So many sources with such a change each.
fn voices(parts: &[(usize, Drift)]) -> Vec<Voice> {
    let mut voices = Vec::new();
    for (count, drift) in parts {
        for _ in 0..*count {
            voices.push(Voice {
                source: SourceId(format!("source{}", voices.len())),
                platform: "ics",
                host: String::new(),
                drift: [*drift; 5],
            });
        }
    }
    voices
}

/// The kinds of change for which such sources are held.
fn held(parts: &[(usize, Drift)]) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = crowds(&voices(parts))
        .iter()
        .map(|crowd| crowd.kind)
        .collect();
    kinds.dedup();
    kinds
}

/// A source with five events to come.
const FIVE: Drift = Drift {
    standing: 5,
    gone: 0,
    moved: 0,
    renamed: 0,
    added: 0,
};

#[test]
fn a_quarter_of_the_events_to_come_is_too_much_and_less_is_not() {
    let of_kind: [(Kind, fn(usize) -> Drift); 3] = [
        (Kind::Gone, |gone| Drift { gone, ..FIVE }),
        (Kind::Moved, |moved| Drift { moved, ..FIVE }),
        (Kind::Renamed, |renamed| Drift { renamed, ..FIVE }),
    ];
    for (kind, drift) in of_kind {
        // Of the 495 that stand elsewhere than in one source 126 (25.5 %), then 120 (24.2 %).
        assert_eq!(held(&[(43, drift(3)), (57, FIVE)]), [kind]);
        assert_eq!(held(&[(41, drift(3)), (59, FIVE)]), []);
        // A quarter of the sources, and less, whatever they hold.
        let large = Drift {
            standing: 20,
            ..drift(20)
        };
        assert_eq!(held(&[(5, large), (15, FIVE)]), [kind]);
        assert_eq!(held(&[(4, large), (16, FIVE)]), []);
        // Two groups do so by chance.
        assert_eq!(held(&[(3, drift(5))]), [kind]);
        assert_eq!(held(&[(2, drift(5))]), []);
        // One large source that does nearly all of it is judged by itself.
        let largest = Drift {
            standing: 90,
            ..drift(90)
        };
        assert_eq!(held(&[(1, largest), (4, drift(1)), (6, FIVE)]), []);
    }
}

#[test]
fn changes_of_several_kinds_count_together_from_two_fifths_on() {
    let [gone, moved, renamed] = [
        Drift { gone: 5, ..FIVE },
        Drift { moved: 5, ..FIVE },
        Drift { renamed: 5, ..FIVE },
    ];
    let mixed = |each: usize, last: usize| {
        held(&[
            (each, gone),
            (each, moved),
            (last, renamed),
            (20 - 2 * each - last, FIVE),
        ])
    };
    // 45 of 100, and 40 of the 95 that stand elsewhere than in one source; then 40, and 35 of 95.
    assert_eq!(mixed(3, 3), [Kind::Mixed]);
    assert_eq!(mixed(3, 2), []);
}

#[test]
fn as_many_new_events_as_there_were_are_too_much_from_twenty_on() {
    let added = |added: usize| Drift { added, ..FIVE };
    assert_eq!(held(&[(10, added(11)), (10, FIVE)]), [Kind::Added]);
    assert_eq!(held(&[(10, added(9)), (10, FIVE)]), []);
    let small = |added: usize| Drift {
        standing: 2,
        added,
        ..FIVE
    };
    assert_eq!(held(&[(3, small(7))]), [Kind::Added]);
    assert_eq!(held(&[(3, small(6))]), []);
}

#[test]
fn one_source_may_bring_some_of_another_kind_and_grow_tenfold_and_no_more() {
    for (stood, lists, is_held) in [
        (2, [evenings(1, 2), strangers(6, "Guest")].concat(), false),
        (2, [evenings(1, 2), strangers(7, "Guest")].concat(), true),
        (2, evenings(1, 59), false),
        (2, evenings(1, 60), true),
        (7, evenings(1, 69), false),
        (7, evenings(1, 70), true),
    ] {
        let world = World::of(3, stood);
        world.lists(1, &lists);
        let ran = world.refresh(6);
        assert_eq!(
            ran.err.contains("held: group1"),
            is_held,
            "{stood} stood, {} are listed: {}",
            lists.len(),
            ran.err
        );
    }
}

#[test]
fn a_source_with_nothing_to_come_may_name_two_events_of_another_kind_alone() {
    for (count, is_held) in [(2, false), (3, true)] {
        let world = World::of(3, 1);
        let mut lists = strangers(count, "Guest");
        for (number, entry) in lists.iter_mut().enumerate() {
            entry.day = 29 + number;
        }
        world.lists(1, &lists);
        // Its own evening is three weeks ago.
        let ran = world.refresh(24 * 26);
        assert_eq!(
            ran.err.contains("held: group1"),
            is_held,
            "{count}: {}",
            ran.err
        );
    }
}
