//! The variables and the home directory that credentials are looked for in.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

pub(super) const KEY_ID: &str = "ALIBABA_CLOUD_ACCESS_KEY_ID";
pub(super) const KEY_SECRET: &str = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
pub(super) const SECURITY_TOKEN: &str = "ALIBABA_CLOUD_SECURITY_TOKEN";
pub(super) const ROLE_ARN: &str = "ALIBABA_CLOUD_ROLE_ARN";
pub(super) const ROLE_SESSION_NAME: &str = "ALIBABA_CLOUD_ROLE_SESSION_NAME";
pub(super) const OIDC_PROVIDER_ARN: &str = "ALIBABA_CLOUD_OIDC_PROVIDER_ARN";
pub(super) const OIDC_TOKEN_FILE: &str = "ALIBABA_CLOUD_OIDC_TOKEN_FILE";
pub(super) const STS_REGION: &str = "ALIBABA_CLOUD_STS_REGION";
pub(super) const VPC_ENDPOINT: &str = "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED";
pub(super) const CONFIG_FILE: &str = "ALIBABA_CLOUD_CONFIG_FILE";
pub(super) const CLI_PROFILE_DISABLED: &str = "ALIBABA_CLOUD_CLI_PROFILE_DISABLED";
pub(super) const CREDENTIALS_FILE: &str = "ALIBABA_CLOUD_CREDENTIALS_FILE";
pub(super) const METADATA_ROLE: &str = "ALIBABA_CLOUD_ECS_METADATA";
pub(super) const METADATA_DISABLED: &str = "ALIBABA_CLOUD_ECS_METADATA_DISABLED";
pub(super) const PLAIN_METADATA_DISABLED: &str = "ALIBABA_CLOUD_IMDSV1_DISABLED";
pub(super) const CREDENTIALS_URI: &str = "ALIBABA_CLOUD_CREDENTIALS_URI";

/// The names of the variable that chooses a profile, in the order in which the vendor's command
/// line reads them, but that the one that its libraries know comes first.
const PROFILE: [&str; 3] = [
    "ALIBABA_CLOUD_PROFILE",
    "ALIBABACLOUD_PROFILE",
    "ALICLOUD_PROFILE",
];

/// All that is read; nothing else of the environment is kept.
const READ: [&str; 16] = [
    KEY_ID,
    KEY_SECRET,
    SECURITY_TOKEN,
    ROLE_ARN,
    ROLE_SESSION_NAME,
    OIDC_PROVIDER_ARN,
    OIDC_TOKEN_FILE,
    STS_REGION,
    VPC_ENDPOINT,
    CONFIG_FILE,
    CLI_PROFILE_DISABLED,
    CREDENTIALS_FILE,
    METADATA_ROLE,
    METADATA_DISABLED,
    PLAIN_METADATA_DISABLED,
    CREDENTIALS_URI,
];

/// The variables that credentials are looked for in, and the home directory.
pub struct Environment {
    variables: BTreeMap<String, Zeroizing<String>>,
    home: Option<PathBuf>,
}

impl Environment {
    /// That of this process.
    #[must_use]
    pub fn of_process() -> Self {
        let read = READ.iter().chain(&PROFILE).filter_map(|name| {
            let value = std::env::var_os(name)?;
            Some(((*name).to_owned(), value.to_string_lossy().into_owned()))
        });
        Self::of(read, std::env::home_dir())
    }

    /// Given variables and home directory.
    #[must_use]
    pub fn of(
        variables: impl IntoIterator<Item = (String, String)>,
        home: Option<PathBuf>,
    ) -> Self {
        let variables = variables
            .into_iter()
            .map(|(name, value)| (name, Zeroizing::new(value)))
            .collect();
        Self { variables, home }
    }

    /// A variable's value without white space around it; `None` if nothing is left.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let value = self.variables.get(name)?.trim();
        (!value.is_empty()).then_some(value)
    }

    pub(super) fn is_true(&self, name: &str) -> bool {
        self.get(name)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The profile that a variable chooses.
    pub(super) fn profile(&self) -> Option<&str> {
        PROFILE.iter().find_map(|name| self.get(name))
    }

    pub(super) fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }
}

/// Names of the variables only: their values may be secrets.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("variables", &self.variables.keys())
            .field("home", &self.home)
            .finish()
    }
}
