//! `config.json` of the vendor's command line, `aliyun`.

use std::sync::Arc;

use jiff::Timestamp;
use yumen_diagnostics::Place;
use zeroize::Zeroizing;

use super::entry::{Entry, RoleKeys};
use super::environment::{CREDENTIALS_URI, Environment};
use super::provider::{Recipe, Service};
use super::{CredentialError, Means, Provider};
use crate::tape::{Kind, Stop, Tape, View};

const KEYS: RoleKeys = RoleKeys {
    arn: "ram_role_arn",
    session: "ram_session_name",
    seconds: "expired_seconds",
    token_file: "oidc_token_file",
};

/// The file, read.
pub(super) struct CliFile {
    path: String,
    text: Zeroizing<Vec<u8>>,
    tape: Tape,
}

impl CliFile {
    pub(super) fn read(path: &str, text: Zeroizing<Vec<u8>>) -> Result<Self, CredentialError> {
        let mut tape = Tape::default();
        let start = if text.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        };
        let wrong = |offset: usize| CredentialError::NotJson {
            place: place(path, &text, offset),
        };
        let end = tape.read(&text, start).map_err(|stop| match stop {
            Stop::End => wrong(text.len()),
            Stop::Syntax(offset) | Stop::Depth(offset) => wrong(offset),
        })?;
        let rest = text.get(end..).unwrap_or_default();
        if let Some(stray) = rest.iter().position(|byte| !byte.is_ascii_whitespace()) {
            return Err(wrong(end + stray));
        }
        let is_object = |top: View<'_>| top.kind() == Kind::Object;
        if !tape.root(&text).is_some_and(is_object) {
            return Err(wrong(start));
        }
        let path = path.to_owned();
        Ok(Self { path, text, tape })
    }

    /// The profile that the file itself chooses.
    pub(super) fn current(&self) -> Option<&str> {
        let current = self.tape.root(&self.text)?.get("current")?.scalar()?.trim();
        (!current.is_empty()).then_some(current)
    }

    pub(super) fn names(&self) -> Vec<String> {
        let names = self
            .profiles()
            .filter_map(|profile| profile.get("name")?.scalar());
        names.map(str::to_owned).collect()
    }

    fn profiles(&self) -> impl Iterator<Item = View<'_>> {
        let list = self
            .tape
            .root(&self.text)
            .and_then(|top| top.get("profiles"));
        list.into_iter().flat_map(View::children)
    }

    /// The profile of that name.
    pub(super) fn entry(&self, name: &str) -> Option<Entry<'_>> {
        let is_named = |view: &View<'_>| view.get("name").and_then(View::scalar) == Some(name);
        let view = self.profiles().find(is_named)?;
        let look = move |key: &str| view.get(key).and_then(View::scalar);
        let mut entry = Entry {
            name: look("name")?,
            place: place(&self.path, &self.text, view.offset()),
            mode: "",
            look: Box::new(look),
        };
        entry.mode = entry.get("mode").unwrap_or_else(|| guessed_mode(&entry));
        Some(entry)
    }

    /// What the profile stands for. `above` are the profiles that it is the source of.
    pub(super) fn provider(
        &self,
        entry: &Entry<'_>,
        environment: &Environment,
        means: &Means,
        above: &[&str],
    ) -> Result<Provider, CredentialError> {
        let role = |base: Provider| -> Result<Provider, CredentialError> {
            let role = entry.role(&KEYS, environment)?;
            Ok(entry.service(Service::Role { base, role }, means))
        };
        match entry.mode.to_ascii_lowercase().as_str() {
            "ak" => Ok(entry.fixed(entry.keys(None)?)),
            "ststoken" => {
                entry.need("sts_token")?;
                Ok(entry.fixed(entry.keys(Some("sts_token"))?))
            }
            "ramrolearn" => role(entry.fixed(entry.keys(Some("sts_token"))?)),
            "ecsramrole" => {
                let service = entry.instance("ram_role_name", environment)?;
                Ok(entry.service(service, means))
            }
            // The first is what the command line writes for what its documentation calls the second.
            "ramrolearnwithrolename" | "ramrolearnwithecs" => {
                let service = entry.instance("ram_role_name", environment)?;
                role(entry.service(service, means))
            }
            "chainableramrolearn" => role(self.source(entry, environment, means, above)?),
            "oidc" => {
                let service = entry.role_with_token(&KEYS, environment)?;
                Ok(entry.service(service, means))
            }
            "credentialsuri" => {
                let from_variable = || environment.get(CREDENTIALS_URI);
                let uri = entry.get("credentials_uri").or_else(from_variable);
                let uri = uri.map_or_else(|| entry.need("credentials_uri"), Ok)?;
                Ok(entry.service(Service::Uri(uri.to_owned()), means))
            }
            "cloudsso" | "oauth" => borrowed(entry, means),
            "" => Err(entry.not_configured()),
            _ => Err(entry.unsupported()),
        }
    }

    /// The provider of the profile that this one builds on.
    fn source(
        &self,
        entry: &Entry<'_>,
        environment: &Environment,
        means: &Means,
        above: &[&str],
    ) -> Result<Provider, CredentialError> {
        let name = entry.need("source_profile")?;
        let mut above = above.to_vec();
        above.push(entry.name);
        if above.contains(&name) {
            return Err(CredentialError::Loop {
                place: entry.place.clone(),
                profile: entry.name.to_owned(),
            });
        }
        let source = self.entry(name).ok_or_else(|| CredentialError::NoProfile {
            profile: name.to_owned(),
            files: vec![entry.place.to_string()],
            known: self.names(),
        })?;
        self.provider(&source, environment, means, &above)
    }
}

