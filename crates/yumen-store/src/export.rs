//! The export of the log: a folder of files that anybody can verify without Yumen.
//!
//! Only what is new since the last export into a folder is written. The checkpoint is written
//! last, so an export that was interrupted is the old one with a few files more, which `.exporting`
//! tells of; the next export finishes it.

use std::path::{Path, PathBuf};

use yumen_ledger::{
    BLOBS, CHECKPOINT, Export, Hash, SignedCheckpoint, Source, Tree, outgrown_paths,
};

use crate::append::{number, unpack};
use crate::disk::{Access, Disk, folder_of, replace_by_way_of};
use crate::error::StoreError;
use crate::reading::Tiles;
use crate::store::Store;

/// The file that is there while an export is written: sizes whose partial files may
/// be there, one a line.
const UNDER_WAY: &str = ".exporting";

/// What a file is called while it is written.
const PART: &str = ".part";

/// What an export wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exported {
    /// Entries that were there before
    pub before: u64,
    /// Entries that are there now
    pub size: u64,
    /// Files that were written
    pub files: u64,
}

impl Store {
    /// Writes the log, as its last checkpoint signs it, into a folder.
    ///
    /// # Errors
    /// The folder holds the export of another log ([`StoreError::OtherExport`]), or cannot be
    /// written: the export in it is then the one from before.
    pub fn export(&self, folder: &Path, disk: &dyn Disk) -> Result<Exported, StoreError> {
        let signed = self
            .checkpoint()?
            .ok_or_else(|| StoreError::corrupted("there is no signed checkpoint"))?;
        let size = signed.checkpoint().size;
        let mut writer = Writer {
            folder,
            disk,
            files: 0,
        };
        let before = self.exported_size(&writer)?;
        let mut export = self.resume(&writer, before)?;
        let mut aims = writer.aims()?;
        aims.retain(|aim| *aim <= size);
        if before < size {
            aims.push(before);
            writer.aim(&aims, size)?;
        }
        for found in self.encoded_entries(before, size) {
            let (_, bytes) = found?;
            for file in export.append(&bytes)? {
                writer.write(&file.path, &file.bytes)?;
            }
        }
        if export.size() != size || export.root() != signed.checkpoint().root {
            let what = "the entries do not give the root that was signed";
            return Err(StoreError::corrupted(what));
        }
        if before < size {
            for file in export.partial() {
                writer.write(&file.path, &file.bytes)?;
            }
            self.export_blobs(&mut writer, before, size)?;
        }
        writer.write(CHECKPOINT, signed.note().to_text().as_bytes())?;
        for old in aims {
            for path in outgrown_paths(old, size) {
                writer.remove(&path)?;
            }
        }
        writer.remove(PART)?;
        writer.remove(UNDER_WAY)?;
        Ok(Exported {
            before,
            size,
            files: writer.files,
        })
    }

    /// How many entries an earlier export of this log left in a folder.
    fn exported_size(&self, writer: &Writer<'_>) -> Result<u64, StoreError> {
        let path = writer.folder.join(CHECKPOINT);
        let bytes = writer.disk.read(&path);
        let bytes = bytes.map_err(|error| StoreError::file(&path, &error))?;
        let Some(bytes) = bytes else { return Ok(0) };
        let other = || StoreError::OtherExport {
            path: writer.folder.display().to_string(),
        };
        let old = SignedCheckpoint::parse(&bytes).map_err(|_| other())?;
        let old = old.checkpoint();
        let root = self.database.retrying(|session| {
            let tiles = Tiles::of(session);
            Ok(Tree::new(&tiles, old.size).root().ok())
        })?;
        if old.origin == self.origin() && root == Some(old.root) {
            Ok(old.size)
        } else {
            Err(other())
        }
    }

    /// The export as far as it is there; from the beginning if its last files are damaged.
    fn resume(&self, writer: &Writer<'_>, before: u64) -> Result<Export, StoreError> {
        let root = self.database.retrying(|session| {
            let tiles = Tiles::of(session);
            Ok(Tree::new(&tiles, before).root()?)
        })?;
        let resumed = Export::resume(writer, before).ok();
        if let Some(export) = resumed.filter(|export| export.root() == root) {
            return Ok(export);
        }
        let mut export = Export::new();
        for found in self.encoded_entries(0, before) {
            for file in export.append(&found?.1)? {
                writer.disk_write(&file.path, &file.bytes)?;
            }
        }
        Ok(export)
    }

