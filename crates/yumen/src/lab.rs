//! `yumen lab`: a simulated Alibaba Cloud to point any client at.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use clap::ArgMatches;
use yumen_cloudlab::{Chaos, LAB_KEY, Lab, Server, Settings, TlsFiles};
use yumen_diagnostics::Message;

use crate::failure::Failure;
use crate::files;
use crate::shell::Shell;

/// The regions of an estate in which nothing exists.
const EMPTY_REGIONS: [&str; 2] = ["cn-hangzhou", "cn-shanghai"];

pub(crate) fn run(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let settings = settings(matches)?;
    let estate = text(matches, "estate").unwrap_or("demo");
    let lab = open(estate, settings)?;
    let listen = listen(matches)?;
    let tls = tls(matches);
    let lab = Arc::new(Mutex::new(lab));
    let server = Server::start(Arc::clone(&lab), listen, tls.as_ref()).map_err(|error| {
        Failure::Input(
            Message::new("failure-listen")
                .with("address", listen.to_string())
                .with("error", error.to_string()),
        )
    })?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let (id, secret) = LAB_KEY;
    let url = format!("{scheme}://{}", server.address());
    let ready = Message::new("lab-ready")
        .with("url", url.as_str())
        .with("estate", estate)
        .with("id", id)
        .with("secret", secret);
    shell.print(&format!("{}\n", shell.words.say(&ready)))?;
    server
        .until_interrupted()
        .map_err(|error| Failure::File(PathBuf::from("-"), error))?;
    drop(server);
    let mut lab = lab.lock().unwrap_or_else(PoisonError::into_inner);
    lab.settle_all();
    if let Some(directory) = text(matches, "export") {
        let files = lab.export(
            &jiff::Timestamp::now()
                .strftime("%Y-%m-%dT%H:%M:%SZ")
                .to_string(),
        );
        files::write(Path::new(directory), &files)?;
    }
    let (requests, throttled) = lab.requests();
    let ended = Message::new("lab-ended")
        .with("requests", requests.to_string())
        .with("throttled", throttled.to_string())
        .with("changes", lab.changes().len().to_string());
    shell.print(&format!("{}\n", shell.words.say(&ended)))?;
    Ok(ExitCode::SUCCESS)
}

/// A lab with the built-in estate, an empty one, or that of a directory.
pub(crate) fn open(estate: &str, settings: Settings) -> Result<Lab, Failure> {
    let files = match estate {
        "empty" => return Ok(Lab::empty(&EMPTY_REGIONS, settings)),
        "demo" => {
            let files = yumen_cloudlab::demo().into_iter();
            files.map(|file| (file.path, file.bytes)).collect()
        }
        directory => files::read(Path::new(directory))?,
    };
    Lab::load(files, settings).map_err(|error| {
        Failure::Input(
            Message::new("failure-estate")
                .with("path", error.path)
                .with("error", error.why),
        )
    })
}

fn settings(matches: &ArgMatches) -> Result<Settings, Failure> {
    let mut settings = Settings::default();
    if let Some(chaos) = text(matches, "chaos") {
        settings.chaos = chaos
            .parse::<Chaos>()
            .map_err(|part| Failure::Input(Message::new("failure-chaos").with("part", part)))?;
    }
    if let Some(window) = text(matches, "limit-window") {
        settings.window = window
            .parse()
            .map_err(|_| Failure::Input(Message::new("failure-window").with("value", window)))?;
    }
    let denied = matches.get_many::<String>("deny").into_iter().flatten();
    settings.denied = denied.cloned().collect();
    Ok(settings)
}

fn listen(matches: &ArgMatches) -> Result<SocketAddr, Failure> {
    let given = text(matches, "listen").unwrap_or("127.0.0.1:7180");
    given
        .parse()
        .map_err(|_| Failure::Input(Message::new("failure-address-port").with("value", given)))
}

fn tls(matches: &ArgMatches) -> Option<TlsFiles> {
    Some(TlsFiles {
        certificates: PathBuf::from(text(matches, "tls-cert")?),
        key: PathBuf::from(text(matches, "tls-key")?),
    })
}

fn text<'m>(matches: &'m ArgMatches, name: &str) -> Option<&'m str> {
    matches.get_one::<String>(name).map(String::as_str)
}
