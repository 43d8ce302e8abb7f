//! Directories of files, read and written whole.

use std::fs;
use std::path::Path;

use crate::failure::Failure;
use yumen_cloudlab::File;

/// Writes files below a directory.
pub(crate) fn write(directory: &Path, files: &[File]) -> Result<(), Failure> {
    for file in files {
        let path = directory.join(&file.path);
        let failed = |error| Failure::File(path.clone(), error);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        fs::write(&path, &file.bytes).map_err(failed)?;
    }
    Ok(())
}

/// Reads every `.json` file below a directory: path inside it, with `/` between its parts, and
/// content.
pub(crate) fn read(directory: &Path) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let mut files = Vec::new();
    let mut folders = vec![(directory.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        let failed = |error| Failure::File(folder.clone(), error);
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let (path, inside) = (entry.path(), format!("{prefix}{name}"));
            if path.is_dir() {
                folders.push((path, format!("{inside}/")));
            } else if inside.ends_with(".json") {
                let content = fs::read(&path).map_err(|error| Failure::File(path, error))?;
                files.push((inside, content));
            }
        }
    }
    files.sort_unstable();
    Ok(files)
}
