//! Stores for tests, on SQLite and, where there is one, on PostgreSQL: what a test claims it claims
//! of both.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Once, OnceLock};

use yumen_ledger::{Entry, Value};
use yumen_store::{Disk, Identity, Location, NewEntry, Notary, Options, RealDisk, Store};

pub(crate) const ORIGIN: &str = "yumen.example/test";

/// A time in 2026, in milliseconds.
pub(crate) const NOW: i64 = 1_795_000_000_000;

/// The variable that says where a PostgreSQL for tests is; `cargo xtask test` sets it.
const POSTGRES: &str = "YUMEN_TEST_POSTGRES_URL";

/// A place for a store and its keys, removed in the end.
pub(crate) struct Place {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) location: Location,
    _schema: Option<Schema>,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            location: Location::Sqlite(folder.path().join("store.db")),
            folder,
            _schema: None,
        }
    }

    fn postgres(url: &str) -> Self {
        let schema = Schema::new(url);
        let sign = if url.contains('?') { '&' } else { '?' };
        let url = format!(
            "{url}{sign}options=-csearch_path%3D{0}&application_name={0}",
            schema.name
        );
        Self {
            folder: tempfile::tempdir().unwrap(),
            location: Location::Postgres(url),
            _schema: Some(schema),
        }
    }

    /// One place on each kind of database that there is.
    pub(crate) fn each() -> Vec<Self> {
        static SAID: Once = Once::new();
        let mut places = vec![Self::sqlite()];
        match std::env::var(POSTGRES) {
            Ok(url) => places.push(Self::postgres(&url)),
            Err(_) => SAID.call_once(|| {
                let _ = writeln!(
                    std::io::stderr(),
                    "skipped: the PostgreSQL half of the store's tests: {POSTGRES} is not set"
                );
            }),
        }
        places
    }

    pub(crate) fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    pub(crate) fn options(&self) -> Options {
        options(&self.keys(), Arc::new(RealDisk))
    }

    pub(crate) fn open(&self) -> Store {
        Store::open(&self.location, self.options()).unwrap()
    }
}

pub(crate) fn options(keys: &Path, disk: Arc<dyn Disk>) -> Options {
    Options {
        origin: Some(ORIGIN.to_owned()),
        notary: Some(Notary {
            signers: identity().signers(),
            folder: keys.to_owned(),
            disk,
        }),
        is_read_only: false,
    }
}

/// One identity for all tests of a process.
pub(crate) fn identity() -> &'static Identity {
    static IDENTITY: OnceLock<Identity> = OnceLock::new();
    IDENTITY.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        Identity::generate(&RealDisk, &folder.path().join("key"), ORIGIN, None).unwrap()
    })
}

/// A schema of its own in the database for tests.
struct Schema {
    url: String,
    name: String,
}

impl Schema {
    fn new(url: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("yumen_{}_{number}", std::process::id());
        let schema = Self {
            url: url.to_owned(),
            name,
        };
        run_sql(&schema.url, &format!("CREATE SCHEMA {}", schema.name));
        schema
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        run_sql(&self.url, &format!("DROP SCHEMA {} CASCADE", self.name));
    }
}

/// Runs a statement on a database of either kind, past the store.
pub(crate) fn run_sql(url: &str, sql: &str) {
    use sqlx::Connection as _;
    sqlx::any::install_default_drivers();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut connection = sqlx::AnyConnection::connect(url).await.unwrap();
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
}

pub(crate) fn url_of(location: &Location) -> String {
    match location {
        Location::Sqlite(path) => format!("sqlite://{}", path.display()),
        Location::Postgres(url) => url.clone(),
    }
}

pub(crate) fn entry(number: i64) -> Entry {
    Entry {
        at: NOW + number,
        by: "李工".to_owned(),
        kind: "test.counted".to_owned(),
        body: BTreeMap::from([("number".to_owned(), Value::Number(number))]),
    }
}

/// An entry with its key, as [`keys_of`] finds it again.
pub(crate) fn new_entry(number: i64) -> NewEntry {
    let entry = entry(number);
    let keys = keys_of(&entry);
    NewEntry {
        entry,
        keys,
        blobs: Vec::new(),
    }
}

pub(crate) fn new_entries(numbers: std::ops::Range<i64>) -> Vec<NewEntry> {
    numbers.map(new_entry).collect()
}

pub(crate) fn keys_of(entry: &Entry) -> Vec<(String, String)> {
    let number = number_of(entry);
    vec![("remainder".to_owned(), format!("r{}", number % 7))]
}

pub(crate) fn number_of(entry: &Entry) -> i64 {
    entry.body.get("number").and_then(Value::as_number).unwrap()
}
