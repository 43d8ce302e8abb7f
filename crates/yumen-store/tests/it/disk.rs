//! A disk that dies: everything in memory, and a loss of power at any operation.
//!
//! What was not made durable may be there, in part or not at all: bytes of a file until it is
//! synced, names until their folder is.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use yumen_store::{Access, Disk};

/// A number that looks random, from another (splitmix64).
pub(crate) fn scrambled(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[derive(Clone, Default)]
struct Content {
    now: Vec<u8>,
    durable: Vec<u8>,
}

#[derive(Default)]
struct State {
    contents: Vec<Content>,
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
    private: BTreeMap<PathBuf, bool>,
    operations: u64,
    dies_at: Option<u64>,
    seed: u64,
}

/// The disk; clone the [`std::sync::Arc`] around it.
#[derive(Default)]
pub(crate) struct DyingDisk(Mutex<State>);

impl DyingDisk {
    /// Dies at that operation from now on, counted from 0, and at every later one.
    pub(crate) fn die_at(&self, operation: u64, seed: u64) {
        let mut state = self.state();
        state.dies_at = Some(state.operations + operation);
        state.seed = seed;
    }

    /// Operations so far.
    pub(crate) fn operations(&self) -> u64 {
        self.state().operations
    }

    /// The power comes back: what was not durable is there, in part or not at all.
    pub(crate) fn power_on(&self) {
        let mut state = self.state();
        let mut seed = state.seed;
        state.dies_at = None;
        let mut names = state.durable_names.clone();
        let changed: Vec<PathBuf> = state
            .names
            .keys()
            .chain(state.durable_names.keys())
            .cloned()
            .collect();
        for path in changed {
            if scrambled(&mut seed).is_multiple_of(2) {
                match state.names.get(&path) {
                    Some(content) => names.insert(path, *content),
                    None => names.remove(&path),
                };
            }
        }
        for content in &mut state.contents {
            if content.now != content.durable {
                let cut = scrambled(&mut seed) as usize % (content.now.len() + 1);
                content.now = match scrambled(&mut seed) % 4 {
                    0 => content.durable.clone(),
                    1 => content.now.clone(),
                    2 => content.now[..cut].to_vec(),
                    _ => {
                        let mut torn = content.now.clone();
                        torn[cut..].fill(0);
                        torn
                    }
                };
                content.durable = content.now.clone();
            }
        }
        state.durable_names = names.clone();
        state.names = names;
    }

    /// All files, as they would be read.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let state = self.state();
        let names = state.names.iter();
        names
            .map(|(path, at)| (path.clone(), state.contents[*at].now.clone()))
            .collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Counts an operation; none survives the death of the disk.
    fn operate(&self) -> (MutexGuard<'_, State>, bool) {
        let mut state = self.state();
        let at = state.operations;
        state.operations += 1;
        let is_dead = state.dies_at.is_some_and(|dies_at| at >= dies_at);
        (state, is_dead)
    }
}

fn died() -> io::Error {
    io::Error::other("the disk died")
}

impl Disk for DyingDisk {
    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        let (state, is_dead) = self.operate();
        if is_dead {
            return Err(died());
        }
        let content = state.names.get(path);
        Ok(content.map(|at| state.contents[*at].now.clone()))
    }

    fn write(&self, path: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
        let (mut state, is_dead) = self.operate();
        let is_last = is_dead && state.dies_at == Some(state.operations - 1);
        if is_dead && !is_last {
            return Err(died());
        }
        let at = match state.names.get(path) {
            Some(at) => *at,
            None => {
                state.contents.push(Content::default());
                let at = state.contents.len() - 1;
                state.names.insert(path.to_owned(), at);
                at
            }
        };
        let mut seed = state.seed;
        let length = if is_dead {
            scrambled(&mut seed) as usize % (bytes.len() + 1)
        } else {
            bytes.len()
        };
        state.contents[at].now = bytes[..length].to_vec();
        state
            .private
            .insert(path.to_owned(), access == Access::Private);
        if is_dead { Err(died()) } else { Ok(()) }
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        let (mut state, is_dead) = self.operate();
        if is_dead {
            return Err(died());
        }
        let at = *state.names.get(path).ok_or(io::ErrorKind::NotFound)?;
        state.contents[at].durable = state.contents[at].now.clone();
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let (mut state, is_dead) = self.operate();
        if is_dead {
            return Err(died());
        }
        let at = state.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
        state.names.insert(to.to_owned(), at);
        let private = state.private.remove(from).unwrap_or_default();
        state.private.insert(to.to_owned(), private);
        Ok(())
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        let (mut state, is_dead) = self.operate();
        if is_dead {
            return Err(died());
        }
        let is_in = |path: &Path| path.parent() == Some(folder);
        state.durable_names.retain(|path, _| !is_in(path));
        let names = state.names.clone();
        let here = names.into_iter().filter(|(path, _)| is_in(path));
        state.durable_names.extend(here);
        Ok(())
    }

    fn create_folder(&self, _path: &Path) -> io::Result<()> {
        let (_state, is_dead) = self.operate();
        if is_dead { Err(died()) } else { Ok(()) }
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let (mut state, is_dead) = self.operate();
        if is_dead {
            return Err(died());
        }
        state.names.remove(path);
        Ok(())
    }

    fn is_open_to_others(&self, path: &Path) -> io::Result<bool> {
        let (state, is_dead) = self.operate();
        if is_dead {
            return Err(died());
        }
        Ok(!state.private.get(path).copied().unwrap_or_default())
    }

    fn lock(&self, _path: &Path) -> io::Result<Box<dyn Send>> {
        let (_state, is_dead) = self.operate();
        if is_dead {
            Err(died())
        } else {
            Ok(Box::new(()))
        }
    }
}