    fn export_blobs(
        &self,
        writer: &mut Writer<'_>,
        begin: u64,
        end: u64,
    ) -> Result<(), StoreError> {
        let sql = "SELECT hash FROM blob WHERE position >= $1 AND position < $2 ORDER BY position";
        let rows = self.database.retrying(|session| {
            session.rows(sql, vec![number(begin).into(), number(end).into()])
        })?;
        for row in rows {
            let hash = row.bytes(0)?;
            let sql = "SELECT data FROM blob WHERE hash = $1";
            let content = self
                .database
                .retrying(|session| session.row(sql, vec![hash.as_slice().into()]))?;
            let Some(content) = content else { continue };
            let name = Hash::from_bytes(&hash)
                .ok_or_else(|| StoreError::corrupted("the name of a blob is no hash"))?;
            let path = format!("{BLOBS}{}", name.to_hex());
            writer.write(&path, &unpack(&content.bytes(0)?)?)?;
        }
        Ok(())
    }
}

struct Writer<'a> {
    folder: &'a Path,
    disk: &'a dyn Disk,
    files: u64,
}

impl Writer<'_> {
    fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        self.files += 1;
        self.disk_write(path, bytes)
    }

    fn disk_write(&self, path: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.path(path);
        let folder = self.disk.create_folder(folder_of(&path));
        folder.map_err(|error| StoreError::file(&path, &error))?;
        replace_by_way_of(self.disk, &self.path(PART), &path, bytes, Access::Readable)
    }

    /// The sizes that interrupted exports aimed at.
    fn aims(&self) -> Result<Vec<u64>, StoreError> {
        let path = self.path(UNDER_WAY);
        let bytes = self.disk.read(&path);
        let bytes = bytes.map_err(|error| StoreError::file(&path, &error))?;
        let text = String::from_utf8(bytes.unwrap_or_default()).unwrap_or_default();
        Ok(text.lines().filter_map(|line| line.parse().ok()).collect())
    }

    fn aim(&self, earlier: &[u64], size: u64) -> Result<(), StoreError> {
        let aims = earlier.iter().chain([&size]);
        let lines: String = aims.map(|aim| format!("{aim}\n")).collect();
        self.disk_write(UNDER_WAY, lines.as_bytes())
    }

    /// Removes a file for good: one that came back would not belong to the export.
    fn remove(&self, path: &str) -> Result<(), StoreError> {
        let path = self.path(path);
        let removed = self.disk.read(&path).and_then(|found| {
            if found.is_some() {
                self.disk.remove(&path)?;
                self.disk.sync_folder(folder_of(&path))?;
            }
            Ok(())
        });
        removed.map_err(|error| StoreError::file(&path, &error))
    }
}

impl Source for Writer<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        let bytes = self.disk.read(&self.path(path));
        bytes.map_err(|error| error.to_string())
    }
}

/// An export in a folder, for [`yumen_ledger::verify()`].
#[derive(Clone, Debug)]
pub struct ExportFolder {
    folder: PathBuf,
}

impl ExportFolder {
    /// The export in that folder.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }
}

impl Source for ExportFolder {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        match std::fs::read(self.folder.join(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    }

    fn list(&self) -> Result<Option<Vec<String>>, String> {
        let mut paths = Vec::new();
        walk(&self.folder, "", &mut paths).map_err(|error| error.to_string())?;
        paths.sort();
        Ok(Some(paths))
    }
}

fn walk(folder: &Path, before: &str, paths: &mut Vec<String>) -> std::io::Result<()> {
    for found in std::fs::read_dir(folder)? {
        let found = found?;
        let name = format!("{before}{}", found.file_name().to_string_lossy());
        if found.file_type()?.is_dir() {
            walk(&found.path(), &format!("{name}/"), paths)?;
        } else {
            paths.push(name);
        }
    }
    Ok(())
}
