//! The vendor's own SDKs against the simulated cloud: installed, started, driven, judged.

use crate::command::{cargo, root, run, spelled, works};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Where the suite is, and where its environment is made.
const SUITE: &str = "crates/yumen-cloudlab/tests/sdk";
const ENVIRONMENT: &str = "target/sdk-venv";

/// What came of driving the simulated cloud.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Drive {
    Passed(String),
    Failed(String),
    Skipped(String),
}

/// Drives a simulated cloud through every case of the suite.
pub(crate) fn drive() -> Drive {
    if !works(Command::new("python3").args(["-c", "import ensurepip, venv"])) {
        return Drive::Skipped(
            "there is no `python3` with venv; `apt-get install python3-venv` adds it".into(),
        );
    }
    match suite() {
        Ok(said) => Drive::Passed(said),
        Err(why) => Drive::Failed(why),
    }
}

fn suite() -> Result<String, String> {
    let python = environment()?;
    let built = run(cargo().args(["build", "-p", "yumen"]))?;
    if !built.success() {
        return Err("`yumen` does not compile".into());
    }
    let mut lab = Lab::start()?;
    let script = root().join(SUITE).join("drive.py");
    let mut drive = Command::new(python);
    drive.arg(script).args(["--endpoint", &lab.address]);
    println!("$ {}", spelled(&drive));
    let output = drive.output().map_err(|error| error.to_string())?;
    lab.stop();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    print!("{said}{}", String::from_utf8_lossy(&output.stderr));
    let last = said
        .trim_end()
        .lines()
        .last()
        .unwrap_or_default()
        .to_owned();
    if output.status.success() {
        Ok(last)
    } else {
        Err(last)
    }
}

/// A Python with the pinned packages; made anew when these change.
fn environment() -> Result<PathBuf, String> {
    let folder = root().join(ENVIRONMENT);
    let python = folder.join("bin/python");
    let wanted = root().join(SUITE).join("requirements.txt");
    let installed = folder.join("requirements.txt");
    let is_current = |installed: &Path| {
        let read = |path: &Path| fs::read(path).ok();
        read(installed).is_some() && read(installed) == read(&wanted)
    };
    if is_current(&installed) {
        return Ok(python);
    }
    let made = run(Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&folder))?;
    let mut install = Command::new(&python);
    install.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-r",
    ]);
    if !made.success() || !run(install.arg(&wanted))?.success() {
        return Err("the SDKs could not be installed".into());
    }
    fs::copy(&wanted, &installed).map_err(|error| error.to_string())?;
    Ok(python)
}

/// A simulated cloud in a process of its own, ended when it is dropped.
struct Lab {
    child: Child,
    address: String,
}

impl Lab {
    fn start() -> Result<Lab, String> {
        let mut command = Command::new(root().join("target/debug/yumen"));
        command.args(["lab", "--estate", "empty", "--listen", "127.0.0.1:0"]);
        command.args(["--limit-window", "0", "--lang", "en"]);
        command.stdout(Stdio::piped()).stdin(Stdio::null());
        println!("$ {}", spelled(&command));
        let mut child = command.spawn().map_err(|error| error.to_string())?;
        let out = child.stdout.take().ok_or("the lab has no output")?;
        let mut lines = BufReader::new(out).lines().map_while(Result::ok);
        let address = lines.find_map(|line| {
            let (_, address) = line.split_once("YUMEN_ALIYUN_ENDPOINT=http://")?;
            Some(address.trim().to_owned())
        });
        let address = address.ok_or("the lab did not say where it listens")?;
        Ok(Lab { child, address })
    }

    fn stop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.stop();
    }
}
