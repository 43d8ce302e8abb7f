//! What a witness remembers of each log: the last checkpoint that it cosigned, one file each.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use yumen_ledger::Checkpoint;

use crate::disk::Disk;
use crate::error::StoreError;
use crate::seal::{HighWater, Sealed};

/// The memory of a witness: a folder.
pub struct WitnessMemory {
    folder: PathBuf,
    disk: Arc<dyn Disk>,
}

impl WitnessMemory {
    /// The memory in that folder, which is made when something is kept.
    #[must_use]
    pub fn new(folder: &Path, disk: Arc<dyn Disk>) -> Self {
        Self {
            folder: folder.to_owned(),
            disk,
        }
    }

    /// The last checkpoint of a log that was kept; none if there is none.
    ///
    /// # Errors
    /// The file cannot be read or is damaged: a witness that forgot must not begin anew.
    pub fn last(&self, origin: &str) -> Result<Option<Checkpoint>, StoreError> {
        let file = HighWater::of_witness(self.disk.as_ref(), &self.folder, origin);
        let sealed = file.read()?;
        Ok(sealed.map(|sealed| Checkpoint::new(origin, sealed.size, sealed.root)))
    }

    /// Keeps a checkpoint; it is durable when this returns, and only then may it be cosigned.
    /// This is the `keep` of [`yumen_ledger::witness::Witness::handle`].
    ///
    /// # Errors
    /// The file cannot be written, or a larger checkpoint or another one of this size was kept:
    /// another process is the witness too.
    pub fn keep(&self, checkpoint: &Checkpoint) -> Result<(), StoreError> {
        let file = HighWater::of_witness(self.disk.as_ref(), &self.folder, &checkpoint.origin);
        let _alone = file.lock()?;
        let new = Sealed {
            size: checkpoint.size,
            root: checkpoint.root,
        };
        match file.read()? {
            Some(known) if known == new => Ok(()),
            Some(known) if known.size >= new.size => Err(StoreError::Fork {
                signed: known.size,
                size: new.size,
                path: file.path().display().to_string(),
            }),
            _ => file.write(new),
        }
    }
}
