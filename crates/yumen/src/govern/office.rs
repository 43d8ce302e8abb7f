//! Where everything is: the store, the keys, the settings, the live account, and who acts.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ArgMatches;
use tempfile::TempDir;
use yumen_aliyun::client::{Client, Clock, SystemClock};
use yumen_aliyun::collect;
use yumen_diagnostics::Message;
use yumen_diagnostics::section::suggest;
use yumen_operations::{Desk, Ground, Live, Person};
use yumen_store::{Identity, Location, Notary, Options, Passphrase, RealDisk, Store, StoreError};

use crate::failure::Failure;
use crate::live::{self, Access};
use crate::shell::Shell;

/// The variable that names the folder of the store.
const STATE: &str = "YUMEN_STATE";
/// The variable that names a database instead of the store's own file.
const DATABASE: &str = "YUMEN_DATABASE_URL";
/// The variable that names the folder of personal keys.
const KEYS: &str = "YUMEN_KEYS";
/// The variable that says who acts.
const PERSON: &str = "YUMEN_PERSON";
/// The variable with the passphrase of key files.
const PASSPHRASE: &str = "YUMEN_KEY_PASSPHRASE";

/// The file of the keys that sign the ledger.
const LEDGER_KEYS: &str = "ledger.pem";

/// The file with the ledger's name.
const ORIGIN: &str = "origin";

/// The desk, opened for writing.
pub(crate) fn desk(matches: &ArgMatches) -> Result<Desk, Failure> {
    desk_at(matches, Arc::new(SystemClock))
}

/// The desk, opened for writing, by a clock.
pub(crate) fn desk_at(matches: &ArgMatches, clock: Arc<dyn Clock>) -> Result<Desk, Failure> {
    let state = state(matches);
    let folder = state.join("keys");
    let origin = origin(&folder)?;
    let signers = ledger_keys(&folder, &origin)?.signers();
    let options = Options {
        origin: Some(origin),
        notary: Some(Notary {
            signers,
            folder,
            disk: Arc::new(RealDisk),
        }),
        is_read_only: false,
    };
    let store = Store::open(&location(&state)?, options).map_err(store_failure)?;
    with_store(matches, store, clock)
}

/// The desk, opened for writing, if there is a store: nothing can be decided in a new one.
pub(crate) fn desk_there(matches: &ArgMatches) -> Result<Desk, Failure> {
    if let Location::Sqlite(path) = location(&state(matches))?
        && !path.is_file()
    {
        let location = path.display().to_string();
        return Err(store_failure(StoreError::Missing { location }));
    }
    desk(matches)
}

/// The desk, opened for looking only.
pub(crate) fn desk_to_read(matches: &ArgMatches) -> Result<Desk, Failure> {
    let store = store_to_read(matches)?;
    with_store(matches, store, Arc::new(SystemClock))
}

/// The store, opened for looking only.
pub(crate) fn store_to_read(matches: &ArgMatches) -> Result<Store, Failure> {
    let location = location(&state(matches))?;
    Store::open_read_only(&location).map_err(store_failure)
}

/// A desk at which nothing is kept: that of the store where there is one, else an empty one, which
/// goes with its folder.
pub(crate) fn desk_to_try(matches: &ArgMatches) -> Result<(Desk, Option<TempDir>), Failure> {
    match desk_to_read(matches) {
        Ok(desk) => Ok((desk, None)),
        Err(Failure::Operation(yumen_operations::Failure::Store(StoreError::Missing {
            ..
        }))) => {
            let folder =
                tempfile::tempdir().map_err(|error| Failure::File(std::env::temp_dir(), error))?;
            let location = Location::Sqlite(folder.path().join("yumen.db"));
            let store = Store::open(&location, Options::default()).map_err(store_failure)?;
            let desk = with_store(matches, store, Arc::new(SystemClock))?;
            Ok((desk, Some(folder)))
        }
        Err(failure) => Err(failure),
    }
}

