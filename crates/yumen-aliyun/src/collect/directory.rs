//! The directory that a collection fills: what is finished stays, what is not is begun again.
//!
//! Pages are written under a name of their own and renamed when they are complete, so a file of the
//! layout is always whole. Until the end `.collect/` holds what a later run must agree with: the
//! account, the regions and the time at which the collection began.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{CollectError, CollectGap, Collected, Scope};

/// Where unfinished things are.
const WORK: &str = ".collect";

/// The file that makes a directory a finished snapshot.
pub(super) const MANIFEST: &str = "manifest.json";

/// Hours after which an unfinished snapshot is not gone on with.
const OLDEST_HOURS: i64 = 24;

/// A directory that is being filled.
pub(super) struct Directory {
    path: PathBuf,
    parts: AtomicUsize,
    /// Held until the end, so that no second collection fills the same directory
    _lock: File,
    /// When the collection began, perhaps in an earlier run
    pub(super) began: String,
}

impl Directory {
    /// Opens a directory to be filled: a new one, an empty one, or one whose collection was
    /// interrupted and was of the same account and regions.
    pub(super) fn open(path: &Path, scope: &Scope, now: &str) -> Result<Self, CollectError> {
        let failed = |error: io::Error| CollectError::file(path, &error);
        fs::create_dir_all(path.join(WORK)).map_err(failed)?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.join(WORK).join("lock"))
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(CollectError::InUse { path: shown(path) });
            }
            // A file system without locks cannot say; two collections into one directory are the
            // user's to avoid there.
            Err(TryLockError::Error(_)) => {}
        }
        let state = path.join(WORK).join("state.json");
        let wanted = json!({"account": scope.account, "regions": scope.regions});
        let began = match fs::read(&state) {
            Ok(bytes) => resume(path, &bytes, &wanted, now)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if let Some(other) = other_content(path).map_err(failed)? {
                    fs::remove_file(path.join(WORK).join("lock")).map_err(failed)?;
                    fs::remove_dir(path.join(WORK)).map_err(failed)?;
                    return Err(if other == MANIFEST {
                        CollectError::Finished { path: shown(path) }
                    } else {
                        CollectError::NotEmpty {
                            path: shown(path),
                            other,
                        }
                    });
                }
                let state_value = json!({"began": now, "scope": wanted});
                write_whole(&state, format!("{state_value:#}\n").as_bytes()).map_err(failed)?;
                now.to_owned()
            }
            Err(error) => return Err(failed(error)),
        };
        Ok(Self {
            path: path.to_owned(),
            parts: AtomicUsize::new(0),
            _lock: lock,
            began,
        })
    }

    /// What an earlier run read, if it finished that file.
    pub(super) fn finished(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.path.join(name)).ok()
    }

    /// A new place for pages; it becomes a file of the layout by [`Directory::finish`].
    pub(super) fn part(&self) -> (PathBuf, impl FnMut() -> io::Result<BufWriter<File>> + use<>) {
        let number = self.parts.fetch_add(1, Ordering::Relaxed);
        let path = self.path.join(WORK).join(format!("{number}.part"));
        let place = path.clone();
        (path, move || Ok(BufWriter::new(File::create(&place)?)))
    }

    /// Makes pages a file of the layout.
    pub(super) fn finish(&self, part: &Path, name: &str) -> io::Result<()> {
        let path = self.path.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::rename(part, path)
    }

    /// Writes the manifest and ends the collection.
    pub(super) fn close(
        self,
        scope: &Scope,
        tool: &str,
        collected: &Collected,
    ) -> Result<(), CollectError> {
        let failed = |error: io::Error| CollectError::file(&self.path, &error);
        let requests = json!(collected.requests);
        let text = manifest(scope, tool, &self.began, &collected.gaps, requests);
        write_whole(&self.path.join(MANIFEST), text.as_bytes()).map_err(failed)?;
        fs::remove_dir_all(self.path.join(WORK)).map_err(failed)
    }
}

/// The text of a manifest.
pub(super) fn manifest(
    scope: &Scope,
    tool: &str,
    began: &str,
    gaps: &[CollectGap],
    requests: Value,
) -> String {
    let gaps: Vec<Value> = gaps.iter().map(crate::uncollected::to_json).collect();
    let manifest = json!({
        "account": scope.account,
        "caller": scope.caller,
        "collected_at": began,
        "gaps": gaps,
        "regions": scope.regions,
        "requests": requests,
        "tool": tool,
        "version": 1,
    });
    format!("{manifest:#}\n")
}

/// When the interrupted collection began, if it was of the same account and regions.
fn resume(path: &Path, bytes: &[u8], wanted: &Value, now: &str) -> Result<String, CollectError> {
    let state: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let began = state.get("began").and_then(Value::as_str);
    match (began, state.get("scope") == Some(wanted)) {
        (Some(began), true) if is_recent(began, now) => Ok(began.to_owned()),
        (Some(began), true) => Err(CollectError::TooOld {
            path: shown(path),
            began: began.to_owned(),
        }),
        _ => Err(CollectError::OtherScope { path: shown(path) }),
    }
}

/// True if a snapshot that began then still shows one time: files of different days do not fit.
fn is_recent(began: &str, now: &str) -> bool {
    let time = |text: &str| text.parse::<Timestamp>().ok();
    time(began).zip(time(now)).is_some_and(|(began, now)| {
        now.duration_since(began) <= SignedDuration::from_hours(OLDEST_HOURS)
    })
}

/// The name of something in a directory that no collection put there.
fn other_content(path: &Path) -> io::Result<Option<String>> {
    let mut names: Vec<String> = fs::read_dir(path)?
        .filter_map(Result::ok)
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name != WORK)
        .collect();
    names.sort_by_key(|name| (name != MANIFEST, name.clone()));
    Ok(names.into_iter().next())
}

/// Writes a file so that it is there whole or not at all.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = path.with_extension("part");
    fs::write(&part, bytes)?;
    fs::rename(part, path)
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
