//! Why there are no credentials, by what the user can do about it. No error holds a secret.

use yumen_diagnostics::{Message, Place};

/// A source that was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The variable, file or address, by its name
    pub place: String,
    /// Why it has no credentials
    pub reason: Message,
}

/// Why there are no credentials.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// One of two variables that belong together is not set
    #[error("`{given}` is set and `{missing}` is not")]
    MissingVariable {
        /// The variable that is not set
        missing: &'static str,
        /// The one that is
        given: &'static str,
    },
    /// A file that is needed cannot be read
    #[error("`{path}` cannot be read: {error}")]
    Unreadable {
        /// The file
        path: String,
        /// What the system says
        error: String,
    },
    /// The command line's file is not what that writes
    #[error("{place} is not JSON")]
    NotJson {
        /// File and line
        place: Place,
    },
    /// A line of the shared file is neither section, key nor comment
    #[error("{place} is neither a section nor a key with a value")]
    BadLine {
        /// File and line
        place: Place,
    },
    /// No file has the profile that was chosen
    #[error("there is no profile `{profile}` in {}", files.join(", "))]
    NoProfile {
        /// The profile
        profile: String,
        /// The files that were looked into
        files: Vec<String>,
        /// The profiles that they have
        known: Vec<String>,
    },
    /// A profile lacks a value that its kind needs
    #[error("profile `{profile}` at {place} has no `{key}`")]
    MissingKey {
        /// File and line of the profile
        place: Place,
        /// The profile
        profile: String,
        /// What is missing
        key: &'static str,
    },
    /// A profile asks for keys for a time that the service does not give
    #[error("profile `{profile}` at {place} has a bad `{key}`: `{value}`")]
    BadDuration {
        /// File and line of the profile
        place: Place,
        /// The profile
        profile: String,
        /// Where the time stands
        key: &'static str,
        /// The time
        value: String,
    },
    /// A profile is of a kind that is not supported
    #[error("profile `{profile}` at {place} is of the unsupported kind `{mode}`")]
    UnsupportedMode {
        /// File and line of the profile
        place: Place,
        /// The profile
        profile: String,
        /// Its kind
        mode: String,
    },
    /// A profile holds no credentials or is switched off
    #[error("profile `{profile}` at {place} is not set up")]
    NotConfigured {
        /// File and line of the profile
        place: Place,
        /// The profile
        profile: String,
    },
    /// A profile is its own source
    #[error("profile `{profile}` at {place} is its own source")]
    Loop {
        /// File and line of the profile
        place: Place,
        /// The profile
        profile: String,
    },
    /// The keys that the command line left in a profile have ended
    #[error("the keys of profile `{profile}` at {place} have expired")]
    Expired {
        /// File and line of the profile
        place: Place,
        /// The profile
        profile: String,
    },
    /// A profile needs the instance's role, and a variable forbids asking for it
    #[error(
        "profile `{profile}` at {place} needs the role of the instance, which `{variable}` forbids"
    )]
    MetadataOff {
        /// File and line of the profile
        place: Place,
        /// The profile
        profile: String,
        /// The variable
        variable: &'static str,
    },
    /// The instance has no role, or not the one that was named
    #[error("the instance has no RAM role")]
    NoInstanceRole {
        /// The role that was named
        role: Option<String>,
    },
    /// A service did not answer
    #[error("`{from}` did not answer: {error}")]
    Unreachable {
        /// Who was asked
        from: String,
        /// What the system says
        error: String,
    },
    /// A service cannot answer at the moment
    #[error("`{from}` is not available: {status} `{code}`")]
    Unavailable {
        /// Who was asked
        from: String,
        /// The status of the answer
        status: u16,
        /// Its code
        code: String,
    },
    /// A service answered with an error that says nothing more
    #[error("`{from}` answered with status {status}")]
    BadStatus {
        /// Who was asked
        from: String,
        /// The status of the answer
        status: u16,
    },
    /// An answer is not of the form that the vendor documents
    #[error("the answer of `{from}` has no usable `{field}`")]
    BadAnswer {
        /// Who was asked
        from: String,
        /// What is missing or not understood in it
        field: String,
    },
    /// The clocks here and at the service are too far apart
    #[error("the clocks of this machine and of `{from}` differ too much")]
    Clock {
        /// Who was asked
        from: String,
    },
    /// A service does not accept the key that the request was signed with
    #[error("`{from}` does not accept the access key: `{code}`")]
    KeyRefused {
        /// Who was asked
        from: String,
        /// The code of the answer
        code: String,
    },
    /// Taking on a role is not allowed
    #[error("role `{role}` may not be taken on: `{code}` ({text})")]
    RoleForbidden {
        /// The role
        role: String,
        /// The code of the answer
        code: String,
        /// What the service says
        text: String,
    },
    /// There is no such role
    #[error("there is no role `{role}`: `{code}`")]
    NoRole {
        /// The role
        role: String,
        /// The code of the answer
        code: String,
    },
    /// A service refused the request for another reason
    #[error("`{from}` refused role `{role}`: `{code}` ({text})")]
    Refused {
        /// Who was asked
        from: String,
        /// The role
        role: String,
        /// The code of the answer
        code: String,
        /// What the service says
        text: String,
    },
    /// The system gave no random numbers to sign with
    #[error("the system gives no random numbers: {error}")]
    System {
        /// What the system says
        error: String,
    },
    /// No source has credentials
    #[error("no credentials in {}", places(tried))]
    Nothing {
        /// What was tried, in order
        tried: Vec<Tried>,
    },
}

