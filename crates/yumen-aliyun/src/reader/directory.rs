//! Finds the files of a snapshot directory and reads them on two threads.

use std::cmp::Reverse;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread;

use yumen_cloud::{Gap, GapReason, Id, Snapshot};
use yumen_diagnostics::{Message, Place};

use crate::reader::assemble::{Input, assemble};
use crate::reader::facts::FileFacts;
use crate::reader::file::{Source, Task, Workspace, read_file};
use crate::reader::layout::{Class, MANIFEST, classify};
use crate::reader::manifest::{Manifest, read_manifest};
use crate::{Progress, ReadError};

/// Larger files are read piece by piece.
const LARGE: u64 = 64 << 20;

/// How many threads read files.
const WORKERS: usize = 2;

/// Directories below this depth hold nothing of the layout.
const MAX_DEPTH: usize = 5;

/// Reads a snapshot directory; see [`crate::read_snapshot`].
pub(crate) fn read_directory(
    directory: &Path,
    progress: &dyn Fn(Progress),
) -> Result<Snapshot, ReadError> {
    if !directory.is_dir() {
        return Err(ReadError::NotADirectory {
            path: directory.display().to_string(),
        });
    }
    let mut found = Found::default();
    let io_error = |source: io::Error| ReadError::Io {
        path: directory.display().to_string(),
        error: source.to_string(),
    };
    walk(directory, "", 0, &mut found).map_err(io_error)?;
    let manifest = found.manifest.take().map(|path| match fs::read(path) {
        Ok(bytes) => read_manifest(&bytes),
        Err(error) => unreadable_manifest(&error),
    });
    found
        .tasks
        .sort_by(|(_, left), (_, right)| left.path.cmp(&right.path));
    if found.tasks.is_empty() {
        return Err(ReadError::Empty {
            path: directory.display().to_string(),
        });
    }
    let files = read_all(&found.tasks, progress);
    Ok(assemble(Input {
        manifest,
        files,
        gaps: found.gaps,
    }))
}

/// Reads files in memory; see [`crate::read_files`].
pub(crate) fn read_memory(
    files: impl IntoIterator<Item = (String, Vec<u8>)>,
) -> Result<Snapshot, ReadError> {
    let mut found = Found::default();
    let mut manifest = None;
    let mut contents = Vec::new();
    for (path, bytes) in files {
        let tasks = found.tasks.len();
        found.add(&path, PathBuf::new());
        if found.manifest.take().is_some() {
            manifest = Some(read_manifest(&bytes));
        } else if found.tasks.len() > tasks {
            contents.push(bytes);
        }
    }
    if found.tasks.is_empty() {
        return Err(ReadError::Empty {
            path: String::new(),
        });
    }
    let mut pairs: Vec<(Task, Vec<u8>)> = found
        .tasks
        .into_iter()
        .map(|(_, task)| task)
        .zip(contents)
        .collect();
    pairs.sort_by(|(left, _), (right, _)| left.path.cmp(&right.path));
    let mut workspace = Workspace::default();
    let read = |(task, bytes)| read_file(&task, Source::Bytes(bytes), &mut workspace);
    let files = pairs.into_iter().map(read).collect();
    Ok(assemble(Input {
        manifest,
        files,
        gaps: found.gaps,
    }))
}

/// What a directory holds.
#[derive(Default)]
struct Found {
    tasks: Vec<(PathBuf, Task)>,
    manifest: Option<PathBuf>,
    gaps: Vec<Gap>,
}

impl Found {
    fn add(&mut self, path: &str, file: PathBuf) {
        match classify(path) {
            Class::Manifest => self.manifest = Some(file),
            Class::Responses {
                region,
                action,
                resource,
            } => {
                let region = self.region(region);
                let resource = resource.map(Id::from);
                self.tasks.push((
                    file,
                    Task {
                        path: Arc::from(path),
                        region,
                        action,
                        resource,
                    },
                ));
            }
            Class::Unneeded => {}
            Class::Outside => {
                let message = Message::new("gap-outside-layout");
                let place = Place::in_file(Arc::from(path));
                let region = None;
                let reason = GapReason::Malformed;
                self.gaps.push(Gap {
                    reason,
                    region,
                    listing: None,
                    place,
                    message,
                });
            }
        }
    }

