//! Writes an estate of any size as raw API responses:
//! `write-estate --interfaces N --groups G --rules R [--seed S] DIR`.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use yumen_bench::estate_arguments::EstateArguments;

fn main() -> ExitCode {
    let arguments = match EstateArguments::parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(problem) => {
            drop(writeln!(io::stderr(), "write-estate: {problem}"));
            return ExitCode::from(2);
        }
    };
    match write(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            drop(writeln!(io::stderr(), "write-estate: {error}"));
            ExitCode::from(2)
        }
    }
}

fn write(arguments: &EstateArguments) -> io::Result<()> {
    let mut open: Option<(PathBuf, File)> = None;
    let mut bytes = 0;
    let mut files = 0;
    yumen_cloudlab::write_estate(&arguments.spec, &mut |path, piece| {
        let path = arguments.directory.join(path);
        bytes += piece.len();
        if open.as_ref().is_none_or(|(current, _)| *current != path) {
            fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
            open = Some((path.clone(), File::create(&path)?));
            files += 1;
        }
        open.as_mut()
            .map_or(Ok(()), |(_, file)| file.write_all(piece))
    })?;
    writeln!(
        io::stdout(),
        "{files} files, {} MB in {}",
        bytes / 1_000_000,
        arguments.directory.display()
    )
}
