//! A PostgreSQL for the tests of the store: a new cluster in a temporary folder, on a free port of
//! the loopback address, stopped and removed in the end.
//!
//! It trusts everybody who connects, so it holds nothing but what tests put there, and it does not
//! wait for the disk: tests kill programs, never the machine.

use crate::command::{output, works};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the tests of the store read.
pub(crate) const VARIABLE: &str = "YUMEN_TEST_POSTGRES_URL";

/// Where Debian keeps the programs of each version; none of them is on the path.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The account that runs the server where the tests are run as root, which the server refuses.
const ACCOUNT: &str = "postgres";

/// A server that runs until this is dropped.
pub(crate) struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    as_root: bool,
    pub(crate) url: String,
}

impl Postgres {
    /// Starts a server; the error says why there is none.
    pub(crate) fn start() -> Result<Self, String> {
        let programs = programs().ok_or(
            "PostgreSQL is not installed; Debian has it as `postgresql`, or put `initdb` and \
             `pg_ctl` on the path",
        )?;
        let as_root = output(Command::new("id").arg("-u"))?.trim() == "0";
        let name = format!("yumen-postgres-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder)
            .map_err(|error| format!("`{}`: {error}", folder.display()))?;
        let port = free_port()?;
        let server = Self {
            programs,
            folder,
            as_root,
            url: format!("postgres://{ACCOUNT}@127.0.0.1:{port}/{ACCOUNT}"),
        };
        if as_root {
            let owner = format!("{ACCOUNT}:");
            output(Command::new("chown").arg(owner).arg(&server.folder))?;
        }
        let data = server.folder.join("data");
        let mut initialise = server.program("initdb");
        initialise
            .arg("-D")
            .arg(&data)
            .args(["-U", ACCOUNT, "--auth=trust", "--no-sync"])
            .args(["--encoding=UTF8", "--locale=C"]);
        output(&mut initialise)?;
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off \
             -c max_connections=300"
        );
        let mut start = server.program("pg_ctl");
        start
            .arg("-D")
            .arg(&data)
            .args(["-w", "-o", &options, "-l"]);
        start.arg(server.folder.join("log")).arg("start");
        // The server inherits what it can: with a pipe for its words, reading them never ends.
        if works(&mut start) {
            return Ok(server);
        }
        let log = std::fs::read_to_string(server.folder.join("log")).unwrap_or_default();
        Err(format!("PostgreSQL did not start: {}", log.trim()))
    }

    /// One of its programs, run by an account that it accepts.
    fn program(&self, name: &str) -> Command {
        let path = self.programs.join(name);
        let mut command = if self.as_root {
            let mut command = Command::new("runuser");
            command.args(["-u", ACCOUNT, "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        // That account may not enter the folder of the workspace.
        command.current_dir(&self.folder);
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let mut stop = self.program("pg_ctl");
        stop.arg("-D").arg(self.folder.join("data"));
        stop.args(["-w", "-m", "immediate", "stop"]);
        works(&mut stop);
        // Nothing depends on it, and a temporary folder is nobody's treasure.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The folder of the newest version's programs.
fn programs() -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<PathBuf> = std::env::split_paths(&on_path).collect();
    debian(Path::new(DEBIAN))
        .into_iter()
        .chain(on_path)
        .find(|folder| {
            ["initdb", "pg_ctl"]
                .iter()
                .all(|name| folder.join(name).is_file())
        })
}

/// Debian's folders, the newest version first.
fn debian(folder: &Path) -> Vec<PathBuf> {
    let versions = std::fs::read_dir(folder).into_iter().flatten();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .filter_map(|found| {
            let found = found.ok()?;
            let version = found.file_name().to_str()?.parse().ok()?;
            Some((version, found.path().join("bin")))
        })
        .collect();
    versions.sort();
    versions.into_iter().rev().map(|(_, path)| path).collect()
}

/// A port that is free now; `pg_ctl` cannot be told to choose one.
fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0));
    let address = listener.and_then(|listener| listener.local_addr());
    address
        .map(|address| address.port())
        .map_err(|error| format!("no free port on 127.0.0.1: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use std::net::TcpStream;

    #[test]
    fn a_server_answers_until_it_is_dropped() {
        let server = match Postgres::start() {
            Ok(server) => server,
            Err(why) => {
                let _ = writeln!(std::io::stderr(), "skipped: starting PostgreSQL: {why}");
                return;
            }
        };
        let address = server.url.split(['@', '/']).nth(3).unwrap().to_owned();
        let folder = server.folder.clone();
        assert!(TcpStream::connect(&address).is_ok(), "{address}");
        drop(server);
        assert!(TcpStream::connect(&address).is_err(), "{address}");
        assert!(!folder.exists());
    }

    #[test]
    fn the_newest_version_is_taken() {
        let folder = std::env::temp_dir().join(format!("yumen-versions-{}", std::process::id()));
        for version in ["9", "15", "17", "other"] {
            std::fs::create_dir_all(folder.join(version).join("bin")).unwrap();
        }
        let found = debian(&folder);
        std::fs::remove_dir_all(&folder).unwrap();
        let expected = ["17", "15", "9"].map(|version| folder.join(version).join("bin"));
        assert_eq!(found, expected);
        assert_eq!(
            debian(Path::new("/no/such/folder")),
            [""; 0].map(PathBuf::from)
        );
    }
}
