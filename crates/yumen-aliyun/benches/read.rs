//! Measures how fast a snapshot directory is read.
//!
//! `cargo bench -p yumen-aliyun` writes a generated estate and reads it three times;
//! `cargo bench -p yumen-aliyun -- DIR` reads a directory that is there. `INTERFACES GROUPS RULES`
//! after the directory generates one of that size there first.
#![expect(clippy::print_stdout, reason = "a measurement prints its figures")]

use std::cell::Cell;
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use yumen_cloudlab::{EstateSpec, write_estate};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    let kept;
    let (directory, sizes): (PathBuf, &[String]) = match arguments.split_first() {
        Some((directory, sizes)) => (PathBuf::from(directory), sizes),
        None => {
            kept = tempfile::tempdir()?;
            (kept.path().to_owned(), &[])
        }
    };
    let sizes: Vec<usize> = sizes
        .iter()
        .map(|size| size.parse())
        .collect::<Result<_, _>>()?;
    match (sizes.as_slice(), arguments.is_empty()) {
        ([interfaces, groups, rules], _) => write(&directory, *interfaces, *groups, *rules)?,
        (_, true) => write(&directory, 20_000, 4_000, 200_000)?,
        _ => {}
    }
    for _ in 0..3 {
        let bytes = Cell::new(0);
        let start = Instant::now();
        let snapshot =
            yumen_aliyun::read_snapshot(&directory, &|progress| bytes.set(progress.bytes_done))?;
        let seconds = start.elapsed().as_secs_f64();
        let megabytes = f64::from(u32::try_from(bytes.get() / 1000)?) / 1000.0;
        println!(
            "{megabytes:.0} MB in {seconds:.3} s: {:.0} MB/s; {} interfaces, {} groups, {} gaps",
            megabytes / seconds,
            snapshot.interfaces.len(),
            snapshot.groups.len(),
            snapshot.gaps.len(),
        );
        let start = Instant::now();
        drop(snapshot);
        println!("  and {:.3} s to drop it", start.elapsed().as_secs_f64());
    }
    Ok(())
}

fn write(
    directory: &Path,
    interfaces: usize,
    groups: usize,
    rules: usize,
) -> Result<(), Box<dyn Error>> {
    let spec = EstateSpec {
        interfaces,
        groups,
        rules,
        seed: 1,
    };
    let mut open: Option<(String, BufWriter<File>)> = None;
    write_estate(&spec, &mut |path, bytes| {
        let (_, file) = match open.take() {
            Some(same) if same.0 == path => open.insert(same),
            _ => {
                let full = directory.join(path);
                if let Some(parent) = full.parent() {
                    fs::create_dir_all(parent)?;
                }
                open.insert((path.to_owned(), BufWriter::new(File::create(full)?)))
            }
        };
        file.write_all(bytes)
    })?;
    Ok(())
}
