//! The two READMEs have the same shape, and relative links and pictures in Markdown lead to files.

use super::Problem;
use crate::repository::Repository;

const ENGLISH: &str = "README.md";
const CHINESE: &str = "README.zh-CN.md";

pub(super) fn check(repository: &Repository) -> Vec<Problem> {
    let mut problems = readme_problems(repository);
    for (path, text) in repository.texts(&["md"]) {
        for (line, target) in read(text).links {
            if let Some(why) = broken(repository, path, &target) {
                problems.push(Problem::at_line(path, line, format!("`{target}` {why}")));
            }
        }
    }
    problems
}

fn readme_problems(repository: &Repository) -> Vec<Problem> {
    let shape = |path: &str| repository.files.get(path).map(|text| read(text));
    match (shape(ENGLISH), shape(CHINESE)) {
        (Some(english), Some(chinese)) => {
            let mut problems = Vec::new();
            for (what, ours, theirs) in [
                ("headings", english.headings, chinese.headings),
                ("code blocks", english.code_blocks, chinese.code_blocks),
            ] {
                if ours != theirs {
                    let text = format!("has {theirs} {what}, `{ENGLISH}` has {ours}");
                    problems.push(Problem::at(CHINESE, text));
                }
            }
            problems
        }
        (english, chinese) => [(ENGLISH, english.is_some()), (CHINESE, chinese.is_some())]
            .into_iter()
            .filter(|(_, there)| !there)
            .map(|(path, _)| Problem::at(path, "is missing"))
            .collect(),
    }
}

/// Why a link leads nowhere; `None` if it leads to a file of the repository or out to the web.
fn broken(repository: &Repository, from: &str, target: &str) -> Option<&'static str> {
    let file = target.split(['#', '?']).next().unwrap_or_default();
    let scheme = file
        .split_once(':')
        .is_some_and(|(scheme, _)| !scheme.contains('/'));
    if file.is_empty() || scheme {
        return None;
    }
    if file.starts_with('/') {
        return Some("is an absolute path; write it relative to this file");
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in file.trim_end_matches('/').split('/') {
        match part {
            "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return Some("leads out of the repository");
                }
            }
            _ => parts.push(part),
        }
    }
    let path = parts.join("/");
    let folder = format!("{path}/");
    let there = path.is_empty()
        || repository.files.contains_key(&path)
        || repository
            .files
            .keys()
            .any(|file| file.starts_with(&folder));
    (!there).then_some("does not exist")
}

#[derive(Debug, Default)]
struct Page {
    headings: usize,
    code_blocks: usize,
    /// Line and target.
    links: Vec<(usize, String)>,
}

fn read(text: &str) -> Page {
    let mut page = Page::default();
    let mut fence: Option<&str> = None;
    for (index, line) in text.lines().enumerate() {
        let body = line.trim_start();
        let mark = ["```", "~~~"]
            .into_iter()
            .find(|mark| body.starts_with(mark));
        if let Some(open) = fence {
            if mark == Some(open) {
                fence = None;
            }
            continue;
        }
        if mark.is_some() {
            fence = mark;
            page.code_blocks += 1;
            continue;
        }
        let hashes = line.chars().take_while(|c| *c == '#').count();
        if (1..=6).contains(&hashes) && line.chars().nth(hashes).is_none_or(char::is_whitespace) {
            page.headings += 1;
        }
        let targets = links(&without_code(line));
        page.links
            .extend(targets.into_iter().map(|target| (index + 1, target)));
    }
    page
}

/// The line without `code`, in which brackets mean nothing.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect()
}

/// Targets of `[text](target "title")`, `[name]: target`, `src="target"` and `href="target"`.
fn links(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for after in line.split("](").skip(1) {
        found.extend(after.split([')', ' ']).next());
    }
    for mark in ["src=\"", "href=\""] {
        for after in line.split(mark).skip(1) {
            found.extend(after.split('"').next());
        }
    }
    if line.starts_with('[')
        && let Some((_, target)) = line.split_once("]: ")
    {
        found.extend(target.split_whitespace().next());
    }
    found
        .into_iter()
        .map(|target| target.trim_matches(['<', '>']).to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(files: &[(&str, &str)]) -> Vec<String> {
        check(&Repository::with_files(files))
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn readmes_of_the_same_shape_pass() {
        let english = "# A\n\n```sh\n# not a heading\n```\n## B\n#not\n";
        let chinese = "# 甲\n## 乙\n~~~\n```\n~~~\n";
        assert_eq!(said(&[(ENGLISH, english), (CHINESE, chinese)]), [""; 0]);
    }

    #[test]
    fn readmes_of_different_shape_fail() {
        assert_eq!(
            said(&[(ENGLISH, "# A\n```\nx\n```\n"), (CHINESE, "# 甲\n## 乙\n")]),
            [
                "README.zh-CN.md: has 2 headings, `README.md` has 1",
                "README.zh-CN.md: has 0 code blocks, `README.md` has 1",
            ]
        );
    }

    #[test]
    fn a_missing_readme_fails() {
        assert_eq!(said(&[(ENGLISH, "# A\n")]), ["README.zh-CN.md: is missing"]);
        assert_eq!(
            said(&[]),
            ["README.md: is missing", "README.zh-CN.md: is missing"]
        );
    }

    #[test]
    fn links_lead_to_files() {
        let page = "[a](../LICENSE) [b](b.md#part \"t\") ![c](pictures/c.svg) [d](https://x/y.md)\n\
                    [e](#here) `[f](no.md)` [g](pictures/) [h](mailto:a@b)\n\
                    ```\n[i](no.md)\n```\n[j]: ../LICENSE\n<img src=\"pictures/c.svg\">\n";
        let files = [
            (ENGLISH, ""),
            (CHINESE, ""),
            ("LICENSE", ""),
            ("docs/b.md", ""),
            ("docs/pictures/c.svg", ""),
            ("docs/a.md", page),
        ];
        assert_eq!(said(&files), [""; 0]);
    }

    #[test]
    fn links_that_lead_nowhere_fail_with_their_line() {
        for (link, why) in [
            ("x\n[a](no.md)", "docs/a.md:2: `no.md` does not exist"),
            ("x\n![a](no.svg)", "docs/a.md:2: `no.svg` does not exist"),
            ("x\n[a]: no.md", "docs/a.md:2: `no.md` does not exist"),
            (
                "x\n<img src=\"no.svg\">",
                "docs/a.md:2: `no.svg` does not exist",
            ),
            (
                "x\n[a](/docs/a.md)",
                "docs/a.md:2: `/docs/a.md` is an absolute path",
            ),
            (
                "x\n[a](../../b.md)",
                "docs/a.md:2: `../../b.md` leads out of the repository",
            ),
        ] {
            let problems = said(&[(ENGLISH, ""), (CHINESE, ""), ("docs/a.md", link)]);
            assert_eq!(problems.len(), 1, "{link}: {problems:?}");
            assert!(problems[0].starts_with(why), "{problems:?}");
        }
    }
}
