//! Backups: all tables in one file of our own, the same for both kinds of database, so that either
//! restores what the other saved.
//!
//! The file is a line, then a Zstandard stream of rows, then the SHA-256 of what is in the stream.
//! A restore reads it to its end before it touches the store, and replaces everything in one
//! transaction, which it commits only if the log in it holds together.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

use aws_lc_rs::digest::{Context, SHA256};

use crate::check::check_log;
use crate::database::{Database, Datum, Row, Session};
use crate::disk::{beside, folder_of};
use crate::error::StoreError;
use crate::location::Location;
use crate::schema::{Holds, MIGRATIONS, TABLES, Table};
use crate::store::Store;

const MAGIC: &[u8] = b"yumen store backup 1\n";

/// Rows that are read or written at once.
const PAGE: usize = 256;

/// The longest value that a backup may have: far beyond what is ever kept.
const LONGEST: u64 = 1 << 32;

/// What stands before each row, and after the last one of a table.
const ROW: u8 = 1;
const END: u8 = 0;

/// What a backup holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BackedUp {
    /// Rows of all tables
    pub rows: u64,
    /// Bytes of the file
    pub bytes: u64,
}

impl Store {
    /// Saves everything into a file, as it is at one moment; others go on working meanwhile. A
    /// file of that name is replaced when the new one is complete.
    ///
    /// # Errors
    /// The database cannot be read, or the file not be written.
    pub fn backup(&self, path: &Path) -> Result<BackedUp, StoreError> {
        let part = beside(path, ".part");
        let result = self.database.retrying(|session| {
            session.begin_read()?;
            write_dump(session, &part)
        });
        let done = result.and_then(|rows| {
            let finish = || -> io::Result<u64> {
                std::fs::rename(&part, path)?;
                File::open(folder_of(path))?.sync_all()?;
                Ok(std::fs::metadata(path)?.len())
            };
            let bytes = finish().map_err(|error| StoreError::file(path, &error))?;
            Ok(BackedUp { rows, bytes })
        });
        if done.is_err() {
            // What is left is of no use; that it cannot be removed is not the news.
            let _ = std::fs::remove_file(&part);
        }
        done
    }

    /// Replaces everything in a store, which is made if there is none, by what a backup holds; who
    /// holds a lease keeps it. Nothing changes unless all of the backup is good.
    ///
    /// An older backup brings back an older log. What was signed since can then not be signed
    /// again: opening the store for writing says so ([`StoreError::Fork`]).
    ///
    /// # Errors
    /// The file is no backup, or is damaged, or of a newer version; the database cannot be written.
    pub fn restore(location: &Location, path: &Path) -> Result<BackedUp, StoreError> {
        let mut read = Reading::open(path)?;
        read.all(&mut |_, _| Ok(()))?;
        let database = Database::new(location, false)?;
        database.retrying(|session| session.migrate())?;
        let rows = database.retrying(|session| {
            session.begin_write()?;
            let rows = load(session, path)?;
            let wrong = check_log(session)?;
            if let Some(first) = wrong.first() {
                return Err(StoreError::BadBackup {
                    path: path.display().to_string(),
                    what: first.to_string(),
                });
            }
            session.commit()?;
            Ok(rows)
        })?;
        let metadata = std::fs::metadata(path).map_err(|error| StoreError::file(path, &error))?;
        Ok(BackedUp {
            rows,
            bytes: metadata.len(),
        })
    }
}

