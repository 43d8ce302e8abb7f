//! A live account: who asks, where, and snapshots collected from it.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ArgMatches;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use yumen_aliyun::client::{Client, Clock, SystemClock};
use yumen_aliyun::collect::{self, CollectProgress, Collected, Scope};
use yumen_aliyun::credentials::{self, Environment, Means, Provider, Role};
use yumen_aliyun::transport::Network;
use yumen_diagnostics::Message;

use crate::failure::Failure;
use crate::shell::Shell;

/// The variable that sends every product to one address.
pub(crate) const ENDPOINT: &str = "YUMEN_ALIYUN_ENDPOINT";

/// Requests under way at once; the cloud's request limits slow down what is more.
const WORKERS: usize = 16;

/// Gaps that are listed; the manifest and the audit have them all.
const SHOWN_GAPS: usize = 10;

/// Where calls go and by which clock.
pub(crate) struct Access {
    means: Means,
    network: Arc<Network>,
    clock: Arc<dyn Clock>,
    endpoint: Option<String>,
}

impl Access {
    /// As the command line and the environment say.
    pub(crate) fn new(matches: &ArgMatches) -> Result<Self, Failure> {
        let given = matches.get_one::<String>("endpoint").cloned();
        let endpoint = given.or_else(|| std::env::var(ENDPOINT).ok().filter(|url| !url.is_empty()));
        if let Some(url) = &endpoint
            && !(url.starts_with("http://") || url.starts_with("https://"))
        {
            let message = Message::new("failure-endpoint").with("value", url.as_str());
            return Err(Failure::Input(message));
        }
        Ok(Self::at(endpoint, Arc::new(SystemClock)))
    }

    /// At an address, by a clock.
    pub(crate) fn at(endpoint: Option<String>, clock: Arc<dyn Clock>) -> Self {
        let network = Arc::new(Network::new());
        let of_means = Arc::clone(&clock);
        let means = Means::new(Arc::clone(&network) as _, move || of_means.now());
        Self {
            means: means.with_endpoint(endpoint.clone()),
            network,
            clock,
            endpoint,
        }
    }

    /// Whoever the environment says, or a profile.
    pub(crate) fn provider(&self, profile: Option<&str>) -> Result<Provider, Failure> {
        let environment = Environment::of_process();
        credentials::find(&environment, profile, &self.means).map_err(Failure::Credentials)
    }

    /// A role, taken on by somebody.
    pub(crate) fn assumed(&self, provider: &Provider, role: Role) -> Provider {
        provider.assume(role, &self.means)
    }

    pub(crate) fn client(&self, provider: Provider) -> Client {
        let network = Arc::clone(&self.network);
        Client::new(
            network,
            provider,
            Arc::clone(&self.clock),
            self.endpoint.clone(),
        )
    }
}

/// Regions as `--regions` names them: `all`, or names joined by commas.
pub(crate) fn regions(text: Option<&str>) -> Option<Vec<String>> {
    match text {
        None | Some("all" | "") => None,
        Some(text) => Some(
            text.split(',')
                .map(|region| region.trim().to_owned())
                .collect(),
        ),
    }
}

/// Collects the account of an address into `--out`, or a directory named after account and time:
/// the directory, and what to say about it.
pub(crate) fn collect_address(
    shell: &Shell,
    matches: &ArgMatches,
    address: &Address,
) -> Result<(PathBuf, String), Failure> {
    let access = Access::new(matches)?;
    let client = access.client(access.provider(address.profile.as_deref())?);
    let scope = collect::scope(&client, address.regions.as_deref()).map_err(Failure::Collect)?;
    let out = matches.get_one::<String>("out").map(PathBuf::from);
    let out = out.unwrap_or_else(|| directory_for(&client, &scope));
    let collected = collect_into(&client, &scope, &out)?;
    let report = report(shell, &client, &scope, &out, &collected);
    Ok((out, report))
}

