//! `yumen demo`: the built-in estate in a simulated cloud, collected over the wire and audited.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use clap::ArgMatches;
use jiff::Timestamp;
use yumen_aliyun::client::Clock;
use yumen_aliyun::collect::scope;
use yumen_aliyun::credentials::Provider;
use yumen_cloudlab::{Chaos, DEMO_COLLECTED_AT, LAB_KEY, Server, Settings};
use yumen_diagnostics::Message;

use crate::failure::Failure;
use crate::live::{self, Access};
use crate::shell::Shell;
use crate::{audit, lab};

pub(crate) fn run(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let directory = matches.get_one::<String>("out");
    let directory = Path::new(directory.map_or("yumen-demo", String::as_str));
    remove_earlier(directory)?;
    let clock = Day::new();
    let settings = Settings {
        chaos: Chaos {
            skew: clock.ahead(),
            ..Chaos::default()
        },
        repeatable: true,
        ..Settings::default()
    };
    let lab = Arc::new(Mutex::new(lab::open("demo", settings)?));
    let server = Server::start(lab, ([127, 0, 0, 1], 0).into(), None);
    let server = server.map_err(|error| {
        let message = Message::new("failure-listen").with("address", "127.0.0.1");
        Failure::Input(message.with("error", error.to_string()))
    })?;
    let endpoint = format!("http://{}", server.address());
    let access = Access::at(Some(endpoint), Arc::new(clock));
    let (id, secret) = LAB_KEY;
    let client = access.client(Provider::fixed(id, secret, None));
    let scope = scope(&client, None).map_err(Failure::Collect)?;
    let collected = live::collect_into(&client, &scope, directory)?;
    if !audit::is_json(matches) {
        let written = Message::new("demo-written")
            .with("requests", client.sent().requests.to_string())
            .with("files", collected.requests.len())
            .with("directory", directory.display().to_string());
        shell.print(&format!("{}\n\n", shell.words.say(&written)))?;
    }
    audit::directory(shell, matches, directory)
}

/// Takes the snapshot of an earlier demo away, and nothing else.
fn remove_earlier(directory: &Path) -> Result<(), Failure> {
    let manifest = fs::read_to_string(directory.join("manifest.json")).unwrap_or_default();
    let (id, _) = LAB_KEY;
    let is_demo = manifest.contains(&format!(":user/{id}\""))
        && manifest.contains(&format!("\"collected_at\": \"{DEMO_COLLECTED_AT}\""));
    if is_demo {
        let failed = |error| Failure::File(directory.to_owned(), error);
        fs::remove_dir_all(directory).map_err(failed)?;
    }
    Ok(())
}

/// The day on which the demo plays, so that nothing in it grows old.
struct Day {
    begins: Timestamp,
    since: Instant,
}

impl Day {
    fn new() -> Self {
        Self {
            begins: DEMO_COLLECTED_AT.parse().unwrap_or_default(),
            since: Instant::now(),
        }
    }

    /// Seconds by which that day is ahead of today: negative.
    fn ahead(&self) -> i64 {
        self.begins.as_second() - Timestamp::now().as_second()
    }
}

impl Clock for Day {
    fn now(&self) -> Timestamp {
        let elapsed = jiff::SignedDuration::try_from(self.since.elapsed()).unwrap_or_default();
        self.begins.saturating_add(elapsed).unwrap_or(self.begins)
    }

    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}
