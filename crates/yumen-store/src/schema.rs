//! The tables, the same in both kinds of database, and how older ones become today's.
//!
//! Only `entry`, `blob`, `snapshot`, `chunk`, `lease` and `memo` hold what is nowhere else; `tile`
//! and the sums in `log` follow from `entry`, and `entry_key` from what entries mean.

/// The statements that make each version of the schema from the one before; the first makes it
/// from nothing. Never changed once released, only added to.
pub(crate) const MIGRATIONS: &[&[&str]] = &[&[
    "CREATE TABLE store_info (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE log (id BIGINT NOT NULL PRIMARY KEY, size BIGINT NOT NULL, \
     last_at BIGINT NOT NULL, peaks BYTEA NOT NULL)",
    "CREATE TABLE entry (position BIGINT NOT NULL PRIMARY KEY, data BYTEA NOT NULL)",
    "CREATE TABLE entry_key (kind TEXT NOT NULL, name TEXT NOT NULL, position BIGINT NOT NULL, \
     PRIMARY KEY (kind, name, position))",
    "CREATE TABLE tile (level BIGINT NOT NULL, number BIGINT NOT NULL, data BYTEA NOT NULL, \
     PRIMARY KEY (level, number))",
    "CREATE TABLE blob (hash BYTEA NOT NULL PRIMARY KEY, position BIGINT NOT NULL, \
     data BYTEA NOT NULL)",
    "CREATE INDEX blob_position ON blob (position)",
    "CREATE TABLE checkpoint (name TEXT NOT NULL PRIMARY KEY, size BIGINT NOT NULL, \
     note BYTEA NOT NULL)",
    "CREATE TABLE snapshot (address TEXT NOT NULL PRIMARY KEY, first_at BIGINT NOT NULL, \
     last_at BIGINT NOT NULL, size BIGINT NOT NULL, list BYTEA NOT NULL, cuts BYTEA NOT NULL)",
    "CREATE TABLE chunk (hash BYTEA NOT NULL PRIMARY KEY, data BYTEA NOT NULL)",
    "CREATE TABLE lease (name TEXT NOT NULL PRIMARY KEY, holder TEXT NOT NULL, \
     token BIGINT NOT NULL, until BIGINT NOT NULL)",
    "CREATE TABLE memo (name TEXT NOT NULL PRIMARY KEY, data BYTEA NOT NULL)",
]];

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// A whole number
    Number,
    /// Text
    Text,
    /// Bytes
    Bytes,
}

/// A table as backups write it: columns, the primary key first.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [(&'static str, Holds)],
    /// How many of the columns are the primary key
    pub(crate) keys: usize,
}

use Holds::{Bytes, Number, Text};

/// What a backup consists of. Leases are not in it: they end with the machines that held them.
pub(crate) const TABLES: &[Table] = &[
    Table {
        name: "store_info",
        columns: &[("name", Text), ("value", Text)],
        keys: 1,
    },
    Table {
        name: "log",
        columns: &[
            ("id", Number),
            ("size", Number),
            ("last_at", Number),
            ("peaks", Bytes),
        ],
        keys: 1,
    },
    Table {
        name: "entry",
        columns: &[("position", Number), ("data", Bytes)],
        keys: 1,
    },
    Table {
        name: "entry_key",
        columns: &[("kind", Text), ("name", Text), ("position", Number)],
        keys: 3,
    },
    Table {
        name: "tile",
        columns: &[("level", Number), ("number", Number), ("data", Bytes)],
        keys: 2,
    },
    Table {
        name: "blob",
        columns: &[("hash", Bytes), ("position", Number), ("data", Bytes)],
        keys: 1,
    },
    Table {
        name: "checkpoint",
        columns: &[("name", Text), ("size", Number), ("note", Bytes)],
        keys: 1,
    },
    Table {
        name: "snapshot",
        columns: &[
            ("address", Text),
            ("first_at", Number),
            ("last_at", Number),
            ("size", Number),
            ("list", Bytes),
            ("cuts", Bytes),
        ],
        keys: 1,
    },
    Table {
        name: "chunk",
        columns: &[("hash", Bytes), ("data", Bytes)],
        keys: 1,
    },
    Table {
        name: "memo",
        columns: &[("name", Text), ("data", Bytes)],
        keys: 1,
    },
];
