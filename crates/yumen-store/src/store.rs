//! A store as its users hold it: opened once, shared by threads, every call a plain blocking one.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use yumen_ledger::Signer;

use crate::append::Queue;
use crate::database::{Database, Session};
use crate::disk::Disk;
use crate::error::StoreError;
use crate::location::Location;
use crate::seal::{HighWater, Sealed};

/// Who signs checkpoints, and where what was signed is remembered.
#[derive(Clone)]
pub struct Notary {
    /// Keys of the log, all named like its origin: one of Ed25519 and one of ML-DSA-44
    pub signers: Vec<Arc<dyn Signer + Send + Sync>>,
    /// The folder, beside the keys and not beside the database, in which a file remembers the
    /// last tree that was signed. Whoever restores an older database must not restore this too
    pub folder: PathBuf,
    /// Through which that file is written
    pub disk: Arc<dyn Disk>,
}

/// How to open a store.
#[derive(Clone, Default)]
pub struct Options {
    /// Which log it keeps. None takes what is there
    pub origin: Option<String>,
    /// Who signs; without one nothing can be appended
    pub notary: Option<Notary>,
    /// Opens for commands that only look: nothing is made, nothing is changed
    pub is_read_only: bool,
}

/// The state of Yumen: ledger, snapshots, leases.
///
/// Calls block. They must not be made from within an asynchronous runtime.
pub struct Store {
    pub(crate) database: Database,
    pub(crate) notary: Option<Notary>,
    pub(crate) queue: Queue,
    pub(crate) sealed: Mutex<Option<Sealed>>,
    origin: String,
}

impl Store {
    /// Opens a store, and makes it if there is none. What was recorded and not signed before a
    /// crash is signed now.
    ///
    /// # Errors
    /// The database cannot be reached or used, is no store or one of a newer version or of
    /// another origin; or it lacks what was already signed ([`StoreError::Fork`]).
    pub fn open(location: &Location, options: Options) -> Result<Self, StoreError> {
        if let Location::Sqlite(path) = location {
            prepare_file(path, options.is_read_only)?;
        }
        let database = Database::new(location, options.is_read_only)?;
        database.retrying(|session| session.migrate())?;
        let origin = database.retrying(|session| own_origin(session, &options))?;
        let store = Self {
            database,
            notary: options.notary,
            queue: Queue::default(),
            sealed: Mutex::default(),
            origin,
        };
        if store.notary.is_some() {
            store.seal()?;
        }
        Ok(store)
    }

    /// Opens a store for looking only.
    ///
    /// # Errors
    /// As [`Store::open`]; there is no store ([`StoreError::Missing`]).
    pub fn open_read_only(location: &Location) -> Result<Self, StoreError> {
        let options = Options {
            is_read_only: true,
            ..Options::default()
        };
        Self::open(location, options)
    }

    /// Which log it keeps; empty if nothing was ever appended.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Where it is.
    #[must_use]
    pub fn location(&self) -> &Location {
        self.database.location()
    }

    pub(crate) fn high_water(&self) -> Option<HighWater<'_>> {
        let notary = self.notary.as_ref()?;
        Some(HighWater::new(
            notary.disk.as_ref(),
            &notary.folder,
            &self.origin,
        ))
    }

    pub(crate) fn last_sealed(&self) -> Option<Sealed> {
        let sealed = self.sealed.lock();
        *sealed.unwrap_or_else(PoisonError::into_inner)
    }

    /// Something small that a part of Yumen wants to find again, such as how far it has read.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn memo(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT data FROM memo WHERE name = $1";
        let find = |session: &mut Session<'_>| session.row(sql, vec![name.into()]);
        let row = self.database.retrying(find)?;
        row.map(|row| row.bytes(0)).transpose()
    }

    /// Keeps something small under a name, in place of what was kept before.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn put_memo(&self, name: &str, data: &[u8]) -> Result<(), StoreError> {
        check_name(name)?;
        self.database.retrying(|session| {
            session.begin_write()?;
            session.run(
                "INSERT INTO memo (name, data) VALUES ($1, $2) \
                 ON CONFLICT (name) DO UPDATE SET data = excluded.data",
                vec![name.into(), data.into()],
            )?;
            session.commit()
        })
    }
}

/// Makes the file before SQLite does, so that only its owner can read it; the files beside it
/// inherit that.
fn prepare_file(path: &std::path::Path, is_read_only: bool) -> Result<(), StoreError> {
    if is_read_only {
        return if path.exists() {
            Ok(())
        } else {
            Err(StoreError::Missing {
                location: path.display().to_string(),
            })
        };
    }
    let failed = |error: std::io::Error| StoreError::file(path, &error);
    std::fs::create_dir_all(crate::disk::folder_of(path)).map_err(failed)?;
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(failed)
}

/// The origin of the log: the one of the store, or the wanted one in a store without one.
fn own_origin(session: &mut Session<'_>, options: &Options) -> Result<String, StoreError> {
    let sql = "SELECT value FROM store_info WHERE name = 'origin'";
    let read = |session: &mut Session<'_>| -> Result<Option<String>, StoreError> {
        let row = session.row(sql, vec![])?;
        row.map(|row| row.text(0)).transpose()
    };
    let found = read(session)?;
    match (found, &options.origin) {
        (Some(found), Some(wanted)) if found != *wanted => Err(StoreError::Origin {
            found,
            wanted: wanted.clone(),
        }),
        (Some(found), _) => Ok(found),
        (None, None) => Ok(String::new()),
        (None, Some(wanted)) if options.is_read_only => Ok(wanted.clone()),
        (None, Some(wanted)) => {
            check_name(wanted)?;
            session.begin_write()?;
            session.run(
                "INSERT INTO store_info (name, value) VALUES ('origin', $1) \
                 ON CONFLICT (name) DO NOTHING",
                vec![wanted.as_str().into()],
            )?;
            // Another program may have been faster.
            let found = read(session)?.unwrap_or_default();
            session.commit()?;
            if found == *wanted {
                Ok(found)
            } else {
                Err(StoreError::Origin {
                    found,
                    wanted: wanted.clone(),
                })
            }
        }
    }
}

/// Refuses what the databases would keep differently.
pub(crate) fn check_name(name: &str) -> Result<(), StoreError> {
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(StoreError::Name {
            name: name.escape_debug().to_string(),
        });
    }
    Ok(())
}
