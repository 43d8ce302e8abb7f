//! What can go wrong with a store, one variant for each thing that somebody would do about it.

use std::fmt;
use std::io;
use std::path::Path;

use yumen_diagnostics::Message;
use yumen_ledger::Fault;

/// Why the store did not do what was asked.
///
/// Unless a variant says otherwise, nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// The text names no place of a store
    Location {
        /// The text, without passwords
        text: String,
    },
    /// There is no store at that place
    Missing {
        /// The place, without passwords
        location: String,
    },
    /// What is there is no store of Yumen
    NotYumen {
        /// The place, without passwords
        location: String,
    },
    /// A newer version of Yumen has written the store
    Newer {
        /// Version of the schema in the store
        found: i64,
        /// The newest version that this program knows
        known: i64,
    },
    /// The store holds the log of another origin
    Origin {
        /// The origin of the log in the store
        found: String,
        /// The origin that was asked for
        wanted: String,
    },
    /// The database cannot be reached, and repeating did not help
    Gone {
        /// What the system says
        error: String,
    },
    /// There is no room left
    Full {
        /// What the system says
        error: String,
    },
    /// Somebody else keeps the database locked
    Locked {
        /// What the system says
        error: String,
    },
    /// The database refuses: login, rights
    Refused {
        /// What the system says
        error: String,
    },
    /// The store was opened for reading, or the database only allows that
    ReadOnly,
    /// The content of the database is damaged
    Corrupted {
        /// What is wrong where
        what: String,
    },
    /// The database says something that no other variant covers
    Database {
        /// What the system says
        error: String,
    },
    /// A file could not be read or written
    File {
        /// The file
        path: String,
        /// What the system says
        error: String,
    },
    /// Somebody else appended meanwhile
    Moved {
        /// Entries that the log has now
        size: u64,
    },
    /// An entry is older than the last one of the log
    Clock {
        /// The entry's time, in milliseconds since 1970
        at: i64,
        /// The last entry's time, in milliseconds since 1970
        last: i64,
    },
    /// The database lacks what was already signed, as after the restore of an old backup: signing
    /// it would make two logs of one
    Fork {
        /// Entries of the log that was signed
        signed: u64,
        /// Entries that the database has
        size: u64,
        /// The file that remembers what was signed
        path: String,
    },
    /// The entries are recorded, but no checkpoint of them could be signed; the next append or
    /// opening makes up for that
    Unsigned {
        /// Position of the first of the entries
        first: u64,
        /// Entries that the log has now
        size: u64,
        /// Why there is no checkpoint
        because: Box<StoreError>,
    },
    /// An entry, a note or a file of the ledger is wrong
    Ledger(Fault),
    /// A key of an entry, or a name, is empty or has control characters
    Name {
        /// The name
        name: String,
    },
    /// There is no snapshot of that address
    NoSnapshot {
        /// The address
        address: String,
    },
    /// Somebody else holds the lease
    Held {
        /// Name of the lease
        name: String,
        /// Who holds it
        holder: String,
        /// Until when, in milliseconds since 1970
        until: i64,
    },
    /// The lease ended, or somebody else took it over; whoever held it must stop
    LeaseLost {
        /// Name of the lease
        name: String,
    },
    /// The file is no backup of a store
    NotABackup {
        /// The file
        path: String,
    },
    /// The backup is damaged or incomplete
    BadBackup {
        /// The file
        path: String,
        /// What is wrong
        what: String,
    },
    /// The export in that folder is not of this log
    OtherExport {
        /// The folder
        path: String,
    },
    /// Others than its owner may read a key file
    KeyOpen {
        /// The file
        path: String,
    },
    /// The file is no key file
    KeyFile {
        /// The file
        path: String,
    },
    /// The passphrase is wrong, or the encrypted key is damaged
    Passphrase {
        /// The file
        path: String,
    },
    /// The key file is encrypted and no passphrase was given
    NoPassphrase {
        /// The file
        path: String,
    },
    /// There already is a file of that name
    Exists {
        /// The file
        path: String,
    },
    /// A signature could not be made, or a key cannot be used
    Signing {
        /// What the library says
        error: String,
    },
}

impl StoreError {
    /// A file that could not be read or written; a full disk is told apart.
    pub(crate) fn file(path: &Path, error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::StorageFull {
            return Self::Full {
                error: error.to_string(),
            };
        }
        Self::File {
            path: path.display().to_string(),
            error: error.to_string(),
        }
    }

    pub(crate) fn corrupted(what: impl Into<String>) -> Self {
        Self::Corrupted { what: what.into() }
    }

