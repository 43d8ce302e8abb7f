//! Every text a user sees exists in English and in Chinese, with the same variables.
//!
//! Reads as much of Fluent as shows that: messages, terms, attributes, continuation lines and
//! the `$names` inside `{ … }`, selectors included.

use super::Problem;
use crate::repository::Repository;
use std::collections::{BTreeMap, BTreeSet};

const ENGLISH: &str = "/i18n/en.ftl";
const CHINESE: &str = "/i18n/zh.ftl";

pub(super) fn check(repository: &Repository) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, text) in repository.texts(&["ftl"]) {
        let (other, first) = if let Some(folder) = path.strip_suffix(ENGLISH) {
            (format!("{folder}{CHINESE}"), true)
        } else if let Some(folder) = path.strip_suffix(CHINESE) {
            (format!("{folder}{ENGLISH}"), false)
        } else {
            problems.push(Problem::at(
                path,
                "texts live in `i18n/en.ftl` and `i18n/zh.ftl`",
            ));
            continue;
        };
        let (messages, wrong) = read(path, text);
        problems.extend(wrong);
        let Some(other_text) = repository.files.get(&other) else {
            problems.push(Problem::at(
                path,
                format!("the other language, `{other}`, is missing"),
            ));
            continue;
        };
        let (other_messages, _) = read(&other, other_text);
        problems.extend(compare(path, &messages, &other, &other_messages, first));
    }
    problems
}

/// Each side names what the other lacks; differing variables are told once, on the first side.
fn compare(
    path: &str,
    messages: &Messages,
    other: &str,
    other_messages: &Messages,
    first: bool,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (id, message) in messages {
        match other_messages.get(id) {
            None => {
                let text = format!("`{id}` is missing in `{other}`");
                problems.push(Problem::at_line(path, message.line, text));
            }
            Some(theirs) if first && theirs.variables != message.variables => {
                let text = format!(
                    "`{id}` uses {} here and {} in `{other}`",
                    listed(&message.variables),
                    listed(&theirs.variables)
                );
                problems.push(Problem::at_line(path, message.line, text));
            }
            Some(_) => {}
        }
    }
    problems
}

fn listed(variables: &BTreeSet<String>) -> String {
    if variables.is_empty() {
        return "no variable".into();
    }
    variables
        .iter()
        .map(|name| format!("${name}"))
        .collect::<Vec<_>>()
        .join(", ")
}

type Messages = BTreeMap<String, Message>;

#[derive(Debug, Default)]
struct Message {
    line: usize,
    variables: BTreeSet<String>,
    text: String,
}

fn read(path: &str, text: &str) -> (Messages, Vec<Problem>) {
    let mut messages = Messages::new();
    let mut problems = Vec::new();
    // The message that lines without an id continue, and the one that attributes belong to.
    let (mut current, mut owner) = (String::new(), String::new());
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let indented = line.starts_with(' ');
        let body = line.trim();
        let definition = body
            .split_once('=')
            .map(|(id, text)| (id.trim(), text.trim()));
        let attribute = definition.filter(|(id, _)| indented && is_attribute(id));
        let message = definition.filter(|(id, _)| !indented && is_id(id));
        if let Some((id, text)) = message.or(attribute) {
            if !indented {
                id.clone_into(&mut owner);
            }
            current = if indented {
                format!("{owner}{id}")
            } else {
                id.to_owned()
            };
            let new = Message {
                line: number,
                text: text.to_owned(),
                ..Message::default()
            };
            if messages.insert(current.clone(), new).is_some() {
                problems.push(Problem::at_line(
                    path,
                    number,
                    format!("`{current}` is there twice"),
                ));
            }
        } else if let Some(message) = messages
            .get_mut(&current)
            .filter(|_| indented || body == "}")
        {
            message.text.push('\n');
            message.text.push_str(body);
        } else {
            problems.push(Problem::at_line(
                path,
                number,
                "this line belongs to no message",
            ));
        }
    }
    let owners: BTreeSet<String> = messages
        .keys()
        .filter_map(|id| Some(id.split_once('.')?.0.to_owned()))
        .collect();
    for (id, message) in &mut messages {
        match variables(&message.text) {
            Some(variables) => message.variables = variables,
            None => {
                let text = format!("the braces of `{id}` do not match");
                problems.push(Problem::at_line(path, message.line, text));
            }
        }
        if message.text.is_empty() && !owners.contains(id) {
            problems.push(Problem::at_line(
                path,
                message.line,
                format!("`{id}` says nothing"),
            ));
        }
    }
    (messages, problems)
}

