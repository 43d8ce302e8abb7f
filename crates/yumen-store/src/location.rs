//! Where a store is: a file of SQLite, or a database of PostgreSQL. Passwords stay inside.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::error::StoreError;

/// Where a store is.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A file of SQLite
    Sqlite(PathBuf),
    /// The URL of a database of PostgreSQL, with its password if it has one
    Postgres(String),
}

impl Location {
    /// Reads what a user writes: `postgres://…`, `postgresql://…`, `sqlite:FILE`, or a path.
    ///
    /// # Errors
    /// The text is empty, or a URL of something else.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        let wrong = || StoreError::Location {
            text: without_password(text),
        };
        match text.split_once(':') {
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => {
                Ok(Self::Postgres(text.to_owned()))
            }
            Some(("sqlite", rest)) => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                if path.is_empty() || path.contains('?') {
                    return Err(wrong());
                }
                Ok(Self::Sqlite(path.into()))
            }
            Some((_, rest)) if rest.starts_with("//") => Err(wrong()),
            _ if text.trim().is_empty() => Err(wrong()),
            _ => Ok(Self::Sqlite(text.into())),
        }
    }

    /// The URL by which `sqlx` opens it.
    pub(crate) fn url(&self, is_read_only: bool) -> Result<String, StoreError> {
        match self {
            Self::Postgres(url) => Ok(url.clone()),
            Self::Sqlite(path) => {
                let absolute =
                    std::path::absolute(path).map_err(|error| StoreError::file(path, &error))?;
                let mode = if is_read_only { "ro" } else { "rwc" };
                Ok(format!("sqlite://{}?mode={mode}", escaped(&absolute)))
            }
        }
    }
}

/// A path as a part of a URL.
fn escaped(path: &Path) -> String {
    let mut text = String::new();
    for byte in path.to_string_lossy().bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// A URL as it may be shown: no password, no parameters (they may hold one).
fn without_password(text: &str) -> String {
    let text = text.split(['?', '#']).next().unwrap_or_default();
    match (text.split_once("://"), text.rfind('@')) {
        (Some((scheme, _)), Some(at)) => {
            let user = text
                .get(scheme.len() + 3..at)
                .and_then(|user| user.split(':').next());
            let rest = text.get(at..).unwrap_or_default();
            format!("{scheme}://{}{rest}", user.unwrap_or_default())
        }
        _ => text.to_owned(),
    }
}

/// The place without passwords.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => path.display().fmt(f),
            Self::Postgres(url) => f.write_str(&without_password(url)),
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Location({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_users_write_them() {
        let file = |path: &str| Location::Sqlite(path.into());
        for (text, expected) in [
            ("yumen.db", file("yumen.db")),
            ("/var/lib/yumen/store.db", file("/var/lib/yumen/store.db")),
            ("sqlite:a.db", file("a.db")),
            ("sqlite:///a.db", file("/a.db")),
            ("a:b.db", file("a:b.db")),
        ] {
            assert_eq!(Location::parse(text).unwrap(), expected);
        }
        for text in ["", " ", "mysql://a/b", "sqlite:", "sqlite:a?mode=memory"] {
            assert!(Location::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn passwords_are_never_shown() {
        for text in [
            "postgres://yumen:secret@db.example/yumen",
            "postgres://yumen:sec@ret@db.example/yumen",
            "postgres://yumen@db.example/yumen?password=secret",
            "postgres://yumen@db.example/yumen#secret",
        ] {
            let location = Location::parse(text).unwrap();
            assert_eq!(location.to_string(), "postgres://yumen@db.example/yumen");
            assert!(!format!("{location:?}").contains("sec"));
        }
        let error = Location::parse("mysql://yumen:secret@db.example/yumen").unwrap_err();
        assert!(!format!("{error:?} {error}").contains("secret"));
    }

    #[test]
    fn paths_survive_being_urls() {
        let url = Location::Sqlite("/a b/100%?#ü.db".into())
            .url(true)
            .unwrap();
        assert_eq!(url, "sqlite:///a%20b/100%25%3F%23%C3%BC.db?mode=ro");
    }
}