    /// True if the same may succeed with a new connection.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Gone { .. })
    }

    /// What to tell the user.
    #[must_use]
    pub fn message(&self) -> Message {
        let of = |id, name, value: &str| Message::new(id).with(name, value);
        match self {
            Self::Location { text } => of("store-location", "text", text),
            Self::Missing { location } => of("store-missing", "location", location),
            Self::NotYumen { location } => of("store-not-yumen", "location", location),
            Self::Newer { found, known } => Message::new("store-newer")
                .with("found", found.to_string())
                .with("known", known.to_string()),
            Self::Origin { found, wanted } => {
                of("store-origin", "found", found).with("wanted", wanted.as_str())
            }
            Self::Gone { error } => of("store-gone", "error", error),
            Self::Full { error } => of("store-full", "error", error),
            Self::Locked { error } => of("store-locked", "error", error),
            Self::Refused { error } => of("store-refused", "error", error),
            Self::ReadOnly => Message::new("store-read-only"),
            Self::Corrupted { what } => of("store-corrupted", "what", what),
            Self::Database { error } => of("store-database", "error", error),
            Self::File { path, error } => {
                of("store-file", "path", path).with("error", error.as_str())
            }
            Self::Moved { size } => Message::new("store-moved").with("size", *size),
            Self::Clock { at, last } => Message::new("store-clock")
                .with("at", shown_time(*at))
                .with("last", shown_time(*last)),
            Self::Fork { signed, size, path } => of("store-fork", "path", path)
                .with("signed", *signed)
                .with("size", *size),
            Self::Unsigned {
                first,
                size,
                because,
            } => Message::new("store-unsigned")
                .with("first", *first)
                .with("size", *size)
                .with("because", because.to_string()),
            Self::Ledger(fault) => fault.message.clone(),
            Self::Name { name } => of("store-name", "name", name),
            Self::NoSnapshot { address } => of("store-no-snapshot", "address", address),
            Self::Held {
                name,
                holder,
                until,
            } => of("store-held", "name", name)
                .with("holder", holder.as_str())
                .with("until", shown_time(*until)),
            Self::LeaseLost { name } => of("store-lease-lost", "name", name),
            Self::NotABackup { path } => of("store-not-a-backup", "path", path),
            Self::BadBackup { path, what } => {
                of("store-bad-backup", "path", path).with("what", what.as_str())
            }
            Self::OtherExport { path } => of("store-other-export", "path", path),
            Self::KeyOpen { path } => of("store-key-open", "path", path),
            Self::KeyFile { path } => of("store-key-file", "path", path),
            Self::Passphrase { path } => of("store-passphrase", "path", path),
            Self::NoPassphrase { path } => of("store-no-passphrase", "path", path),
            Self::Exists { path } => of("store-exists", "path", path),
            Self::Signing { error } => of("store-signing", "error", error),
        }
    }
}

/// A time as people read it, or the number where no calendar has it.
fn shown_time(at: i64) -> String {
    jiff::Timestamp::from_millisecond(at).map_or_else(|_| at.to_string(), |time| time.to_string())
}

/// The plain form of the message, for logs and tests.
impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

impl std::error::Error for StoreError {}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        Self::Ledger(fault)
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as Sqlx;
        let text = error.to_string();
        match &error {
            Sqlx::Database(said) => {
                let code = said.code().unwrap_or_default().into_owned();
                of_code(&code, text)
            }
            Sqlx::Io(io) if io.kind() == io::ErrorKind::StorageFull => Self::Full { error: text },
            Sqlx::Io(_) | Sqlx::Protocol(_) | Sqlx::WorkerCrashed => Self::Gone { error: text },
            Sqlx::Tls(_) => Self::Refused { error: text },
            Sqlx::ColumnDecode { .. } | Sqlx::Decode(_) | Sqlx::RowNotFound => {
                Self::Corrupted { what: text }
            }
            _ => Self::Database { error: text },
        }
    }
}

/// What an error code means: SQLSTATE has five characters, SQLite's numbers have fewer.
fn of_code(code: &str, error: String) -> StoreError {
    if let (true, Ok(number)) = (code.len() < 5, code.parse::<i64>()) {
        // The low byte is the primary code: https://sqlite.org/rescode.html
        return match number & 0xff {
            5 | 6 => StoreError::Locked { error },
            8 => StoreError::ReadOnly,
            // A log file that shrank or vanished under its reader shows as an I/O error.
            10 | 14 => StoreError::Gone { error },
            11 | 26 => StoreError::Corrupted { what: error },
            13 => StoreError::Full { error },
            _ => StoreError::Database { error },
        };
    }
    match code {
        // PostgreSQL, appendix A: https://www.postgresql.org/docs/15/errcodes-appendix.html
        "25006" => StoreError::ReadOnly,
        "3D000" => StoreError::Refused { error },
        "40001" | "40P01" | "55P03" => StoreError::Locked { error },
        "42501" => StoreError::Refused { error },
        "53100" => StoreError::Full { error },
        "XX001" | "XX002" => StoreError::Corrupted { what: error },
        _ if code.starts_with("08") || code.starts_with("57P") || code.starts_with("53") => {
            StoreError::Gone { error }
        }
        _ if code.starts_with("28") => StoreError::Refused { error },
        _ => StoreError::Database { error },
    }
}