fn places(tried: &[Tried]) -> String {
    let places: Vec<&str> = tried.iter().map(|tried| tried.place.as_str()).collect();
    places.join(", ")
}

impl CredentialError {
    /// True if the same may work a little later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Unavailable { .. })
    }

    /// The same as a message that the shells can show in either language.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::MissingVariable { missing, given } => {
                Message::new("credentials-missing-variable")
                    .with("missing", *missing)
                    .with("given", *given)
            }
            Self::Unreadable { path, error } => Message::new("credentials-unreadable")
                .with("path", path.as_str())
                .with("error", error.as_str()),
            Self::NotJson { place } => {
                Message::new("credentials-not-json").with("place", place.to_string())
            }
            Self::BadLine { place } => {
                Message::new("credentials-bad-line").with("place", place.to_string())
            }
            Self::NoProfile {
                profile,
                files,
                known,
            } => {
                let id = if known.is_empty() {
                    "credentials-no-profiles"
                } else {
                    "credentials-no-profile"
                };
                let message = Message::new(id)
                    .with("profile", profile.as_str())
                    .with("files", files.join(", "));
                if known.is_empty() {
                    message
                } else {
                    message.with("known", known.join(", "))
                }
            }
            Self::MissingKey {
                place,
                profile,
                key,
            } => Message::new("credentials-missing-key")
                .with("place", place.to_string())
                .with("profile", profile.as_str())
                .with("key", *key),
            Self::BadDuration {
                place,
                profile,
                key,
                value,
            } => Message::new("credentials-bad-duration")
                .with("place", place.to_string())
                .with("profile", profile.as_str())
                .with("key", *key)
                .with("value", value.as_str()),
            Self::UnsupportedMode {
                place,
                profile,
                mode,
            } => Message::new("credentials-unsupported-mode")
                .with("place", place.to_string())
                .with("profile", profile.as_str())
                .with("mode", mode.as_str()),
            Self::NotConfigured { place, profile } => Message::new("credentials-not-configured")
                .with("place", place.to_string())
                .with("profile", profile.as_str()),
            Self::Loop { place, profile } => Message::new("credentials-loop")
                .with("place", place.to_string())
                .with("profile", profile.as_str()),
            Self::Expired { place, profile } => Message::new("credentials-expired")
                .with("place", place.to_string())
                .with("profile", profile.as_str()),
            Self::MetadataOff {
                place,
                profile,
                variable,
            } => Message::new("credentials-metadata-off")
                .with("place", place.to_string())
                .with("profile", profile.as_str())
                .with("variable", *variable),
            Self::NoInstanceRole { role: Some(role) } => {
                Message::new("credentials-no-such-instance-role").with("role", role.as_str())
            }
            Self::NoInstanceRole { role: None } => Message::new("credentials-no-instance-role"),
            Self::Unreachable { from, error } => Message::new("credentials-unreachable")
                .with("from", from.as_str())
                .with("error", error.as_str()),
            Self::Unavailable { from, status, code } => Message::new("credentials-unavailable")
                .with("from", from.as_str())
                .with("status", status.to_string())
                .with("code", code.as_str()),
            Self::BadStatus { from, status } => Message::new("credentials-bad-status")
                .with("from", from.as_str())
                .with("status", status.to_string()),
            Self::BadAnswer { from, field } => Message::new("credentials-bad-answer")
                .with("from", from.as_str())
                .with("field", field.as_str()),
            Self::Clock { from } => Message::new("credentials-clock").with("from", from.as_str()),
            Self::KeyRefused { from, code } => Message::new("credentials-key-refused")
                .with("from", from.as_str())
                .with("code", code.as_str()),
            Self::RoleForbidden { role, code, text } => Message::new("credentials-role-forbidden")
                .with("role", role.as_str())
                .with("code", code.as_str())
                .with("text", text.as_str()),
            Self::NoRole { role, code } => Message::new("credentials-no-role")
                .with("role", role.as_str())
                .with("code", code.as_str()),
            Self::Refused {
                from,
                role,
                code,
                text,
            } => Message::new("credentials-refused")
                .with("from", from.as_str())
                .with("role", role.as_str())
                .with("code", code.as_str())
                .with("text", text.as_str()),
            Self::System { error } => {
                Message::new("credentials-system").with("error", error.as_str())
            }
            Self::Nothing { tried } => {
                Message::new("credentials-nothing").with("tried", places(tried))
            }
        }
    }
}
