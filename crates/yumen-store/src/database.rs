//! Connections to either kind of database, as plain blocking calls.
//!
//! The asynchronous library stays in this file: a [`Session`] waits for each statement. A session
//! that is dropped inside a transaction rolls it back.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sqlx::any::{AnyArguments, AnyConnectOptions, AnyRow};
use sqlx::{AnyConnection, Arguments as _, AssertSqlSafe, Connection as _, Row as _};
use tokio::runtime::Runtime;

use crate::error::StoreError;
use crate::location::Location;
use crate::schema::MIGRATIONS;

/// Connections that are kept although nobody uses them.
const MOST_IDLE: usize = 4;

/// How often and how long after each other a lost connection is tried again.
const RETRIES: &[Duration] = &[
    Duration::from_millis(20),
    Duration::from_millis(100),
    Duration::from_millis(500),
    Duration::from_millis(1500),
];

/// Rows that one statement inserts at most.
const MOST_ROWS: usize = 64;

/// A value of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Datum {
    Number(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl From<i64> for Datum {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Datum {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&[u8]> for Datum {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl From<Vec<u8>> for Datum {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

/// A row of an answer; a column that does not hold what it should is damage.
pub(crate) struct Row(AnyRow);

impl Row {
    pub(crate) fn number(&self, column: usize) -> Result<i64, StoreError> {
        Ok(self.0.try_get(column)?)
    }

    /// A number that counts something.
    pub(crate) fn count(&self, column: usize) -> Result<u64, StoreError> {
        let number = self.number(column)?;
        u64::try_from(number)
            .map_err(|_| StoreError::corrupted(format!("{number} where a count belongs")))
    }

    pub(crate) fn text(&self, column: usize) -> Result<String, StoreError> {
        Ok(self.0.try_get(column)?)
    }

    pub(crate) fn bytes(&self, column: usize) -> Result<Vec<u8>, StoreError> {
        Ok(self.0.try_get(column)?)
    }
}

/// A database, and connections to it.
pub(crate) struct Database {
    // Before the runtime: connections end while it still runs.
    idle: Mutex<Vec<AnyConnection>>,
    runtime: Runtime,
    options: AnyConnectOptions,
    location: Location,
    is_read_only: bool,
}

impl Database {
    /// A database that nobody has connected to yet.
    pub(crate) fn new(location: &Location, is_read_only: bool) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let options = location.url(is_read_only)?;
        let options = options.parse().map_err(|_| StoreError::Location {
            text: location.to_string(),
        })?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("yumen-store")
            .enable_all()
            .build()
            .map_err(|error| StoreError::Gone {
                error: error.to_string(),
            })?;
        Ok(Self {
            idle: Mutex::default(),
            runtime,
            options,
            location: location.clone(),
            is_read_only,
        })
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.location, Location::Sqlite(_))
    }

    pub(crate) fn location(&self) -> &Location {
        &self.location
    }

    /// A connection: one that is idle, or a new one.
    pub(crate) fn session(&self) -> Result<Session<'_>, StoreError> {
        let idle = self.lock_idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.connect()?,
        };
        Ok(Session {
            database: self,
            connection: Some(connection),
            is_open: false,
        })
    }

    /// Does something that may be done twice, with a new connection if the old one was lost.
    pub(crate) fn retrying<T>(
        &self,
        mut work: impl FnMut(&mut Session<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut waits = RETRIES.iter();
        loop {
            let result = self.session().and_then(|mut session| work(&mut session));
            match result {
                Err(error) if error.is_gone() => {
                    self.forget_idle();
                    let Some(wait) = waits.next() else {
                        return Err(error);
                    };
                    std::thread::sleep(*wait);
                }
                other => return other,
            }
        }
    }

    /// Closes connections that are likely as dead as the one that was just lost.
    fn forget_idle(&self) {
        let _guard = self.runtime.enter();
        self.lock_idle().clear();
    }

    fn connect(&self) -> Result<AnyConnection, StoreError> {
        let mut connection = self
            .runtime
            .block_on(AnyConnection::connect_with(&self.options))
            .map_err(|error| self.of_connecting(error))?;
        let settings: &[&str] = match (&self.location, self.is_read_only) {
            (Location::Sqlite(_), true) => &["PRAGMA query_only = ON"],
            (Location::Sqlite(_), false) => &[
                "PRAGMA journal_mode = WAL",
                "PRAGMA synchronous = FULL",
                "PRAGMA foreign_keys = ON",
            ],
            (Location::Postgres(_), true) => &["SET default_transaction_read_only = on"],
            (Location::Postgres(_), false) => &["SET lock_timeout = '10s'"],
        };
        for setting in settings {
            self.runtime
                .block_on(sqlx::raw_sql(*setting).execute(&mut connection))
                .map_err(|error| self.of_connecting(error))?;
        }
        Ok(connection)
    }

    /// What an error means while connecting: a file that is no database is no damage then.
    fn of_connecting(&self, error: sqlx::Error) -> StoreError {
        match StoreError::from(error) {
            StoreError::Corrupted { what } if what.contains("not a database") => {
                StoreError::NotYumen {
                    location: self.location.to_string(),
                }
            }
            other => other,
        }
    }

    fn lock_idle(&self) -> std::sync::MutexGuard<'_, Vec<AnyConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let idle = std::mem::take(&mut *self.lock_idle());
        for connection in idle {
            // The last connection to SQLite to close cleans up its write-ahead log.
            let _ = self.runtime.block_on(connection.close());
        }
    }
}

/// A connection in use.
pub(crate) struct Session<'a> {
    database: &'a Database,
    connection: Option<AnyConnection>,
    is_open: bool,
}

