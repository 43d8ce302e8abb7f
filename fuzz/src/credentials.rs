//! Arbitrary bytes in the place of the files that credentials are kept in: never a panic, and never
//! a secret in what is said.

use std::fs;
use std::sync::Arc;

use yumen_aliyun::credentials::{Environment, Means, find};
use yumen_aliyun::transport::{Request, Response, Transport, TransportError};

/// A network on which nobody answers.
struct Silence;

impl Transport for Silence {
    fn send(&self, _: &Request) -> Result<Response, TransportError> {
        Err(TransportError::Unreachable {
            host: String::new(),
            error: String::new(),
        })
    }
}

/// The first byte chooses the file.
pub fn credentials(data: &[u8]) {
    let Some((choice, content)) = data.split_first() else {
        return;
    };
    let name = if choice % 2 == 0 {
        "config.json"
    } else {
        "credentials"
    };
    let thread = std::thread::current().id();
    let folder = std::env::temp_dir().join(format!("yumen-fuzz-{}-{thread:?}", std::process::id()));
    let path = folder.join(name);
    if fs::create_dir_all(&folder)
        .and_then(|()| fs::write(&path, content))
        .is_err()
    {
        return;
    }
    let variable = if choice % 2 == 0 {
        "ALIBABA_CLOUD_CONFIG_FILE"
    } else {
        "ALIBABA_CLOUD_CREDENTIALS_FILE"
    };
    let variables = [
        (variable.to_owned(), path.display().to_string()),
        (
            "ALIBABA_CLOUD_ECS_METADATA_DISABLED".to_owned(),
            "true".to_owned(),
        ),
    ];
    let means = Means::new(Arc::new(Silence), || jiff::Timestamp::UNIX_EPOCH);
    for profile in [None, Some("default"), Some("prod")] {
        let environment = Environment::of(variables.clone(), None);
        let said = match find(&environment, profile, &means) {
            Ok(provider) => match provider.credentials() {
                Ok(credentials) => format!("{credentials:?}"),
                Err(error) => format!("{error:?} {error} {}", error.message()),
            },
            Err(error) => format!("{error:?} {error} {}", error.message()),
        };
        assert!(!said.contains("sesame"), "a secret is told");
    }
    drop(fs::remove_dir_all(&folder));
}