fn is_id(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

fn is_attribute(text: &str) -> bool {
    text.strip_prefix('.').is_some_and(is_id)
}

/// The `$names` inside braces; `None` if a brace or a string is not closed.
fn variables(text: &str) -> Option<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut depth = 0usize;
    let mut rest = text.chars().peekable();
    while let Some(next) = rest.next() {
        match next {
            '{' => depth += 1,
            '}' => depth = depth.checked_sub(1)?,
            '"' if depth > 0 => while rest.next()? != '"' {},
            '$' if depth > 0 => {
                let mut name = String::new();
                while let Some(letter) =
                    rest.next_if(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
                {
                    name.push(letter);
                }
                found.insert(name);
            }
            _ => {}
        }
    }
    (depth == 0).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(english: &str, chinese: &str) -> Vec<String> {
        let repository =
            Repository::with_files(&[("a/i18n/en.ftl", english), ("a/i18n/zh.ftl", chinese)]);
        check(&repository).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn equal_texts_pass_in_any_form() {
        let english = "# Comment\nopen = { $count ->\n    [one] one port of { $name }\n   \
                       *[other] { $count } ports of { $name }\n}\nmore =\n    two lines,\n    \
                       price = $5 {\"{\"}\n    .title = { NUMBER($n, style: \"percent\") }\n-brand = Yumen\n";
        let chinese = "-brand = 玉门\nmore = 两行 {\"}\"}\n    .title = { $n }\n\
                       open = { $name } 的 { $count } 个端口\n";
        assert_eq!(said(english, chinese), [""; 0]);
    }

    #[test]
    fn a_message_that_one_language_lacks_fails() {
        assert_eq!(
            said("a = x\nb = y\n", "a = 甲\n"),
            ["a/i18n/en.ftl:2: `b` is missing in `a/i18n/zh.ftl`"]
        );
        assert_eq!(
            said("a = x\n", "a = 甲\n    .t = 乙\n"),
            ["a/i18n/zh.ftl:2: `a.t` is missing in `a/i18n/en.ftl`"]
        );
    }

    #[test]
    fn differing_variables_fail() {
        assert_eq!(
            said("a = { $x } { $y }\n", "a = { $x }\n"),
            ["a/i18n/en.ftl:1: `a` uses $x, $y here and $x in `a/i18n/zh.ftl`"]
        );
        let selected = "a = { $n ->\n    [one] { $deep }\n   *[other] many\n    }\n";
        assert_eq!(said(selected, "a = { $n }\n").len(), 1);
    }

    #[test]
    fn broken_files_fail() {
        for (broken, why) in [
            ("a = x\na = y\n", "is there twice"),
            ("a = x\nloose line\n", "belongs to no message"),
            ("a = { $x\n", "braces of `a`"),
            ("a =\n", "says nothing"),
        ] {
            let problems = said(broken, "a = 甲\n");
            assert!(
                problems.iter().any(|text| text.contains(why)),
                "{broken}: {problems:?}"
            );
        }
    }

    #[test]
    fn a_language_alone_fails() {
        let alone = Repository::with_files(&[("a/i18n/zh.ftl", "a = 甲\n")]);
        assert!(
            check(&alone)[0]
                .text
                .contains("`a/i18n/en.ftl`, is missing")
        );
        let third = Repository::with_files(&[("a/i18n/fr.ftl", "a = x\n")]);
        assert_eq!(check(&third).len(), 1);
    }
}
