//! The files that Yumen itself writes, behind a trait, so that tests can fail, tear and forget
//! them at any operation.
//!
//! A file is replaced by writing a new one beside it, making that durable, renaming it and making
//! the rename durable: [`replace`]. Whoever reads sees the old content or the new one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::error::StoreError;

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Only its owner: mode 0600
    Private,
    /// Whoever the system lets: what `umask` leaves of 0666
    Readable,
}

/// What a store needs of a file system.
pub trait Disk: Send + Sync {
    /// The content of a file; none if it does not exist.
    ///
    /// # Errors
    /// What the system says.
    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>>;

    /// Writes a file from its beginning; a file of that name is emptied first.
    ///
    /// # Errors
    /// What the system says; the file may then hold a part of the bytes.
    fn write(&self, path: &Path, bytes: &[u8], access: Access) -> io::Result<()>;

    /// Makes the content of a file survive a loss of power.
    ///
    /// # Errors
    /// What the system says.
    fn sync(&self, path: &Path) -> io::Result<()>;

    /// Gives a file another name in one step; a file that has that name is replaced.
    ///
    /// # Errors
    /// What the system says.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Makes the names in a folder survive a loss of power.
    ///
    /// # Errors
    /// What the system says.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;

    /// Makes a folder and those above it; one that exists is left alone.
    ///
    /// # Errors
    /// What the system says.
    fn create_folder(&self, path: &Path) -> io::Result<()>;

    /// Removes a file; one that does not exist is no error.
    ///
    /// # Errors
    /// What the system says.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Whether others than its owner may read a file.
    ///
    /// # Errors
    /// What the system says.
    fn is_open_to_others(&self, path: &Path) -> io::Result<bool>;

    /// Waits until nobody else holds the lock of that name; held until the answer is dropped.
    ///
    /// # Errors
    /// What the system says.
    fn lock(&self, path: &Path) -> io::Result<Box<dyn Send>>;
}

/// The file system of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        match fs::read(path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn write(&self, path: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        with_mode(&mut options, access);
        options.open(path)?.write_all(bytes)
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn is_open_to_others(&self, path: &Path) -> io::Result<bool> {
        is_open_to_others(&fs::metadata(path)?)
    }

    fn lock(&self, path: &Path) -> io::Result<Box<dyn Send>> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        with_mode(&mut options, Access::Private);
        let file = options.open(path)?;
        file.lock()?;
        Ok(Box::new(file))
    }
}

#[cfg(unix)]
fn with_mode(options: &mut OpenOptions, access: Access) {
    use std::os::unix::fs::OpenOptionsExt as _;
    if access == Access::Private {
        options.mode(0o600);
    }
}

#[cfg(not(unix))]
fn with_mode(_options: &mut OpenOptions, _access: Access) {}

#[cfg(unix)]
fn is_open_to_others(metadata: &fs::Metadata) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_metadata: &fs::Metadata) -> io::Result<bool> {
    Ok(false)
}

/// Replaces a file so that it has the old content or the new one whatever happens, and the new one
/// for good once this returns.
///
/// # Errors
/// The file cannot be written; it has the old content then, or the new one.
pub fn replace(
    disk: &dyn Disk,
    path: &Path,
    bytes: &[u8],
    access: Access,
) -> Result<(), StoreError> {
    replace_by_way_of(disk, &beside(path, ".part"), path, bytes, access)
}

/// The same with a name of the caller's choice for the new file while it is written.
pub(crate) fn replace_by_way_of(
    disk: &dyn Disk,
    part: &Path,
    path: &Path,
    bytes: &[u8],
    access: Access,
) -> Result<(), StoreError> {
    let steps = || -> io::Result<()> {
        // What an interrupted run left may be readable by others.
        disk.remove(part)?;
        disk.write(part, bytes, access)?;
        disk.sync(part)?;
        disk.rename(part, path)?;
        disk.sync_folder(folder_of(path))
    };
    steps().map_err(|error| StoreError::file(path, &error))
}

/// The folder that a file is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    let parent = path.parent();
    parent
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or_else(|| Path::new("."))
}

/// A path that begins like another.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