fn write_dump(session: &mut Session<'_>, path: &Path) -> Result<u64, StoreError> {
    let failed = |error: io::Error| StoreError::file(path, &error);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = BufWriter::new(options.open(path).map_err(failed)?);
    file.write_all(MAGIC).map_err(failed)?;
    let mut out = Hashing {
        inner: zstd::Encoder::new(file, 3).map_err(failed)?,
        hash: Context::new(&SHA256),
    };
    let mut count = 0;
    for table in TABLES {
        let mut last: Option<Vec<Datum>> = None;
        loop {
            let rows = page(session, table, last.as_deref())?;
            for row in &rows {
                out.write_all(&[ROW]).map_err(failed)?;
                for datum in row {
                    write_datum(&mut out, datum).map_err(failed)?;
                }
                count += 1;
            }
            let is_last = rows.len() < PAGE;
            last = rows.into_iter().next_back().or(last);
            if is_last {
                break;
            }
        }
        out.write_all(&[END]).map_err(failed)?;
    }
    let finish = || -> io::Result<()> {
        let hash = out.hash.finish();
        let mut file = out.inner.finish()?;
        file.write_all(hash.as_ref())?;
        file.into_inner()
            .map_err(io::IntoInnerError::into_error)?
            .sync_all()
    };
    finish().map_err(failed)?;
    Ok(count)
}

/// Rows behind the last one that was read, in the order of the primary key.
fn page(
    session: &mut Session<'_>,
    table: &Table,
    last: Option<&[Datum]>,
) -> Result<Vec<Vec<Datum>>, StoreError> {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let keys = names
        .iter()
        .take(table.keys)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    let (behind, values) = match last {
        None => (String::new(), vec![]),
        Some(last) => {
            let places = (1..=table.keys).map(|place| format!("${place}"));
            let places = places.collect::<Vec<_>>().join(", ");
            let values = last.iter().take(table.keys).cloned().collect();
            (format!("WHERE ({keys}) > ({places})"), values)
        }
    };
    let sql = format!(
        "SELECT {} FROM {} {behind} ORDER BY {keys} LIMIT {PAGE}",
        names.join(", "),
        table.name
    );
    let rows = session.rows(&sql, values)?;
    rows.iter().map(|row| data(row, table)).collect()
}

fn data(row: &Row, table: &Table) -> Result<Vec<Datum>, StoreError> {
    let columns = table.columns.iter().enumerate();
    columns
        .map(|(at, (_, holds))| {
            Ok(match holds {
                Holds::Number => Datum::Number(row.number(at)?),
                Holds::Text => Datum::Text(row.text(at)?),
                Holds::Bytes => Datum::Bytes(row.bytes(at)?),
            })
        })
        .collect()
}

fn write_datum(out: &mut impl Write, datum: &Datum) -> io::Result<()> {
    let bytes = match datum {
        Datum::Number(number) => return out.write_all(&number.to_be_bytes()),
        Datum::Text(text) => text.as_bytes(),
        Datum::Bytes(bytes) => bytes,
    };
    out.write_all(&(bytes.len() as u64).to_be_bytes())?;
    out.write_all(bytes)
}

/// Puts the rows of a backup in place of all that is there.
fn load(session: &mut Session<'_>, path: &Path) -> Result<u64, StoreError> {
    for table in TABLES {
        session.run(&format!("DELETE FROM {}", table.name), vec![])?;
    }
    let mut waiting: Vec<Vec<Datum>> = Vec::new();
    let mut of: Option<&Table> = None;
    let write = |session: &mut Session<'_>, table: &Table, rows: &mut Vec<Vec<Datum>>| {
        let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
        let into = format!("{} ({})", table.name, names.join(", "));
        session.insert(&into, names.len(), std::mem::take(rows), "")
    };
    let rows = Reading::open(path)?.all(&mut |table, row| {
        let is_other = of.is_some_and(|of| of.name != table.name);
        if let Some(of) = of.filter(|_| is_other || waiting.len() >= PAGE) {
            write(session, of, &mut waiting)?;
        }
        of = Some(table);
        waiting.push(row);
        Ok(())
    })?;
    if let Some(of) = of {
        write(session, of, &mut waiting)?;
    }
    Ok(rows)
}

/// A backup under reading.
struct Reading<'a> {
    path: &'a Path,
    stream: Hashing<zstd::Decoder<'static, BufReader<File>>>,
}

type Taker<'a> = dyn FnMut(&'static Table, Vec<Datum>) -> Result<(), StoreError> + 'a;

