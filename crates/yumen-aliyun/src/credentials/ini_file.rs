//! `~/.alibabacloud/credentials`, which the vendor's libraries share: sections of keys and values.

use std::sync::Arc;

use yumen_diagnostics::Place;
use zeroize::Zeroizing;

use super::entry::{Entry, RoleKeys};
use super::environment::Environment;
use super::provider::Service;
use super::{CredentialError, Means, Provider};

const KEYS: RoleKeys = RoleKeys {
    arn: "role_arn",
    session: "role_session_name",
    seconds: "duration_seconds",
    token_file: "oidc_token_file_path",
};

/// The file, read.
pub(super) struct IniFile {
    path: String,
    sections: Vec<Section>,
}

struct Section {
    name: String,
    line: u32,
    /// Keys in lower case; a later value takes the place of an earlier one
    values: Vec<(String, Zeroizing<String>)>,
}

impl IniFile {
    /// Reads lines that are a `[section]`, a `key = value` (or `key: value`), a comment after `#`
    /// or `;`, or empty.
    pub(super) fn read(path: &str, text: &[u8]) -> Result<Self, CredentialError> {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let mut sections: Vec<Section> = Vec::new();
        for (line, bytes) in (1_u32..).zip(text.split(|byte| *byte == b'\n')) {
            let wrong = || CredentialError::BadLine {
                place: Place::in_file(Arc::from(path)).at_line(line),
            };
            let content = std::str::from_utf8(bytes).map_err(|_| wrong())?.trim();
            if content.is_empty() || content.starts_with(['#', ';']) {
                continue;
            }
            if let Some(rest) = content.strip_prefix('[') {
                let (name, after) = rest.split_once(']').ok_or_else(wrong)?;
                if !without_comment(after).is_empty() {
                    return Err(wrong());
                }
                sections.push(Section {
                    name: name.trim().to_owned(),
                    line,
                    values: Vec::new(),
                });
                continue;
            }
            let (key, value) = content.split_once(['=', ':']).ok_or_else(wrong)?;
            let section = sections.last_mut().ok_or_else(wrong)?;
            let key = key.trim().to_ascii_lowercase();
            if key.is_empty() {
                return Err(wrong());
            }
            let value = unquoted(without_comment(value));
            section.values.push((key, Zeroizing::new(value.to_owned())));
        }
        Ok(Self {
            path: path.to_owned(),
            sections,
        })
    }

    pub(super) fn names(&self) -> Vec<String> {
        let names = self.sections.iter().map(|section| section.name.clone());
        names.collect()
    }

    /// The section of that name.
    pub(super) fn entry(&self, name: &str) -> Option<Entry<'_>> {
        let section = self.sections.iter().find(|section| section.name == name)?;
        let look = move |key: &str| {
            let found = section.values.iter().rev().find(|(of, _)| of == key);
            found.map(|(_, value)| value.as_str())
        };
        let mut entry = Entry {
            name: &section.name,
            place: Place::in_file(Arc::from(self.path.as_str())).at_line(section.line),
            mode: "",
            look: Box::new(look),
        };
        entry.mode = entry.get("type").unwrap_or_default();
        Some(entry)
    }
}

/// True unless the section is switched off.
pub(super) fn is_enabled(entry: &Entry<'_>) -> bool {
    let is_off = |value: &str| {
        ["false", "0", "no", "off"]
            .iter()
            .any(|off| value.eq_ignore_ascii_case(off))
    };
    !entry.get("enable").is_some_and(is_off)
}

/// What the section stands for. `sts` and `credentials_uri` are types that the vendor's libraries
/// know in their settings but do not read from this file.
pub(super) fn provider(
    entry: &Entry<'_>,
    environment: &Environment,
    means: &Means,
) -> Result<Provider, CredentialError> {
    if !is_enabled(entry) {
        return Err(entry.not_configured());
    }
    let service = match entry.need("type")? {
        "access_key" => return Ok(entry.fixed(entry.keys(None)?)),
        "sts" => {
            entry.need("security_token")?;
            return Ok(entry.fixed(entry.keys(Some("security_token"))?));
        }
        "ram_role_arn" => Service::Role {
            base: entry.fixed(entry.keys(Some("security_token"))?),
            role: entry.role(&KEYS, environment)?,
        },
        "ecs_ram_role" => entry.instance("role_name", environment)?,
        "oidc_role_arn" => entry.role_with_token(&KEYS, environment)?,
        "credentials_uri" => Service::Uri(entry.need("credentials_uri")?.to_owned()),
        _ => return Err(entry.unsupported()),
    };
    Ok(entry.service(service, means))
}

/// A value without what follows a `#` or `;` that stands after white space or at its start.
fn without_comment(value: &str) -> &str {
    let mut before = ' ';
    for (at, letter) in value.char_indices() {
        if matches!(letter, '#' | ';') && before.is_whitespace() {
            return value.get(..at).unwrap_or(value).trim();
        }
        before = letter;
    }
    value.trim()
}

fn unquoted(value: &str) -> &str {
    let inside = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
    inside('"').or_else(|| inside('\'')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn look(text: &str, key: &str) -> Option<String> {
        let file = IniFile::read("f", text.as_bytes()).unwrap();
        let entry = file.entry("default").unwrap();
        entry.get(key).map(str::to_owned)
    }

    #[test]
    fn values_are_read_with_their_section() {
        let text = "\u{feff}# c\n; c\n\n [other]\na = 1\n[default] # c\r\nA : x=y # c\r\nb = 'q # r'\nc=\nd=p#q\na = z\n";
        for (key, value) in [
            ("a", Some("z")),
            ("b", Some("'q")),
            ("c", None),
            ("d", Some("p#q")),
        ] {
            assert_eq!(look(text, key).as_deref(), value, "{key}");
        }
        assert_eq!(
            look("[default]\nk = \"v w\"\n", "k").as_deref(),
            Some("v w")
        );
        let file = IniFile::read("f", text.as_bytes()).unwrap();
        assert_eq!(file.names(), ["other", "default"]);
        assert_eq!(file.entry("default").unwrap().place.to_string(), "f:6");
        assert!(file.entry("none").is_none());
    }

    #[test]
    fn lines_that_say_nothing_are_named() {
        for (text, line) in [
            ("a = 1\n", 1),
            ("[d]\nnonsense\n", 2),
            ("[d]\n\n= v\n", 3),
            ("[d\n", 1),
            ("[d] x\n", 1),
        ] {
            let error = IniFile::read("f", text.as_bytes()).err().unwrap();
            assert_eq!(
                error.message().to_string(),
                format!("credentials-bad-line(place=f:{line})")
            );
        }
        assert!(IniFile::read("f", b"[d]\n\xff = 1\n").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_taken(text in "([\\[\\]a=:#;'\" \n]|\\PC){0,60}") {
            if let Ok(file) = IniFile::read("f", text.as_bytes()) {
                for name in file.names() {
                    prop_assert!(file.entry(&name).is_some());
                }
            }
        }
    }
}
