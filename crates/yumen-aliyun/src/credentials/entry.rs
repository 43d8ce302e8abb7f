//! A profile of either file, and what credentials it stands for.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use yumen_diagnostics::{Message, Place};
use zeroize::Zeroizing;

use super::environment::{Environment, METADATA_DISABLED, METADATA_ROLE, PLAIN_METADATA_DISABLED};
use super::instance::InstanceRole;
use super::provider::{Recipe, Service};
use super::{CredentialError, Credentials, Means, Provider, Role, sts};

/// Largest file that is read, in bytes.
const LARGEST: u64 = 4 << 20;

/// A file's bytes; `None` if it is not there.
pub(super) fn read(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, CredentialError> {
    let mut bytes = Zeroizing::new(Vec::new());
    let opened = File::open(path).and_then(|file| file.take(LARGEST).read_to_end(&mut bytes));
    match opened {
        Ok(_) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(CredentialError::Unreadable {
            path: path.display().to_string(),
            error: error.to_string(),
        }),
    }
}

/// Gives the value of a key.
type Look<'a> = dyn Fn(&str) -> Option<&'a str> + 'a;

/// A profile: its values by key, and where it stands.
pub(super) struct Entry<'a> {
    pub(super) name: &'a str,
    pub(super) place: Place,
    /// What kind of credentials, in the file's own word
    pub(super) mode: &'a str,
    pub(super) look: Box<Look<'a>>,
}

/// The names that a file has for the parts of a role.
pub(super) struct RoleKeys {
    pub(super) arn: &'static str,
    pub(super) session: &'static str,
    pub(super) seconds: &'static str,
    pub(super) token_file: &'static str,
}

impl<'a> Entry<'a> {
    /// A value without white space around it; `None` if nothing is left.
    pub(super) fn get(&self, key: &str) -> Option<&'a str> {
        let value = (self.look)(key)?.trim();
        (!value.is_empty()).then_some(value)
    }

    pub(super) fn need(&self, key: &'static str) -> Result<&'a str, CredentialError> {
        self.get(key).ok_or_else(|| CredentialError::MissingKey {
            place: self.place.clone(),
            profile: self.name.to_owned(),
            key,
        })
    }

    /// The access key of the profile; `token` names the value that holds its token.
    pub(super) fn keys(&self, token: Option<&'static str>) -> Result<Credentials, CredentialError> {
        let (id, secret) = (self.need("access_key_id")?, self.need("access_key_secret")?);
        let token = token.and_then(|token| self.get(token));
        Ok(Credentials::new(id, secret, token))
    }

    pub(super) fn role(
        &self,
        keys: &RoleKeys,
        environment: &Environment,
    ) -> Result<Role, CredentialError> {
        let mut role = Role::new(self.need(keys.arn)?).in_environment(environment);
        if let Some(name) = self.get(keys.session) {
            role.session_name = name.to_owned();
        }
        role.external_id = self.get("external_id").map(str::to_owned);
        role.policy = self.get("policy").map(str::to_owned);
        if let Some(region) = self.get("sts_region") {
            role.region = Some(region.to_owned());
        }
        if let Some(over_vpc) = self.get("enable_vpc") {
            role.over_vpc = over_vpc.eq_ignore_ascii_case("true");
        }
        // The command line writes 0 for "as usual".
        if let Some(value) = self.get(keys.seconds).filter(|value| *value != "0") {
            let seconds = value.parse().ok().filter(|n| sts::SECONDS.contains(n));
            let seconds = seconds.ok_or_else(|| CredentialError::BadDuration {
                place: self.place.clone(),
                profile: self.name.to_owned(),
                key: keys.seconds,
                value: value.to_owned(),
            })?;
            role.duration = Duration::from_secs(seconds);
        }
        Ok(role)
    }

    pub(super) fn role_with_token(
        &self,
        keys: &RoleKeys,
        environment: &Environment,
    ) -> Result<Service, CredentialError> {
        Ok(Service::RoleWithToken {
            role: self.role(keys, environment)?,
            provider_arn: self.need("oidc_provider_arn")?.to_owned(),
            token_file: self.need(keys.token_file)?.to_owned(),
        })
    }

    /// The instance's role; `name` is the value that names it, where one does. Else the variable may.
    pub(super) fn instance(
        &self,
        name: &str,
        environment: &Environment,
    ) -> Result<Service, CredentialError> {
        if environment.is_true(METADATA_DISABLED) {
            return Err(CredentialError::MetadataOff {
                place: self.place.clone(),
                profile: self.name.to_owned(),
                variable: METADATA_DISABLED,
            });
        }
        Ok(Service::Instance(InstanceRole {
            name: self
                .get(name)
                .or_else(|| environment.get(METADATA_ROLE))
                .map(str::to_owned),
            only_hardened: environment.is_true(PLAIN_METADATA_DISABLED),
        }))
    }

    pub(super) fn unsupported(&self) -> CredentialError {
        CredentialError::UnsupportedMode {
            place: self.place.clone(),
            profile: self.name.to_owned(),
            mode: self.mode.to_owned(),
        }
    }

    pub(super) fn not_configured(&self) -> CredentialError {
        CredentialError::NotConfigured {
            place: self.place.clone(),
            profile: self.name.to_owned(),
        }
    }

    /// A provider that says it is of this profile.
    pub(super) fn provider(&self, recipe: Recipe) -> Provider {
        let source = Message::new("credentials-from-profile")
            .with("profile", self.name)
            .with("place", self.place.to_string())
            .with("mode", self.mode);
        Provider::new(recipe, source, self.get("region_id").map(str::to_owned))
    }

    pub(super) fn fixed(&self, credentials: Credentials) -> Provider {
        self.provider(Recipe::Fixed(Arc::new(credentials)))
    }

    pub(super) fn service(&self, service: Service, means: &Means) -> Provider {
        self.provider(Recipe::service(service, means))
    }
}
