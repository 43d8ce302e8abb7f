//! Credentials: variables, files and the answers of services in, keys or an error out.
//!
//! The services are played by [`Fake`], since the real ones are only to be reached from inside the
//! vendor's cloud, or with a real account.

mod files;
mod renewal;
mod services;
mod sources;

use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use yumen_aliyun::credentials::{CredentialError, Environment, Means, Provider, find};
use yumen_aliyun::transport::{Request, Response, Transport, TransportError};

/// The secrets of all tests; no output may have them.
const SECRET: &str = "S3CRET-of-the-key";
const TOKEN: &str = "T0KEN/of+the=session";
const NOW: &str = "2026-11-25T10:00:00Z";

type Answer = Result<Response, TransportError>;
type Play = dyn Fn(&Request) -> Answer + Send + Sync;

/// Services that answer as a function says, and keep what they were asked.
struct Fake {
    play: Box<Play>,
    seen: Mutex<Vec<Request>>,
}

impl Fake {
    fn new(play: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Arc<Self> {
        let play = Box::new(play);
        let seen = Mutex::default();
        Arc::new(Self { play, seen })
    }

    /// A machine outside the cloud without a network.
    fn nowhere() -> Arc<Self> {
        Self::new(|request| Err(timed_out(request)))
    }

    /// Answers all requests with 200 and a body.
    fn saying(body: &str) -> Arc<Self> {
        let body = body.to_owned();
        Self::new(move |_| answer(200, &body))
    }

    fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    /// `METHOD url` of each request.
    fn lines(&self) -> Vec<String> {
        let line = |request: &Request| format!("{} {}", request.method.as_str(), request.url);
        self.seen().iter().map(line).collect()
    }

    fn means(self: &Arc<Self>) -> Means {
        let now: Timestamp = NOW.parse().unwrap();
        Means::new(Arc::<Self>::clone(self), move || now)
    }
}

impl Transport for Fake {
    fn send(&self, request: &Request) -> Answer {
        self.seen.lock().unwrap().push(request.clone());
        (self.play)(request)
    }
}

fn answer(status: u16, body: &str) -> Answer {
    Ok(Response {
        status,
        headers: Vec::new(),
        body: body.as_bytes().to_vec(),
    })
}

fn timed_out(request: &Request) -> TransportError {
    let host = request.url.clone();
    TransportError::TimedOut { host }
}

/// Keys as the token service gives them.
fn sts_keys(id: &str, end: &str) -> String {
    format!(
        r#"{{"RequestId":"R","Credentials":{{"AccessKeyId":"{id}","AccessKeySecret":"{SECRET}","SecurityToken":"{TOKEN}","Expiration":"{end}"}}}}"#
    )
}

/// Keys as the metadata service gives them.
fn plain_keys(id: &str, end: &str) -> String {
    format!(
        r#"{{"AccessKeyId":"{id}","AccessKeySecret":"{SECRET}","Expiration":"{end}","SecurityToken":"{TOKEN}","LastUpdated":"2026-11-25T09:00:00Z","Code":"Success"}}"#
    )
}

fn header<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    let found = request.headers.iter().find(|(of, _)| of == name);
    found.map(|(_, value)| value.as_str())
}

/// A home directory with files, and variables.
struct Home {
    directory: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

impl Home {
    fn new(files: &[(&str, &str)], variables: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = directory.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let at_home = directory.path().display().to_string();
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.replace('~', &at_home)))
            .collect();
        Self {
            directory,
            variables,
        }
    }

    fn environment(&self) -> Environment {
        let home = Some(self.directory.path().to_path_buf());
        Environment::of(self.variables.clone(), home)
    }

    fn find(&self, profile: Option<&str>, fake: &Arc<Fake>) -> Result<Provider, CredentialError> {
        find(&self.environment(), profile, &fake.means())
    }

    /// What is found, in one line; what must never be shown is looked for on the way.
    fn said(&self, profile: Option<&str>, fake: &Arc<Fake>) -> String {
        let environment = format!("{:?}", self.environment());
        let found = self.find(profile, fake);
        let shown = format!("{environment}{found:?}");
        let line = match found {
            Ok(provider) => match provider.credentials() {
                Ok(keys) => {
                    assert_eq!(keys.secret(), SECRET);
                    assert!(keys.token().is_none_or(|token| token == TOKEN));
                    let token = if keys.token().is_some() { "+token" } else { "" };
                    let shown = format!("{keys:?}{provider:?}");
                    assert_harmless(&shown);
                    format!("{}{token} {}", keys.key_id, provider.source())
                }
                Err(error) => {
                    assert_harmless(&format!("{error:?}{error}"));
                    format!("{} {}", provider.source(), error.message())
                }
            },
            Err(error) => {
                assert_harmless(&format!("{error}"));
                error.message().to_string()
            }
        };
        assert_harmless(&shown);
        assert_harmless(&line);
        line.replace(&self.directory.path().display().to_string(), "~")
    }
}

fn assert_harmless(text: &str) {
    for secret in [SECRET, TOKEN] {
        assert!(!text.contains(secret), "{text}");
    }
}

/// A profile of the command line, current, on line 2 of its file.
fn config(values: &str) -> String {
    let values = values.replace("SECRET", SECRET).replace("TOKEN", TOKEN);
    format!("{{\"current\": \"p\", \"profiles\": [\n{{\"name\": \"p\", {values}}}]}}\n")
}

/// What a home directory with one file gives.
fn of_file(path: &str, text: &str, fake: &Arc<Fake>) -> String {
    Home::new(&[(path, text)], &[]).said(None, fake)
}
