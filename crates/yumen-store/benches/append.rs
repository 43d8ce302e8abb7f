//! How many entries a second are recorded, durably and signed: `cargo bench -p yumen-store`.
//!
//! SQLite in the folder of the target directory, with `synchronous = FULL`; PostgreSQL if
//! `YUMEN_TEST_POSTGRES_URL` is set (its tables are left behind). Prints, and judges nothing.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement stops at the first error and prints what it found"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use yumen_ledger::{Entry, Value};
use yumen_store::{Identity, Location, NewEntry, Notary, Options, RealDisk, Store};

const ORIGIN: &str = "yumen.example/bench";

fn main() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let sqlite = Location::Sqlite(folder.path().join("store.db"));
    measure("SQLite", &sqlite, &folder.path().join("keys"));
    if let Ok(url) = std::env::var("YUMEN_TEST_POSTGRES_URL") {
        let postgres = Location::parse(&url).unwrap();
        measure("PostgreSQL", &postgres, &folder.path().join("other-keys"));
    }
}

fn measure(name: &str, location: &Location, keys: &Path) {
    let identity = Identity::generate(&RealDisk, &keys.join("key"), ORIGIN, None).unwrap();
    let options = Options {
        origin: Some(ORIGIN.to_owned()),
        notary: Some(Notary {
            signers: identity.signers(),
            folder: keys.to_owned(),
            disk: Arc::new(RealDisk),
        }),
        is_read_only: false,
    };
    let store = Store::open(location, options).unwrap();
    for (threads, together, turns) in [(1, 1, 200), (16, 1, 400), (64, 10, 100), (1, 1000, 20)] {
        let begun = Instant::now();
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    for _ in 0..turns {
                        let entries: Vec<NewEntry> = (0..together).map(|_| entry()).collect();
                        store.append(&entries, None).unwrap();
                    }
                });
            }
        });
        let took = begun.elapsed().as_secs_f64();
        let count = f64::from(threads * together * turns);
        println!(
            "{name}: {threads} threads, {together} entries an append: {:.0} entries/s",
            count / took
        );
    }
}

/// An entry of some 300 bytes, as an applied edit has them.
fn entry() -> NewEntry {
    let entry = Entry {
        at: 1_795_000_000_000,
        by: "operator@example.com".to_owned(),
        kind: "change.applied".to_owned(),
        body: BTreeMap::from([
            ("change".to_owned(), Value::Number(7)),
            ("text".to_owned(), Value::Text("x".repeat(200))),
        ]),
    };
    NewEntry::new(entry)
        .with_key("change", "7")
        .with_key("group", "sg-bp1gxw6bznjjvhu3")
}
