//! Looks through the sources in order; see [`super`] for the order and where it is from.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use yumen_diagnostics::Message;
use zeroize::Zeroizing;

use super::cli_file::CliFile;
use super::environment::{
    CLI_PROFILE_DISABLED, CONFIG_FILE, CREDENTIALS_FILE, CREDENTIALS_URI, Environment, KEY_ID,
    KEY_SECRET, METADATA_DISABLED, METADATA_ROLE, OIDC_PROVIDER_ARN, OIDC_TOKEN_FILE,
    PLAIN_METADATA_DISABLED, ROLE_ARN, SECURITY_TOKEN,
};
use super::ini_file::{self, IniFile};
use super::instance::{HOST, InstanceRole};
use super::provider::{Recipe, Service};
use super::{CredentialError, Credentials, Means, Provider, Role, Tried, entry, uri};

/// The section of the shared file that is used when none is named.
const DEFAULT_SECTION: &str = "default";

/// Finds out where credentials are to be had from: a named profile, or the first source that is set
/// up. The network is used only to find an instance's role, when there is nothing before it.
///
/// # Errors
///
/// A source is set up and does not work, or there is none.
pub fn find(
    environment: &Environment,
    profile: Option<&str>,
    means: &Means,
) -> Result<Provider, CredentialError> {
    let mut search = Search {
        environment,
        means,
        wanted: profile.or_else(|| environment.profile()),
        files: Vec::new(),
        known: Vec::new(),
        tried: Vec::new(),
    };
    if profile.is_none() {
        if let Some(provider) = search.variables()? {
            return Ok(provider);
        }
        if let Some(provider) = search.pod_token()? {
            return Ok(provider);
        }
    }
    if let Some(provider) = search.cli_file()? {
        return Ok(provider);
    }
    if let Some(provider) = search.shared_files()? {
        return Ok(provider);
    }
    if let Some(profile) = search.wanted {
        if search.files.is_empty() {
            search.files = search.tried.into_iter().map(|tried| tried.place).collect();
        }
        return Err(CredentialError::NoProfile {
            profile: profile.to_owned(),
            files: search.files,
            known: search.known,
        });
    }
    if let Some(provider) = search.instance()? {
        return Ok(provider);
    }
    if let Some(provider) = search.uri() {
        return Ok(provider);
    }
    Err(CredentialError::Nothing {
        tried: search.tried,
    })
}

/// A search under way.
struct Search<'a> {
    environment: &'a Environment,
    means: &'a Means,
    /// The profile that was named, by the caller or by a variable
    wanted: Option<&'a str>,
    /// Files that were looked into for it, and the profiles that they have
    files: Vec<String>,
    known: Vec<String>,
    tried: Vec<Tried>,
}

type Found = Result<Option<Provider>, CredentialError>;