    /// The region's id, shared with the file before where it is the same.
    fn region(&self, name: &str) -> Id {
        match self.tasks.last() {
            Some((_, task)) if task.region.as_str() == name => task.region.clone(),
            _ => Id::from(name),
        }
    }
}

/// Finds the files below a directory; `path` is what leads there from the snapshot directory.
fn walk(directory: &Path, path: &str, depth: usize, found: &mut Found) -> io::Result<()> {
    let mut entries = fs::read_dir(directory)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if path.is_empty() {
            name
        } else {
            format!("{path}/{name}")
        };
        let is_directory = entry.path().is_dir();
        if !is_directory {
            found.add(&path, entry.path());
        } else if depth < MAX_DEPTH
            && let Err(error) = walk(&entry.path(), &path, depth + 1, found)
        {
            let message = Message::new("gap-unreadable").with("error", error.to_string());
            let region = path.split('/').next().map(Id::from);
            let place = Place::in_file(Arc::from(path.as_str()));
            let reason = GapReason::Unreadable;
            found.gaps.push(Gap {
                reason,
                region,
                listing: None,
                place,
                message,
            });
        }
    }
    Ok(())
}

/// Reads all files; what they say comes in the order of the files.
fn read_all(tasks: &[(PathBuf, Task)], progress: &dyn Fn(Progress)) -> Vec<FileFacts> {
    let next = AtomicUsize::new(0);
    let order = largest_first(tasks);
    let (sender, receiver) = mpsc::channel();
    let mut files: Vec<Option<FileFacts>> = tasks.iter().map(|_| None).collect();
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            let (next, order, sender) = (&next, &order, sender.clone());
            scope.spawn(move || work(tasks, order, next, &sender));
        }
        drop(sender);
        let mut done = Progress {
            files_done: 0,
            files_total: tasks.len(),
            bytes_done: 0,
        };
        for (index, bytes, facts) in receiver {
            if let Some(slot) = files.get_mut(index) {
                *slot = Some(facts);
            }
            done.files_done += 1;
            done.bytes_done += bytes;
            progress(done);
        }
    });
    files.into_iter().flatten().collect()
}

/// The order in which files are begun: a large one that was begun last would leave a thread idle.
fn largest_first(tasks: &[(PathBuf, Task)]) -> Vec<usize> {
    let size = |path: &PathBuf| fs::metadata(path).map_or(0, |metadata| metadata.len());
    let mut order: Vec<(u64, usize)> = tasks
        .iter()
        .enumerate()
        .map(|(index, (path, _))| (size(path) / LARGE, index))
        .collect();
    order.sort_by_key(|(size, index)| (Reverse(*size), *index));
    order.into_iter().map(|(_, index)| index).collect()
}

fn work(
    tasks: &[(PathBuf, Task)],
    order: &[usize],
    next: &AtomicUsize,
    sender: &Sender<(usize, u64, FileFacts)>,
) {
    let mut workspace = Workspace::default();
    loop {
        let Some(index) = order.get(next.fetch_add(1, Ordering::Relaxed)).copied() else {
            return;
        };
        let Some((path, task)) = tasks.get(index) else {
            return;
        };
        let opened = File::open(path).and_then(|file| Ok((file.metadata()?.len(), file)));
        let (bytes, facts) = match opened {
            Ok((length, mut file)) => {
                let source = if length > LARGE {
                    Source::Large(&mut file)
                } else {
                    Source::Small(&mut file)
                };
                (length, read_file(task, source, &mut workspace))
            }
            Err(error) => (0, read_file(task, Source::Closed(error), &mut workspace)),
        };
        if sender.send((index, bytes, facts)).is_err() {
            return;
        }
    }
}

fn unreadable_manifest(error: &io::Error) -> Manifest {
    let message = Message::new("gap-unreadable").with("error", error.to_string());
    let place = Place::in_file(Arc::from(MANIFEST));
    let gap = Gap {
        reason: GapReason::Unreadable,
        region: None,
        listing: None,
        place,
        message,
    };
    Manifest {
        gaps: vec![gap],
        ..Manifest::default()
    }
}