impl<'a> Reading<'a> {
    fn open(path: &'a Path) -> Result<Self, StoreError> {
        let failed = |error: io::Error| StoreError::file(path, &error);
        let mut file = BufReader::new(File::open(path).map_err(failed)?);
        let mut magic = vec![0; MAGIC.len()];
        if file.read_exact(&mut magic).is_err() || magic != MAGIC {
            return Err(StoreError::NotABackup {
                path: path.display().to_string(),
            });
        }
        let decoder = zstd::Decoder::with_buffer(file).map_err(failed)?;
        Ok(Self {
            path,
            stream: Hashing {
                inner: decoder.single_frame(),
                hash: Context::new(&SHA256),
            },
        })
    }

    /// Hands out all rows; gives their number. They are to be believed only once this has returned.
    fn all(&mut self, take: &mut Taker<'_>) -> Result<u64, StoreError> {
        let mut count = 0;
        for table in TABLES {
            while self.byte()? == ROW {
                let mut row = Vec::new();
                for (_, holds) in table.columns {
                    row.push(self.datum(*holds)?);
                }
                self.check_version(table, &row)?;
                take(table, row)?;
                count += 1;
            }
        }
        let mut rest = Vec::new();
        let ended = self.stream.read_to_end(&mut rest);
        ended.map_err(|error| self.bad(&error))?;
        let found = self.stream.hash.clone().finish();
        let mut stored = Vec::new();
        let file = self.stream.inner.get_mut();
        let read = file.read_to_end(&mut stored);
        read.map_err(|error| self.bad(&error))?;
        if !rest.is_empty() || stored != found.as_ref() {
            return Err(self.bad(&"the checksum does not fit"));
        }
        Ok(count)
    }

    fn check_version(&self, table: &Table, row: &[Datum]) -> Result<(), StoreError> {
        let [Datum::Text(name), Datum::Text(value)] = row else {
            return Ok(());
        };
        if table.name != "store_info" || name != "schema" {
            return Ok(());
        }
        let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
        match value.parse() {
            Ok(found) if found == known => Ok(()),
            Ok(found) if found > known => Err(StoreError::Newer { found, known }),
            _ => Err(self.bad(&"its version is not known")),
        }
    }

    fn byte(&mut self) -> Result<u8, StoreError> {
        let [byte] = self.array()?;
        Ok(byte)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        let mut bytes = [0; N];
        let read = self.stream.read_exact(&mut bytes);
        read.map_err(|error| self.bad(&error))?;
        Ok(bytes)
    }

    fn datum(&mut self, holds: Holds) -> Result<Datum, StoreError> {
        let number = self.array()?;
        if holds == Holds::Number {
            return Ok(Datum::Number(i64::from_be_bytes(number)));
        }
        let length = u64::from_be_bytes(number);
        if length > LONGEST {
            return Err(self.bad(&"a value is too long"));
        }
        let mut bytes = Vec::new();
        let read = (&mut self.stream).take(length).read_to_end(&mut bytes);
        read.map_err(|error| self.bad(&error))?;
        if bytes.len() as u64 != length {
            return Err(self.bad(&"it ends within a value"));
        }
        if holds == Holds::Bytes {
            return Ok(Datum::Bytes(bytes));
        }
        let text = String::from_utf8(bytes);
        text.map(Datum::Text)
            .map_err(|_| self.bad(&"a text is not UTF-8"))
    }

    fn bad(&self, what: &dyn std::fmt::Display) -> StoreError {
        StoreError::BadBackup {
            path: self.path.display().to_string(),
            what: what.to_string(),
        }
    }
}

/// Hashes what passes through it.
struct Hashing<T> {
    inner: T,
    hash: Context,
}

impl<T: Write> Write for Hashing<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<T: Read> Read for Hashing<T> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(bytes)?;
        self.hash.update(bytes.get(..read).unwrap_or_default());
        Ok(read)
    }
}
