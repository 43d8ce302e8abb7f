//! Secrets: where they are kept, how they are read, and that they are never shown.

use std::fmt;
use std::io::Read as _;
use std::path::PathBuf;

use yumen_diagnostics::Message;
use zeroize::Zeroizing;

/// A text that is never shown and is wiped when dropped. An address that holds a token is one.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Keeps a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The text, for signing and sending only.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Without the text.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Looks up a variable of the environment.
pub type Environment<'e> = dyn Fn(&str) -> Option<String> + 'e;

/// Where a secret is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// In a variable of the environment
    Environment(String),
    /// In a file that only its owner can read; white space around it does not count
    File(PathBuf),
}

/// Longest secret that is read, in bytes.
const LONGEST: u64 = 64 << 10;

impl SecretSource {
    /// Reads the secret.
    ///
    /// # Errors
    /// It is not there, it is empty, or others could read or change the file.
    pub fn read(&self, environment: &Environment<'_>) -> Result<Secret, Message> {
        let text = match self {
            Self::Environment(name) => {
                let missing = || Message::new("notify-secret-variable").with("name", name.as_str());
                Zeroizing::new(environment(name).ok_or_else(missing)?)
            }
            Self::File(path) => self.read_file(path)?,
        };
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(Message::new("notify-secret-empty").with("source", self.to_string()));
        }
        Ok(Secret::new(trimmed))
    }

    fn read_file(&self, path: &PathBuf) -> Result<Zeroizing<String>, Message> {
        let failed = |error: std::io::Error| {
            Message::new("notify-secret-file")
                .with("file", self.to_string())
                .with("error", error.to_string())
        };
        let file = std::fs::File::open(path).map_err(failed)?;
        // Asked of the open file, not of its name: the name may mean another file by then.
        let metadata = file.metadata().map_err(failed)?;
        if !private(&metadata) {
            return Err(Message::new("notify-secret-open").with("file", self.to_string()));
        }
        let mut text = Zeroizing::new(String::new());
        file.take(LONGEST)
            .read_to_string(&mut text)
            .map_err(failed)?;
        Ok(text)
    }
}

/// The name of the variable or the path of the file, as the user wrote it.
impl fmt::Display for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(name) => f.write_str(name),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

#[cfg(unix)]
fn private(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o077 == 0
}

#[cfg(not(unix))]
fn private(_: &std::fs::Metadata) -> bool {
    true
}