impl Session<'_> {
    pub(crate) fn database(&self) -> &Database {
        self.database
    }

    /// Runs a statement; gives the number of rows it changed.
    pub(crate) fn run(&mut self, sql: &str, values: Vec<Datum>) -> Result<u64, StoreError> {
        let arguments = arguments(values)?;
        let query = sqlx::query_with(AssertSqlSafe(self.spelled(sql)), arguments);
        let connection = self.connection.as_mut().ok_or_else(lost)?;
        let result = self.database.runtime.block_on(query.execute(connection));
        match result {
            Ok(done) => Ok(done.rows_affected()),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Runs a query; gives all its rows.
    pub(crate) fn rows(&mut self, sql: &str, values: Vec<Datum>) -> Result<Vec<Row>, StoreError> {
        let arguments = arguments(values)?;
        let query = sqlx::query_with(AssertSqlSafe(self.spelled(sql)), arguments);
        let connection = self.connection.as_mut().ok_or_else(lost)?;
        let result = self.database.runtime.block_on(query.fetch_all(connection));
        match result {
            Ok(rows) => Ok(rows.into_iter().map(Row).collect()),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// The first row of a query, if it has one.
    pub(crate) fn row(&mut self, sql: &str, values: Vec<Datum>) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, values)?.into_iter().next())
    }

    /// Inserts rows, many by one statement; `ending` is what stands behind the values.
    pub(crate) fn insert(
        &mut self,
        into: &str,
        columns: usize,
        rows: Vec<Vec<Datum>>,
        ending: &str,
    ) -> Result<(), StoreError> {
        let mut rows = rows.into_iter();
        while rows.len() > 0 {
            // Powers of two, so that there are few different statements to prepare.
            let count = MOST_ROWS.min(1 << rows.len().ilog2());
            let sql = format!(
                "INSERT INTO {into} VALUES {} {ending}",
                places(columns, count)
            );
            let values = rows.by_ref().take(count).flatten().collect();
            self.run(&sql, values)?;
        }
        Ok(())
    }

    /// Which of these values a column has.
    pub(crate) fn present(
        &mut self,
        table: &str,
        column: &str,
        values: &[Vec<u8>],
    ) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut present = Vec::new();
        let mut rest = values;
        while !rest.is_empty() {
            let count = MOST_ROWS.min(1 << rest.len().ilog2());
            let (now, later) = rest.split_at(count);
            let sql = format!(
                "SELECT {column} FROM {table} WHERE {column} IN {}",
                places(count, 1)
            );
            let values = now.iter().map(|value| Datum::Bytes(value.clone()));
            for row in self.rows(&sql, values.collect())? {
                present.push(row.bytes(0)?);
            }
            rest = later;
        }
        Ok(present)
    }

    /// Begins a transaction that writes. There is one at a time: in PostgreSQL too, whose writers
    /// all begin by locking the row of `log`.
    pub(crate) fn begin_write(&mut self) -> Result<(), StoreError> {
        if self.database.is_read_only {
            return Err(StoreError::ReadOnly);
        }
        if self.database.is_sqlite() {
            self.begin("BEGIN IMMEDIATE")
        } else {
            self.begin("BEGIN")?;
            self.rows("SELECT id FROM log WHERE id = 1 FOR UPDATE", vec![])?;
            Ok(())
        }
    }

    /// Begins a transaction that sees one state of everything.
    pub(crate) fn begin_read(&mut self) -> Result<(), StoreError> {
        if self.database.is_sqlite() {
            self.begin("BEGIN DEFERRED")
        } else {
            self.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        }
    }

    fn begin(&mut self, sql: &'static str) -> Result<(), StoreError> {
        self.plain(sql)?;
        self.is_open = true;
        Ok(())
    }

    /// Makes everything since the beginning of the transaction last.
    pub(crate) fn commit(&mut self) -> Result<(), StoreError> {
        let result = self.plain("COMMIT");
        // A COMMIT that was refused, as by a full disk, leaves the transaction open.
        self.is_open = result.is_err();
        result
    }

    /// Undoes everything since the beginning of the transaction.
    pub(crate) fn rollback(&mut self) -> Result<(), StoreError> {
        self.is_open = false;
        self.plain("ROLLBACK")
    }

    /// A statement without values, by the simple protocol.
    fn plain(&mut self, sql: &'static str) -> Result<(), StoreError> {
        let connection = self.connection.as_mut().ok_or_else(lost)?;
        let work = sqlx::raw_sql(sql).execute(connection);
        match self.database.runtime.block_on(work) {
            Ok(_) => Ok(()),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Brings the schema to today's version, or finds out that it cannot be.
    pub(crate) fn migrate(&mut self) -> Result<(), StoreError> {
        let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
        let found = self.schema_version()?;
        if found > known {
            return Err(StoreError::Newer { found, known });
        }
        if found == known {
            return Ok(());
        }
        if self.database.is_read_only {
            return Err(StoreError::ReadOnly);
        }
        if self.database.is_sqlite() {
            self.begin("BEGIN IMMEDIATE")?;
        } else {
            self.begin("BEGIN")?;
            // Two programs that open a new store at once: the second finds it made.
            self.plain("DO $$ BEGIN PERFORM pg_advisory_xact_lock(79071); END $$")?;
        }
        let found = self.schema_version()?;
        for migration in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or(0)) {
            for statement in *migration {
                self.run(statement, vec![])?;
            }
        }
        self.run(
            "INSERT INTO log (id, size, last_at, peaks) VALUES (1, 0, 0, $1) \
             ON CONFLICT (id) DO NOTHING",
            vec![Vec::new().into()],
        )?;
        self.run(
            "INSERT INTO store_info (name, value) VALUES ('schema', $1) \
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            vec![known.to_string().as_str().into()],
        )?;
        self.commit()
    }

    /// The version of the schema; 0 if there is nothing yet.
    fn schema_version(&mut self) -> Result<i64, StoreError> {
        let tables = if self.database.is_sqlite() {
            "SELECT name FROM sqlite_schema WHERE type = 'table'"
        } else {
            "SELECT table_name::text FROM information_schema.tables \
             WHERE table_schema = current_schema()"
        };
        let mut names = Vec::new();
        for row in self.rows(tables, vec![])? {
            names.push(row.text(0)?);
        }
        if names.is_empty() {
            return Ok(0);
        }
        let not_yumen = || StoreError::NotYumen {
            location: self.database.location.to_string(),
        };
        if !names.iter().any(|name| name == "store_info") {
            return Err(not_yumen());
        }
        let version = self.row("SELECT value FROM store_info WHERE name = 'schema'", vec![])?;
        let version = version.map(|row| row.text(0)).transpose()?;
        version
            .and_then(|version| version.parse().ok())
            .ok_or_else(not_yumen)
    }

    /// The statement as this kind of database has it.
    fn spelled(&self, sql: &str) -> String {
        if self.database.is_sqlite() {
            sql.replace("BYTEA", "BLOB")
        } else {
            sql.to_owned()
        }
    }

    /// Notes that a connection cannot be trusted any more.
    fn failed(&mut self, error: sqlx::Error) -> StoreError {
        let error = StoreError::from(error);
        if error.is_gone() {
            self.give_up();
        }
        error
    }

    fn give_up(&mut self) {
        let _guard = self.database.runtime.enter();
        self.connection = None;
        self.is_open = false;
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        if self.is_open && self.rollback().is_err() {
            self.give_up();
        }
        let mut idle = self.database.lock_idle();
        if idle.len() < MOST_IDLE {
            idle.extend(self.connection.take());
        } else {
            drop(idle);
            self.give_up();
        }
    }
}

/// `($1,$2),($3,$4)` for two rows of two columns.
fn places(columns: usize, rows: usize) -> String {
    let row = |row: usize| {
        let places = (1..=columns).map(|column| format!("${}", row * columns + column));
        format!("({})", places.collect::<Vec<_>>().join(","))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(",")
}

fn arguments(values: Vec<Datum>) -> Result<AnyArguments, StoreError> {
    let mut arguments = AnyArguments::default();
    for value in values {
        let added = match value {
            Datum::Number(number) => arguments.add(number),
            Datum::Text(text) => arguments.add(text),
            Datum::Bytes(bytes) => arguments.add(bytes),
        };
        added.map_err(|error| StoreError::Database {
            error: error.to_string(),
        })?;
    }
    Ok(arguments)
}

fn lost() -> StoreError {
    StoreError::Gone {
        error: "the connection was lost".to_owned(),
    }
}
