//! `yumen doctor`: whether everything is as it takes, and what to do where it is not.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::ArgMatches;
use yumen_aliyun::client::{Client, Patience};
use yumen_aliyun::collect::{Asking, ask_rights, scope};
use yumen_aliyun::rights::{Purpose, policy};
use yumen_diagnostics::Message;
use yumen_store::StoreError;

use crate::failure::Failure;
use crate::govern::office;
use crate::live::{self, Access};
use crate::shell::Shell;

/// Seconds of difference between clocks that are worth a word, and that calls fail with.
const SKEW: (i64, i64) = (60, 15 * 60);

pub(crate) fn run(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    if let Some(purpose) = text("ram-policy") {
        let purpose = if purpose == "write" {
            Purpose::Write
        } else {
            Purpose::Read
        };
        shell.print_json(&policy(purpose))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut visit = Visit {
        shell,
        is_well: true,
    };
    let version = Message::new("doctor-version").with("version", env!("CARGO_PKG_VERSION"));
    visit.good(&version)?;
    visit.directory(Path::new("."))?;
    visit.store(matches)?;
    visit.people(matches)?;
    let access = Access::new(matches)?;
    let provider = match access.provider(text("profile")) {
        Ok(provider) => provider,
        Err(failure) => {
            visit.bad(&failure.message())?;
            return Ok(ExitCode::from(2));
        }
    };
    visit.good(&provider.source())?;
    let patience = Patience {
        attempts: 3,
        longest_wait: Duration::from_secs(2),
        timeout: Duration::from_secs(10),
        ..Patience::default()
    };
    let client = access.client(provider).with_patience(patience);
    let regions = live::regions(text("regions"));
    let scope = match scope(&client, regions.as_deref()) {
        Ok(scope) => scope,
        Err(error) => {
            visit.bad(&error.message())?;
            visit.clock(&client)?;
            return Ok(ExitCode::from(2));
        }
    };
    let known = Message::new("doctor-identity")
        .with("account", scope.account.as_str())
        .with("caller", scope.caller.as_str())
        .with("regions", scope.regions.len().to_string());
    visit.good(&known)?;
    visit.clock(&client)?;
    // All regions of an account would be asked for long; those that were named are asked.
    let asked = if regions.is_some() {
        scope.regions.len()
    } else {
        1
    };
    for region in scope.regions.iter().take(asked) {
        visit.rights(&client, region)?;
    }
    let end = if visit.is_well {
        "doctor-well"
    } else {
        "doctor-ill"
    };
    shell.print(&format!("\n{}\n", shell.words.say(&Message::new(end))))?;
    Ok(if visit.is_well {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(3)
    })
}

struct Visit<'s> {
    shell: &'s Shell,
    is_well: bool,
}

impl Visit<'_> {
    fn good(&self, message: &Message) -> Result<(), Failure> {
        self.shell
            .print(&format!("✓ {}\n", self.shell.words.say(message)))
    }

    fn bad(&mut self, message: &Message) -> Result<(), Failure> {
        self.is_well = false;
        self.shell
            .print(&format!("✗ {}\n", self.shell.words.say(message)))
    }

    fn open(&self, message: &Message) -> Result<(), Failure> {
        self.shell
            .print(&format!("? {}\n", self.shell.words.say(message)))
    }

    /// Snapshots are written where the command is typed.
    fn directory(&mut self, directory: &Path) -> Result<(), Failure> {
        let probe = directory.join(format!(".yumen-doctor-{}", std::process::id()));
        let written = std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe));
        match written {
            Ok(()) => self.good(&Message::new("doctor-directory")),
            Err(error) => {
                let message = Message::new("doctor-no-directory").with("error", error.to_string());
                self.bad(&message)
            }
        }
    }

    /// The store is optional: without one there is no change control, and nothing is wrong.
    fn store(&mut self, matches: &ArgMatches) -> Result<(), Failure> {
        let folder = office::state(matches);
        let of = |id| Message::new(id).with("folder", folder.display().to_string());
        let store = match office::store_to_read(matches) {
            Ok(store) => store,
            Err(Failure::Operation(yumen_operations::Failure::Store(StoreError::Missing {
                ..
            }))) => return self.open(&of("doctor-no-store")),
            Err(failure) => return self.bad(&failure.message()),
        };
        let size = match store.size() {
            Ok(size) => size,
            Err(error) => return self.bad(&error.message()),
        };
        let message = of("doctor-store")
            .with("ledger", store.origin())
            .with("entries", size);
        self.good(&message)?;
        match office::ledger_keys_there(&folder.join("keys")) {
            Ok(Some(_)) => self.good(&of("doctor-ledger-keys")),
            Ok(None) => self.bad(&of("doctor-no-ledger-keys")),
            Err(failure) => self.bad(&failure.message()),
        }
    }

    /// Who may do what, and whose keys are here.
    fn people(&mut self, matches: &ArgMatches) -> Result<(), Failure> {
        let ground = match office::ground(matches) {
            Ok(ground) => ground,
            Err(failure) => {
                for message in failure.messages() {
                    self.bad(&message)?;
                }
                return Ok(());
            }
        };
        let people = &ground.policy.people;
        if people.is_empty() {
            return self.open(&Message::new("doctor-no-people"));
        }
        let folder = office::key_folder(matches);
        let mut here = Vec::new();
        for (name, person) in people {
            let path = folder.join(format!("{name}.pem"));
            if !path.is_file() {
                continue;
            }
            match office::personal_keys(&path, name) {
                Err(failure) => self.bad(&failure.message())?,
                Ok(keys) if keys.vkeys().iter().all(|key| person.keys.contains(key)) => {
                    here.push(name.clone());
                }
                Ok(_) => {
                    let message = Message::new("review-foreign-keys").with("person", name.as_str());
                    self.bad(&message)?;
                }
            }
        }
        let message = Message::new(if here.is_empty() {
            "doctor-people"
        } else {
            "doctor-people-keys"
        });
        let message = message
            .with("people", people.len())
            .with("here", self.shell.words.list(&here));
        self.good(&message)
    }

    fn clock(&mut self, client: &Client) -> Result<(), Failure> {
        // Where nobody answered, nothing is known of the clock.
        let Some(skew) = client.skew() else {
            return Ok(());
        };
        let (noted, fatal) = SKEW;
        let of = |id| Message::new(id).with("seconds", skew.abs().to_string());
        if skew.abs() < noted {
            self.good(&of("doctor-clock"))
        } else if skew.abs() < fatal {
            self.open(&of("doctor-clock-off"))
        } else {
            self.bad(&of("doctor-clock-far"))
        }
    }

    /// Asks for each right that collecting takes.
    fn rights(&mut self, client: &Client, region: &str) -> Result<(), Failure> {
        let mut allowed = 0_usize;
        let mut said = BTreeSet::new();
        for (permission, asking) in ask_rights(client, region) {
            match asking {
                Asking::Allowed => allowed += 1,
                Asking::Refused(error) => {
                    let message = error.message();
                    if said.insert(message.clone()) {
                        self.bad(&message)?;
                    }
                }
                Asking::Unasked => {
                    let message = Message::new("doctor-unasked").with("permission", permission);
                    self.open(&message)?;
                }
            }
        }
        let message = Message::new("doctor-rights")
            .with("number", allowed.to_string())
            .with("region", region);
        self.good(&message)
    }
}
