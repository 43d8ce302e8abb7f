//! `yumen collect`: live accounts into snapshot directories.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ArgMatches;
use yumen_aliyun::client::Client;
use yumen_aliyun::collect::{Collected, Scope, scope};
use yumen_aliyun::credentials::{Provider, Role};
use yumen_diagnostics::Message;

use crate::failure::Failure;
use crate::live::{self, Access};
use crate::shell::Shell;

pub(crate) fn run(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let access = Access::new(matches)?;
    let out = Path::new(text("out").unwrap_or("yumen-snapshot"));
    let regions = live::regions(text("regions"));
    let Some(file) = text("accounts") else {
        let provider = access.provider(text("profile"))?;
        let gathered = gather(&access, provider, regions.as_deref(), out)?;
        let next = Message::new("collect-next").with("directory", out.display().to_string());
        shell.print(&format!(
            "{}{}\n",
            gathered.report(shell),
            shell.words.say(&next)
        ))?;
        return Ok(ExitCode::SUCCESS);
    };
    let accounts = accounts(Path::new(file))?;
    // Accounts are collected side by side: each has request limits of its own.
    let profile = text("profile");
    let outcomes: Vec<(&str, Result<Gathered, Failure>)> = std::thread::scope(|threads| {
        let start = |account: &Account| {
            let (by, directory) = (account.by.clone(), out.join(&account.name));
            let (access, regions) = (&access, regions.as_deref());
            threads.spawn(move || {
                let provider = provider(access, &by, profile)?;
                gather(access, provider, regions, &directory)
            })
        };
        let running: Vec<_> = accounts
            .iter()
            .map(|account| (account, start(account)))
            .collect();
        let lost = || Err(Failure::Input(Message::new("failure-worker")));
        running
            .into_iter()
            .map(|(account, thread)| {
                (
                    account.name.as_str(),
                    thread.join().unwrap_or_else(|_| lost()),
                )
            })
            .collect()
    });
    let mut failed = false;
    for (name, outcome) in outcomes {
        match outcome {
            Ok(gathered) => shell.print(&gathered.report(shell))?,
            Err(failure) => {
                failed = true;
                let said = Message::new("collect-account-failed")
                    .with("account", name)
                    .with("why", shell.words.say(&failure.message()));
                crate::shell::complain(&shell.words.say(&said));
            }
        }
    }
    Ok(if failed {
        ExitCode::from(2)
    } else {
        ExitCode::SUCCESS
    })
}

/// What was collected of one account.
struct Gathered {
    client: Client,
    scope: Scope,
    directory: PathBuf,
    collected: Collected,
}

impl Gathered {
    fn report(&self, shell: &Shell) -> String {
        live::report(
            shell,
            &self.client,
            &self.scope,
            &self.directory,
            &self.collected,
        )
    }
}

/// Collects one account.
fn gather(
    access: &Access,
    provider: Provider,
    regions: Option<&[String]>,
    directory: &Path,
) -> Result<Gathered, Failure> {
    let client = access.client(provider);
    let scope = scope(&client, regions).map_err(Failure::Collect)?;
    let collected = live::collect_into(&client, &scope, directory)?;
    Ok(Gathered {
        client,
        scope,
        directory: directory.to_owned(),
        collected,
    })
}

/// A line of a file of accounts.
#[derive(Debug, PartialEq, Eq)]
struct Account {
    /// Name of its directory
    name: String,
    by: By,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum By {
    Profile(String),
    /// A role's name in the vendor's form, and what its owner asks for
    Role(String, Option<String>),
}

fn provider(access: &Access, by: &By, profile: Option<&str>) -> Result<Provider, Failure> {
    match by {
        By::Profile(profile) => access.provider(Some(profile)),
        By::Role(arn, external_id) => {
            let mut role = Role::new(arn.as_str());
            role.external_id.clone_from(external_id);
            Ok(access.assumed(&access.provider(profile)?, role))
        }
    }
}

/// Reads a file of accounts: on each line a name, then a role (and what its owner asks for) or
/// `profile=NAME`.
fn accounts(path: &Path) -> Result<Vec<Account>, Failure> {
    let text =
        fs::read_to_string(path).map_err(|error| Failure::File(PathBuf::from(path), error))?;
    let mut accounts: Vec<Account> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        let by = match words.get(1..) {
            None => continue,
            Some([by]) if by.starts_with("profile=") => By::Profile(by.replacen("profile=", "", 1)),
            Some([arn]) if arn.starts_with("acs:ram::") => By::Role((*arn).to_owned(), None),
            Some([arn, id]) if arn.starts_with("acs:ram::") => {
                By::Role((*arn).to_owned(), Some((*id).to_owned()))
            }
            Some(_) => return Err(bad_line(path, index)),
        };
        let name = words
            .first()
            .map(|name| (*name).to_owned())
            .unwrap_or_default();
        let is_plain = name
            .chars()
            .all(|c| c.is_alphanumeric() || "-_.".contains(c))
            && !name.starts_with('.');
        if !is_plain || accounts.iter().any(|account| account.name == name) {
            return Err(bad_line(path, index));
        }
        accounts.push(Account { name, by });
    }
    if accounts.is_empty() {
        return Err(bad_line(path, 0));
    }
    Ok(accounts)
}

fn bad_line(path: &Path, index: usize) -> Failure {
    Failure::Input(
        Message::new("failure-accounts")
            .with("path", path.display().to_string())
            .with("line", (index + 1).to_string()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Account>, Failure> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        accounts(file.path())
    }

    #[test]
    fn accounts_are_read_line_by_line() {
        let read = read(
            "# ours\nprod acs:ram::1:role/auditor\n\ndr acs:ram::2:role/a secret-7 # theirs\n\
             test profile=t\n",
        );
        let account = |name: &str, by| Account {
            name: name.to_owned(),
            by,
        };
        assert_eq!(
            read.unwrap(),
            [
                account("prod", By::Role("acs:ram::1:role/auditor".to_owned(), None)),
                account(
                    "dr",
                    By::Role("acs:ram::2:role/a".to_owned(), Some("secret-7".to_owned()))
                ),
                account("test", By::Profile("t".to_owned())),
            ]
        );
    }

    #[test]
    fn what_is_no_account_is_named_with_its_line() {
        for text in [
            "",
            "a b",
            "../x profile=t",
            "a profile=t\na profile=u",
            "a profile=t x",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