impl Search<'_> {
    fn pass_over(&mut self, place: impl Into<String>, reason: Message) {
        let place = place.into();
        self.tried.push(Tried { place, reason });
    }

    fn variables(&mut self) -> Found {
        let get = |name| self.environment.get(name);
        let missing = match (get(KEY_ID), get(KEY_SECRET)) {
            (Some(id), Some(secret)) => {
                let credentials = Credentials::new(id, secret, get(SECURITY_TOKEN));
                let recipe = Recipe::Fixed(Arc::new(credentials));
                let source = Message::new("credentials-from-variables").with("variable", KEY_ID);
                return Ok(Some(Provider::new(recipe, source, None)));
            }
            (None, None) => {
                self.pass_over(KEY_ID, Message::new("credentials-not-set"));
                return Ok(None);
            }
            (Some(_), None) => (KEY_SECRET, KEY_ID),
            (None, Some(_)) => (KEY_ID, KEY_SECRET),
        };
        let (missing, given) = missing;
        Err(CredentialError::MissingVariable { missing, given })
    }

    fn pod_token(&mut self) -> Found {
        let get = |name| self.environment.get(name);
        let given = match (get(OIDC_TOKEN_FILE), get(OIDC_PROVIDER_ARN)) {
            (None, None) => {
                // The role alone says nothing: the vendor's libraries read it for profiles, too.
                self.pass_over(OIDC_TOKEN_FILE, Message::new("credentials-not-set"));
                return Ok(None);
            }
            (Some(_), _) => OIDC_TOKEN_FILE,
            (None, Some(_)) => OIDC_PROVIDER_ARN,
        };
        let need = |name: &'static str| {
            let missing = CredentialError::MissingVariable {
                missing: name,
                given,
            };
            get(name).map(str::to_owned).ok_or(missing)
        };
        let service = Service::RoleWithToken {
            token_file: need(OIDC_TOKEN_FILE)?,
            provider_arn: need(OIDC_PROVIDER_ARN)?,
            role: Role::new(need(ROLE_ARN)?).in_environment(self.environment),
        };
        let source = Message::new("credentials-from-pod")
            .with("role", need(ROLE_ARN)?)
            .with("variable", OIDC_TOKEN_FILE);
        let recipe = Recipe::service(service, self.means);
        Ok(Some(Provider::new(recipe, source, None)))
    }

    /// The file that a variable names, or those of the home directory that might be there.
    fn candidates(&self, variable: &str, at_home: &[&str]) -> (Vec<PathBuf>, bool) {
        match (self.environment.get(variable), self.environment.home()) {
            (Some(path), _) => (vec![PathBuf::from(path)], true),
            (None, Some(home)) => (at_home.iter().map(|path| home.join(path)).collect(), false),
            (None, None) => (Vec::new(), false),
        }
    }

    /// A file's bytes; one that a variable names must be there.
    fn read(
        &mut self,
        path: &Path,
        is_named: bool,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, CredentialError> {
        let shown = path.display().to_string();
        self.files.push(shown.clone());
        let bytes = entry::read(path)?;
        if bytes.is_none() && is_named {
            let error = std::io::Error::from(std::io::ErrorKind::NotFound).to_string();
            return Err(CredentialError::Unreadable { path: shown, error });
        }
        if bytes.is_none() {
            self.pass_over(shown, Message::new("credentials-no-file"));
        }
        Ok(bytes)
    }

    fn cli_file(&mut self) -> Found {
        let (paths, is_named) = self.candidates(CONFIG_FILE, &[".aliyun/config.json"]);
        if paths.is_empty() {
            self.pass_over("~/.aliyun/config.json", Message::new("credentials-no-home"));
        }
        for path in paths {
            let shown = path.display().to_string();
            if self.environment.is_true(CLI_PROFILE_DISABLED) {
                let off = Message::new("credentials-off").with("variable", CLI_PROFILE_DISABLED);
                self.pass_over(shown, off);
                continue;
            }
            let Some(text) = self.read(&path, is_named)? else {
                continue;
            };
            let file = CliFile::read(&shown, text)?;
            self.known.extend(file.names());
            let Some(name) = self.wanted.or_else(|| file.current()) else {
                self.pass_over(shown, Message::new("credentials-no-current-profile"));
                continue;
            };
            match file.entry(name) {
                Some(entry) if entry.mode.is_empty() && self.wanted.is_none() => {
                    let place = entry.place.to_string();
                    let reason = Message::new("credentials-empty-profile").with("profile", name);
                    self.pass_over(place, reason);
                }
                Some(entry) => {
                    let provider = file.provider(&entry, self.environment, self.means, &[])?;
                    return Ok(Some(provider));
                }
                // A profile that the file itself chooses is not looked for elsewhere.
                None if self.wanted.is_none() => {
                    return Err(CredentialError::NoProfile {
                        profile: name.to_owned(),
                        files: vec![shown],
                        known: file.names(),
                    });
                }
                None => {}
            }
        }
        Ok(None)
    }

    fn shared_files(&mut self) -> Found {
        let at_home = [".alibabacloud/credentials", ".alibabacloud/credentials.ini"];
        let (paths, is_named) = self.candidates(CREDENTIALS_FILE, &at_home);
        if paths.is_empty() {
            self.pass_over(
                "~/.alibabacloud/credentials",
                Message::new("credentials-no-home"),
            );
        }
        let name = self.wanted.unwrap_or(DEFAULT_SECTION);
        for path in paths {
            let shown = path.display().to_string();
            let Some(text) = self.read(&path, is_named)? else {
                continue;
            };
            let file = IniFile::read(&shown, &text)?;
            self.known.extend(file.names());
            let reason = match file.entry(name) {
                None => "credentials-no-section",
                Some(entry) if self.wanted.is_none() && !ini_file::is_enabled(&entry) => {
                    "credentials-section-off"
                }
                Some(entry) => {
                    let provider = ini_file::provider(&entry, self.environment, self.means)?;
                    return Ok(Some(provider));
                }
            };
            self.pass_over(shown, Message::new(reason).with("profile", name));
        }
        Ok(None)
    }

    fn instance(&mut self) -> Found {
        let name = self.environment.get(METADATA_ROLE).map(str::to_owned);
        if self.environment.is_true(METADATA_DISABLED) {
            let off = Message::new("credentials-off").with("variable", METADATA_DISABLED);
            self.pass_over(HOST, off);
            return Ok(None);
        }
        let is_named = name.is_some();
        let service = Service::Instance(InstanceRole {
            name,
            only_hardened: self.environment.is_true(PLAIN_METADATA_DISABLED),
        });
        let source = Message::new("credentials-from-instance").with("host", HOST);
        let provider = Provider::new(Recipe::service(service, self.means), source, None);
        match provider.credentials() {
            Ok(_) => Ok(Some(provider)),
            Err(error) if is_named => Err(error),
            Err(error) => {
                self.pass_over(HOST, error.message());
                Ok(None)
            }
        }
    }

    fn uri(&mut self) -> Option<Provider> {
        let Some(address) = self.environment.get(CREDENTIALS_URI) else {
            self.pass_over(CREDENTIALS_URI, Message::new("credentials-not-set"));
            return None;
        };
        let source = Message::new("credentials-from-address")
            .with("address", uri::shown(address))
            .with("variable", CREDENTIALS_URI);
        let recipe = Recipe::service(Service::Uri(address.to_owned()), self.means);
        Some(Provider::new(recipe, source, None))
    }
}