/// Refuses whoever `yumen.toml` does not name, before anything is asked of the cloud.
pub(crate) fn known(ground: &Ground, name: &str) -> Result<(), Failure> {
    let people = &ground.policy.people;
    if people.contains_key(name) {
        return Ok(());
    }
    Err(Failure::Input(if people.is_empty() {
        Message::new("policy-no-people")
    } else {
        let message = Message::new("policy-unknown-person").with("name", name);
        suggest(message, name, people.keys().map(String::as_str))
    }))
}

fn with_store(matches: &ArgMatches, store: Store, clock: Arc<dyn Clock>) -> Result<Desk, Failure> {
    Ok(Desk::new(
        Arc::new(store),
        Arc::new(ground(matches)?),
        clock,
    ))
}

/// What everything is judged by: `--config` and `--waivers`, else the files of the working
/// directory, else nothing.
pub(crate) fn ground(matches: &ArgMatches) -> Result<Ground, Failure> {
    let find = |argument: &str, name: &str| {
        let given = matches.try_get_one::<PathBuf>(argument).ok().flatten();
        given
            .cloned()
            .or_else(|| Some(PathBuf::from(name)).filter(|path| path.is_file()))
    };
    let settings = find("config", "yumen.toml");
    let waivers = find("waivers", "waivers.toml");
    Ok(Ground::read(settings.as_deref(), waivers.as_deref())?)
}

/// Reads the live account, as `--profile`, `--regions` and `--endpoint` say.
pub(crate) fn account(matches: &ArgMatches) -> Result<Live, Failure> {
    let access = Access::new(matches)?;
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let client = access.client(access.provider(text("profile"))?);
    let regions = live::regions(text("regions"));
    read_account(client, regions.as_deref())
}

/// Reads a live account, with progress on a terminal.
pub(crate) fn read_account(client: Client, regions: Option<&[String]>) -> Result<Live, Failure> {
    let scope = collect::scope(&client, regions).map_err(Failure::Collect)?;
    Ok(Live::read(client, scope, &|| true)?)
}

/// Who acts: `--as`, else `YUMEN_PERSON`, else the only one whose keys are here.
pub(crate) fn person(matches: &ArgMatches) -> Result<Person, Failure> {
    let folder = key_folder(matches);
    let given = matches.try_get_one::<String>("as").ok().flatten().cloned();
    let given = given.or_else(|| std::env::var(PERSON).ok().filter(|name| !name.is_empty()));
    let name = match given {
        Some(name) => name,
        None => only_person(&folder)?,
    };
    let identity = personal_keys(&key_file(&folder, &name)?, &name)?;
    Ok(Person::new(&name, identity))
}

/// The file of a person's keys.
pub(crate) fn key_file(folder: &Path, name: &str) -> Result<PathBuf, Failure> {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_.@".contains(letter);
    if name.is_empty() || name.starts_with('.') || !name.chars().all(is_plain) {
        let message = Message::new("person-name").with("person", name);
        return Err(Failure::Input(message));
    }
    Ok(folder.join(format!("{name}.pem")))
}

/// A person's keys, from their file.
pub(crate) fn personal_keys(path: &Path, name: &str) -> Result<Identity, Failure> {
    if !path.is_file() {
        let message = Message::new("person-no-keys")
            .with("person", name)
            .with("path", path.display().to_string());
        return Err(Failure::Input(message));
    }
    let identity = Identity::load(&RealDisk, path, name, passphrase().as_ref());
    identity.map_err(store_failure)
}

/// The keys that sign the ledger, if there are any.
pub(crate) fn ledger_keys_there(folder: &Path) -> Result<Option<Identity>, Failure> {
    if !folder.join(LEDGER_KEYS).is_file() || !folder.join(ORIGIN).is_file() {
        return Ok(None);
    }
    ledger_keys(folder, &origin(folder)?).map(Some)
}