/// The keys that the command line fetched when its user signed in in a browser. It writes them
/// into the profile and renews them whenever it is run.
fn borrowed(entry: &Entry<'_>, means: &Means) -> Result<Provider, CredentialError> {
    let ended = CredentialError::Expired {
        place: entry.place.clone(),
        profile: entry.name.to_owned(),
    };
    let end = entry.get("sts_expiration").and_then(|end| end.parse().ok());
    let end = end.and_then(|seconds| Timestamp::from_second(seconds).ok());
    let (Some(end), Some(_)) = (end, entry.get("sts_token")) else {
        return Err(ended);
    };
    let credentials = entry.keys(Some("sts_token"))?.until(end);
    if !credentials.is_valid(means.now()) {
        return Err(ended);
    }
    Ok(entry.provider(Recipe::Borrowed {
        credentials: Arc::new(credentials),
        means: means.clone(),
        ended,
    }))
}

/// The mode of a profile that names none, as the command line guesses it.
fn guessed_mode(entry: &Entry<'_>) -> &'static str {
    let has = |keys: &[&str]| keys.iter().all(|key| entry.get(key).is_some());
    if has(&["access_key_id", "access_key_secret"]) {
        if has(&["sts_token"]) {
            "StsToken"
        } else if has(&["ram_role_arn"]) {
            "RamRoleArn"
        } else {
            "AK"
        }
    } else if has(&["private_key", "key_pair_name"]) {
        "RsaKeyPair"
    } else if has(&["ram_role_name"]) {
        "EcsRamRole"
    } else if has(&["process_command"]) {
        "External"
    } else if has(&["oidc_provider_arn", "oidc_token_file", "ram_role_arn"]) {
        "OIDC"
    } else if has(&["cloud_sso_sign_in_url"]) {
        "CloudSSO"
    } else {
        ""
    }
}

fn place(path: &str, text: &[u8], offset: usize) -> Place {
    let before = text.get(..offset).unwrap_or(text);
    let lines = memchr::memchr_iter(b'\n', before).count();
    let line = u32::try_from(lines).unwrap_or(u32::MAX).saturating_add(1);
    Place::in_file(Arc::from(path)).at_line(line)
}