/// Collects an account into a directory, with progress on a terminal.
pub(crate) fn collect_into(
    client: &Client,
    scope: &Scope,
    directory: &Path,
) -> Result<Collected, Failure> {
    let bar = ProgressBar::with_draw_target(None, target());
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    let show = |progress: CollectProgress| {
        bar.set_length(progress.known as u64);
        bar.set_position(progress.done as u64);
        true
    };
    let collected = collect::collect(client, scope, directory, WORKERS, &show);
    bar.finish_and_clear();
    collected.map_err(Failure::Collect)
}

fn target() -> ProgressDrawTarget {
    if io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    }
}

/// Says what was collected, and what was not.
pub(crate) fn report(
    shell: &Shell,
    client: &Client,
    scope: &Scope,
    directory: &Path,
    collected: &Collected,
) -> String {
    let sent = client.sent();
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX).to_string();
    let summary = Message::new("collect-summary")
        .with("account", scope.account.as_str())
        .with("caller", scope.caller.as_str())
        .with("regions", scope.regions.len().to_string())
        .with("files", collected.requests.len().to_string())
        .with("directory", directory.display().to_string())
        .with("requests", number(sent.requests))
        .with("repeated", number(sent.repeated))
        .with("throttled", number(sent.throttled));
    let mut text = format!("{}\n", shell.words.say(&summary));
    let kept = collected.kept;
    if kept > 0 {
        let message = Message::new("collect-kept").with("files", kept.to_string());
        text.push_str(&format!("{}\n", shell.words.say(&message)));
    }
    for gap in collected.gaps.iter().take(SHOWN_GAPS) {
        text.push_str(&format!(
            "  ? {}: {}\n",
            gap.path,
            shell.words.say(&gap.message)
        ));
    }
    if let Some(more) = collected
        .gaps
        .len()
        .checked_sub(SHOWN_GAPS)
        .filter(|more| *more > 0)
    {
        let message = Message::new("collect-more-gaps").with("number", more.to_string());
        text.push_str(&format!("  {}\n", shell.words.say(&message)));
    }
    text
}

/// What `aliyun://[profile][?regions=…]` names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) profile: Option<String>,
    pub(crate) regions: Option<Vec<String>>,
}

/// Reads `aliyun://[profile][?regions=…]`; `None` if the text is a path.
pub(crate) fn address(text: &str) -> Option<Result<Address, Failure>> {
    let rest = text.strip_prefix("aliyun://")?;
    let (profile, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut regions_given = None;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("regions", value)) => regions_given = Some(value),
            _ => {
                let message = Message::new("failure-live-address").with("value", text);
                return Some(Err(Failure::Input(message)));
            }
        }
    }
    let profile = profile.trim_end_matches('/');
    Some(Ok(Address {
        profile: (!profile.is_empty()).then(|| profile.to_owned()),
        regions: regions(regions_given),
    }))
}

/// A directory for a snapshot that nobody named: account and time.
fn directory_for(client: &Client, scope: &Scope) -> PathBuf {
    let time = client.clock().now().strftime("%Y%m%dT%H%M%SZ");
    PathBuf::from(format!("yumen-{}-{time}", scope.account))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Address> {
        address(text).map(|read| read.unwrap())
    }

    #[test]
    fn addresses_name_a_profile_and_regions() {
        let of = |profile: Option<&str>, regions: Option<&[&str]>| {
            Some(Address {
                profile: profile.map(str::to_owned),
                regions: regions.map(|list| list.iter().map(|one| (*one).to_owned()).collect()),
            })
        };
        assert_eq!(read("aliyun://"), of(None, None));
        assert_eq!(read("aliyun://prod"), of(Some("prod"), None));
        assert_eq!(
            read("aliyun://prod?regions=cn-a,cn-b"),
            of(Some("prod"), Some(&["cn-a", "cn-b"]))
        );
        assert_eq!(read("aliyun://?regions=all"), of(None, None));
        assert_eq!(read("snapshot/"), None);
        assert!(address("aliyun://prod?region=cn-a").unwrap().is_err());
    }
}