/// The keys that sign the ledger, made at the first use.
pub(crate) fn ledger_keys(folder: &Path, origin: &str) -> Result<Identity, Failure> {
    let path = folder.join(LEDGER_KEYS);
    let passphrase = passphrase();
    let identity = if path.is_file() {
        Identity::load(&RealDisk, &path, origin, passphrase.as_ref())
    } else {
        Identity::generate(&RealDisk, &path, origin, passphrase.as_ref())
    };
    identity.map_err(store_failure)
}

fn only_person(folder: &Path) -> Result<String, Failure> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = files.map(|file| file.path());
    let mut names: Vec<String> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "pem"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    match (names.pop(), names.is_empty()) {
        (Some(only), true) => Ok(only),
        (None, _) => {
            let message =
                Message::new("person-nobody").with("folder", folder.display().to_string());
            Err(Failure::Input(message))
        }
        (Some(_), false) => Err(Failure::Input(Message::new("person-several"))),
    }
}

/// The folder of personal keys.
pub(crate) fn key_folder(matches: &ArgMatches) -> PathBuf {
    let given = matches
        .try_get_one::<PathBuf>("keys")
        .ok()
        .flatten()
        .cloned();
    given
        .or_else(|| variable(KEYS))
        .unwrap_or_else(|| home("XDG_CONFIG_HOME", ".config").join("yumen/keys"))
}

/// The folder of the store.
pub(crate) fn state(matches: &ArgMatches) -> PathBuf {
    let given = matches
        .try_get_one::<PathBuf>("state")
        .ok()
        .flatten()
        .cloned();
    given
        .or_else(|| variable(STATE))
        .unwrap_or_else(|| home("XDG_STATE_HOME", ".local/state").join("yumen"))
}

/// Whether a command takes a store and somebody said which.
pub(crate) fn is_state_named(matches: &ArgMatches) -> bool {
    match matches.try_get_one::<PathBuf>("state") {
        Ok(given) => given.is_some() || variable(STATE).is_some(),
        Err(_) => false,
    }
}

/// The database: `YUMEN_DATABASE_URL`, else a file in the folder of the store.
pub(crate) fn location(state: &Path) -> Result<Location, Failure> {
    match std::env::var(DATABASE) {
        Ok(url) if !url.is_empty() => Location::parse(&url).map_err(store_failure),
        _ => Ok(Location::Sqlite(state.join("yumen.db"))),
    }
}

pub(crate) fn passphrase() -> Option<Passphrase> {
    let text = std::env::var(PASSPHRASE)
        .ok()
        .filter(|text| !text.is_empty())?;
    Some(Passphrase::new(text))
}

/// The ledger's name, which every signature carries: made once, beside the keys.
pub(crate) fn origin(folder: &Path) -> Result<String, Failure> {
    let path = folder.join(ORIGIN);
    let failed = |error| Failure::File(path.clone(), error);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(text.trim().to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let made = format!("yumen.local/{}", yumen_aliyun::edit::new_token());
            fs::create_dir_all(folder).map_err(failed)?;
            fs::write(&path, format!("{made}\n")).map_err(failed)?;
            Ok(made)
        }
        Err(error) => Err(failed(error)),
    }
}

fn variable(name: &str) -> Option<PathBuf> {
    let value = std::env::var_os(name).filter(|value| !value.is_empty())?;
    Some(PathBuf::from(value))
}

fn home(name: &str, below: &str) -> PathBuf {
    variable(name).unwrap_or_else(|| {
        let home = variable("HOME").unwrap_or_else(|| PathBuf::from("."));
        home.join(below)
    })
}

pub(crate) fn store_failure(error: yumen_store::StoreError) -> Failure {
    Failure::Operation(error.into())
}

/// Says something, and the next command to type.
pub(crate) fn said(shell: &Shell, messages: &[Message]) -> Result<(), Failure> {
    let lines: Vec<String> = messages.iter().map(|one| shell.words.say(one)).collect();
    shell.print(&(lines.join("\n") + "\n"))
}
