//! Connections that the server cuts: what was asked is done once, and the caller does not notice.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use yumen_store::Location;

use crate::fixture::{Place, keys_of, new_entries, number_of, run_sql, url_of};

#[test]
fn an_append_whose_connection_is_cut_is_recorded_once() {
    for place in Place::each() {
        if matches!(place.location, Location::Sqlite(_)) {
            continue;
        }
        let store = place.open();
        let url = url_of(&place.location);
        // The fixture names its connections after their schema.
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE pid <> pg_backend_pid() AND application_name = current_schema()";
        let count = 150_i64;
        let done = AtomicU64::new(0);
        thread::scope(|scope| {
            let writer = scope.spawn(|| {
                for number in 0..count {
                    store
                        .append(&new_entries(number..number + 1), None)
                        .unwrap();
                }
            });
            // Not again before it went on: no append is cut more often than it is tried.
            let mut seen = u64::MAX;
            while !writer.is_finished() {
                let now = done.load(Ordering::Relaxed);
                if now != seen {
                    run_sql(&url, cut);
                    seen = now;
                }
                thread::sleep(Duration::from_millis(1));
            }
        });
        let found: Vec<i64> = store
            .entries(0, u64::MAX)
            .map(|found| number_of(&found.unwrap().1))
            .collect();
        assert_eq!(found, (0..count).collect::<Vec<i64>>());
        assert_eq!(store.check(keys_of).unwrap().differences, []);
    }
}
