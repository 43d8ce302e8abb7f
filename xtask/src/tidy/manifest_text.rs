//! The lines of a manifest with the sections they stand in: enough of TOML for what is checked,
//! since cargo itself has read the file already.

/// A line `key = value` and where it stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub(super) line: usize,
    pub(super) section: &'a str,
    pub(super) key: &'a str,
    pub(super) value: &'a str,
}

impl Entry<'_> {
    /// Section and key as one path: `[lints] workspace` and `lints.workspace` are the same.
    pub(super) fn path(&self) -> String {
        if self.section.is_empty() {
            self.key.to_owned()
        } else {
            format!("{}.{}", self.section, self.key)
        }
    }
}

pub(super) fn entries(text: &str) -> Vec<Entry<'_>> {
    let mut section = "";
    let mut entries = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('#') {
            continue;
        }
        let name = line.split('#').next().unwrap_or(line).trim();
        if name.starts_with('[') && name.ends_with(']') {
            section = name.trim_matches(['[', ']']).trim();
        } else if let Some((key, value)) = line.split_once('=') {
            entries.push(Entry {
                line: index + 1,
                section,
                key: key.trim(),
                value: value.trim(),
            });
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_know_their_section_and_line() {
        let text = "a.b = 1\n[lints] # all\n# c = 2\nworkspace = true\n[[bin]]\nname = \"x=y\"\n";
        let read = entries(text);
        let found: Vec<_> = read
            .iter()
            .map(|entry| (entry.line, entry.path(), entry.value))
            .collect();
        let expected = [
            (1, "a.b".to_owned(), "1"),
            (4, "lints.workspace".to_owned(), "true"),
            (6, "bin.name".to_owned(), "\"x=y\""),
        ];
        assert_eq!(found, expected);
    }
}
