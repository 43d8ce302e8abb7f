//! `yumen demo`: the built-in estate in a simulated cloud, collected over the wire and audited.

mod story;

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use clap::ArgMatches;
use jiff::Timestamp;
use serde_json::Value;
use yumen_aliyun::client::Clock;
use yumen_aliyun::collect::scope;
use yumen_aliyun::credentials::Provider;
use yumen_cloudlab::{Chaos, DEMO_COLLECTED_AT, DEMO_SETTINGS, LAB_KEY, Server, Settings};
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
    let mut lab = lab::open("demo", settings)?;
    let account = lab.account().to_owned();
    lab.add_key(HASTY.0, HASTY.1, &account, Vec::new());
    let lab = Arc::new(Mutex::new(lab));
    let server = Server::start(lab, ([127, 0, 0, 1], 0).into(), None);
    let server = server.map_err(|error| {
        let message = Message::new("failure-listen").with("address", "127.0.0.1");
        Failure::Input(message.with("error", error.to_string()))
    })?;
    let endpoint = format!("http://{}", server.address());
    let clock: Arc<dyn Clock> = Arc::new(clock);
    let access = Access::at(Some(endpoint), Arc::clone(&clock));
    let (id, secret) = LAB_KEY;
    let client = access.client(Provider::fixed(id, secret, None));
    let scope = scope(&client, None).map_err(Failure::Collect)?;
    let collected = live::collect_into(&client, &scope, directory)?;
    let settings = directory.join(SETTINGS);
    if !settings.exists() {
        fs::write(&settings, DEMO_SETTINGS).map_err(|error| Failure::File(settings, error))?;
    }
    if !audit::is_json(matches) {
        let written = Message::new("demo-written")
            .with("requests", client.sent().requests.to_string())
            .with("files", collected.requests.len())
            .with("directory", directory.display().to_string());
        shell.print(&format!("{}\n\n", shell.words.say(&written)))?;
    }
    let code = audit::directory(shell, matches, directory)?;
    if !audit::is_json(matches) && !matches.get_flag("audit-only") {
        let cast = story::Cast {
            folder: story::folder_beside(directory),
            access: &access,
            key: LAB_KEY,
            hasty: HASTY,
            clock,
        };
        story::tell(shell, &cast)?;
    }
    Ok(code)
}

/// The access key of somebody in a hurry.
const HASTY: (&str, &str) = ("xiaochen", "xiaochen-secret");

/// Takes the files of an earlier demo away, and nothing else: those that its manifest names.
fn remove_earlier(directory: &Path) -> Result<(), Failure> {
    let manifest = fs::read(directory.join(MANIFEST)).unwrap_or_default();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap_or_default();
    let (id, _) = LAB_KEY;
    let caller = manifest
        .get("caller")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let is_demo = caller.ends_with(&format!(":user/{id}"))
        && manifest.get("collected_at") == Some(&Value::from(DEMO_COLLECTED_AT));
    if !is_demo {
        return Ok(());
    }
    let named = manifest.get("requests").and_then(Value::as_object);
    let names = named.into_iter().flatten().map(|(name, _)| name.as_str());
    let is_inside = |name: &&str| {
        Path::new(name)
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)))
    };
    // A `yumen.toml` that somebody changed is not the demo's any more.
    let settings = fs::read_to_string(directory.join(SETTINGS)).unwrap_or_default();
    let settings = (settings == DEMO_SETTINGS).then_some(SETTINGS);
    for name in names.filter(is_inside).chain(settings).chain([MANIFEST]) {
        let path = directory.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Failure::File(path, error));
            }
            _ => {}
        }
        // Folders go with their last file; one that holds something else stays.
        let mut folder = path.parent();
        while let Some(empty) = folder.filter(|folder| *folder != directory) {
            if fs::remove_dir(empty).is_err() {
                break;
            }
            folder = empty.parent();
        }
    }
    Ok(())
}

/// What the people of the demo estate declare, beside the snapshot.
const SETTINGS: &str = "yumen.toml";

/// What makes a directory a finished snapshot.
const MANIFEST: &str = "manifest.json";

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
