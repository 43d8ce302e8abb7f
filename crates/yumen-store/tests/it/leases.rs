//! Of two daemons one works; whoever lost its lease does no harm.

use yumen_store::{Holder, StoreError};

use crate::fixture::{NOW, Place, new_entries};

fn elsewhere(process: u32) -> Holder {
    Holder {
        host: format!("host-{process}"),
        process,
        started: 5,
    }
}

#[test]
fn a_second_daemon_waits_until_the_first_one_ends_or_sleeps() {
    for place in Place::each() {
        let (one, other) = (place.open(), place.open());
        let mut lease = one.lease("watch", &elsewhere(1), 1000, NOW).unwrap();
        let held = other
            .lease("watch", &elsewhere(2), 1000, NOW + 900)
            .unwrap_err();
        assert!(matches!(held, StoreError::Held { until, .. } if until == NOW + 1000));
        one.renew(&mut lease, 1000, NOW + 800).unwrap();
        assert!(
            other
                .lease("watch", &elsewhere(2), 1000, NOW + 1100)
                .is_err()
        );
        one.append_holding(&lease, &new_entries(0..1), None)
            .unwrap();
        // It sleeps past its end; the other takes over and the first one is told at every turn.
        let next = other
            .lease("watch", &elsewhere(2), 1000, NOW + 1900)
            .unwrap();
        assert!(next.token() > lease.token());
        let lost = |error| matches!(error, StoreError::LeaseLost { .. });
        assert!(lost(
            one.append_holding(&lease, &new_entries(1..2), None)
                .unwrap_err()
        ));
        assert!(lost(one.renew(&mut lease, 1000, NOW + 2000).unwrap_err()));
        other
            .append_holding(&next, &new_entries(1..2), Some(1))
            .unwrap();
        assert_eq!(one.size().unwrap(), 2);
        other.release(next).unwrap();
        one.lease("watch", &elsewhere(1), 1000, NOW + 2001).unwrap();
        one.lease("another", &elsewhere(2), 1000, NOW).unwrap();
    }
}

#[test]
fn a_daemon_of_this_machine_that_died_is_not_waited_for() {
    for place in Place::each() {
        let store = place.open();
        let own = Holder::own("here");
        assert!(own.started > 0);
        // The number is in use, but the process that had it was started earlier.
        let dead = Holder {
            started: own.started - 1,
            ..own.clone()
        };
        store.lease("watch", &dead, 100_000, NOW).unwrap();
        store.lease("watch", &own, 100_000, NOW).unwrap();
        // One that runs is waited for.
        let sibling = Holder {
            process: 1,
            ..Holder::own("here")
        };
        assert!(store.lease("watch", &sibling, 1000, NOW).is_err());
    }
}
