//! The report in Markdown, for pull requests and mails: what is wrong, the score, the entries worst
//! first, and everything else folded away.
//!
//! It stays below what GitHub takes as one comment and says what it leaves out. Text of users is
//! escaped, so that a name makes no table, no picture and calls nobody.

use std::collections::BTreeSet;

use yumen_baseline::{State, Status, Verdict};
use yumen_diagnostics::Message;

use crate::describe;
use crate::listed::{Listed, listed, one_line};
use crate::notation;
use crate::report::{Entry, EntryKey, Report};
use crate::text::cause_name;
use crate::words::Words;

/// Characters of the whole, at most: GitHub takes 65,536.
const MOST: usize = 60_000;

/// Rows of the table of entries, at most.
const ENTRIES_SHOWN: usize = 30;

/// The whole report, or as much of it as a comment takes.
#[must_use]
pub fn report(report: &Report, words: &Words) -> String {
    let page = Page { report, words };
    let mut text = page.head();
    text.push_str(&page.entries());
    for section in [page.own_rules(), page.expired()] {
        text.push_str(&section);
    }
    let sections = [page.findings(), page.items(), page.waived(), page.unread()];
    let mut room = MOST.saturating_sub(text.chars().count());
    for section in sections.into_iter().filter(|one| !one.lines.is_empty()) {
        let written = section.written(words, room);
        room = room.saturating_sub(written.chars().count());
        text.push_str(&written);
    }
    text
}

struct Page<'r> {
    report: &'r Report,
    words: &'r Words,
}

/// Lines that are folded away.
struct Folded {
    title: String,
    /// Lines that stand before the others and are never left out
    head: Vec<String>,
    lines: Vec<String>,
}

impl Folded {
    /// As many lines as there is room for.
    fn written(&self, words: &Words, room: usize) -> String {
        let mut text = format!("\n<details><summary>{}</summary>\n\n", self.title);
        for line in &self.head {
            text.push_str(line);
            text.push('\n');
        }
        // What closes the section, and the line that says what is missing.
        let room = room.saturating_sub(400);
        let mut used = text.chars().count();
        let mut shown = 0;
        for line in &self.lines {
            used += line.chars().count() + 1;
            if used > room {
                break;
            }
            text.push_str(line);
            text.push('\n');
            shown += 1;
        }
        let left = self.lines.len() - shown;
        if left > 0 {
            let more = Message::new("markdown-more").with("count", left);
            text.push_str(&format!("\n{}\n", words.say(&more)));
        }
        text.push_str("\n</details>\n");
        text
    }
}

impl Page<'_> {
    fn head(&self) -> String {
        let (report, words) = (self.report, self.words);
        let headline = &report.audit.headline;
        let main = if headline.open == 0 {
            Message::new("audit-headline-none").with("instances", headline.instances)
        } else {
            Message::new("audit-headline")
                .with("open", headline.open)
                .with("instances", headline.instances)
                .with("ports", headline.ports)
                .with("every", headline.every_port)
        };
        let more = Message::new("audit-headline-more")
            .with("latent", headline.latent)
            .with("unknown", headline.unknown);
        let snapshot = report.topology().snapshot();
        let regions: Vec<String> = snapshot.regions.iter().map(ToString::to_string).collect();
        let time = report.audit.as_of.clone();
        let title = Message::new("audit-title")
            .with("regions", words.list(&regions))
            .with(
                "time",
                time.unwrap_or_else(|| words.text("audit-time-unknown")),
            );
        let trend = report.previous.as_ref().map(|previous| {
            let trend = Message::new("report-score-before")
                .with("score", u64::from(previous.score))
                .with("time", previous.as_of.clone().unwrap_or_default());
            words.say(&trend)
        });
        let score = Message::new("report-score")
            .with("score", u64::from(report.score.value))
            .with("band", words.text(describe::band(report.score.band())))
            .with("unclamped", format!("{:.2}", report.score.unclamped))
            .with("trend", trend.unwrap_or_default());
        let counts = report.verdicts();
        let count = |verdict| counts.get(&verdict).copied().unwrap_or(0);
        let (passed, checks) = report.judgement.rate();
        let verdicts = Message::new("report-verdicts")
            .with("fail", count(Verdict::Fail))
            .with("latent", count(Verdict::Latent))
            .with("unknown", count(Verdict::Unknown))
            .with("unassessed", count(Verdict::NotAssessed))
            .with("pass", count(Verdict::Pass) + count(Verdict::Nothing))
            .with("rate", notation::rate(passed, checks))
            .with("checks", checks);
        let mut lines = vec![
            format!("## {}", escaped(&words.say(&title))),
            String::new(),
            format!("**{}**", escaped(&words.say(&main))),
            escaped(&words.say(&more)),
            String::new(),
            format!("**{}**", escaped(&words.say(&score))),
            escaped(&words.say(&verdicts)),
        ];
        if report.known.is_some() {
            let new = report.findings().filter(|(_, one)| report.is_new(one));
            let new = Message::new("report-new").with("count", new.count());
            lines.push(escaped(&words.say(&new)));
        }
        let waived = report.judgement.waived().count();
        if waived > 0 {
            let message = Message::new("report-waived").with("count", waived);
            let message = message.with("score", u64::from(report.unwaived.value));
            lines.push(escaped(&words.say(&message)));
        }
        lines.join("\n") + "\n"
    }

    /// The entries, worst first.
    fn entries(&self) -> String {
        let (report, words) = (self.report, self.words);
        if report.entries.is_empty() {
            return String::new();
        }
        let headings = [
            "markdown-status",
            "markdown-severity",
            "markdown-cause",
            "markdown-items",
            "markdown-machines",
            "markdown-place",
            "markdown-points",
        ];
        let headings: Vec<String> = headings
            .into_iter()
            .map(|id| escaped(&words.text(id)))
            .collect();
        let mut lines = vec![String::new(), row(&headings)];
        lines.push(format!("{}|", "|---".repeat(headings.len())));
        for entry in report.entries.iter().take(ENTRIES_SHOWN) {
            lines.push(self.entry(entry));
        }
        let left = report.entries.len().saturating_sub(ENTRIES_SHOWN);
        if left > 0 {
            let more = Message::new("markdown-more-entries").with("count", left);
            lines.push(String::new());
            lines.push(escaped(&words.say(&more)));
        }
        lines.join("\n") + "\n"
    }

    fn entry(&self, entry: &Entry) -> String {
        let (report, words) = (self.report, self.words);
        let topology = report.topology();
        let name = match &entry.key {
            EntryKey::Cause(cause) => cause_name(topology, words, cause),
            EntryKey::Item(id) => {
                let judged = report.judgement.item(*id);
                judged.map_or_else(
                    || id.to_string(),
                    |judged| describe::title(words, judged.item).to_owned(),
                )
            }
        };
        let items: Vec<&str> = entry.items.iter().map(|id| id.as_str()).collect();
        let machines = entry.interfaces.iter();
        let machines: BTreeSet<String> = machines
            .map(|index| describe::machine(topology, *index))
            .collect();
        let mut machines: Vec<String> = machines.into_iter().collect();
        let hidden = machines.len().saturating_sub(3);
        machines.truncate(3);
        if hidden > 0 {
            machines.push(format!("… +{hidden}"));
        }
        let status = words.text(describe::status(entry.status));
        row(&[
            format!("{} {}", shape(entry.status), escaped(&status)),
            escaped(&words.text(describe::severity(entry.severity))),
            escaped(&name),
            items.join(" "),
            escaped(&words.list(&machines)),
            escaped(&entry.place.to_string()),
            format!("−{:.1}", entry.points),
        ])
    }

    /// The user's own rules that do not hold: nothing that fails a run is folded away.
    fn own_rules(&self) -> String {
        let broken = self.report.intents.iter();
        let broken = broken.filter(|one| !one.violations.is_empty());
        let mut lines = Vec::new();
        for outcome in broken {
            let message = Message::new("report-intent")
                .with("rule", outcome.intent.text.as_str())
                .with("count", outcome.violations.len())
                .with("place", outcome.intent.place.to_string());
            lines.push(format!("- {}", escaped(&self.words.say(&message))));
        }
        self.named("report-intents", &lines)
    }

    fn expired(&self) -> String {
        let lines = self.report.expired().map(|waiver| {
            let message = Message::new("report-expired")
                .with("place", waiver.place.to_string())
                .with("owner", waiver.owner.as_str())
                .with("until", waiver.until.to_string());
            format!("- {}", escaped(&self.words.say(&message)))
        });
        self.named("markdown-expired", &lines.collect::<Vec<_>>())
    }

    fn named(&self, title: &'static str, lines: &[String]) -> String {
        if lines.is_empty() {
            return String::new();
        }
        let title = escaped(&self.words.text(title));
        format!("\n### {title}\n\n{}\n", lines.join("\n"))
    }

    /// Every finding that counts, worst first.
    fn findings(&self) -> Folded {
        let mut all = listed(self.report);
        all.retain(|one| one.waiver.is_none());
        all.sort_by_key(|one| std::cmp::Reverse((one.finding.status, one.finding.severity)));
        self.folded("markdown-findings", &all)
    }

    fn waived(&self) -> Folded {
        let mut all = listed(self.report);
        all.retain(|one| one.waiver.is_some());
        self.folded("markdown-waived", &all)
    }

    fn folded(&self, title: &'static str, all: &[Listed<'_>]) -> Folded {
        let words = self.words;
        let lines = all.iter().map(|one| {
            let status = shape(one.finding.status);
            let severity = words.text(describe::severity(one.finding.severity));
            let mut line = format!(
                "- {status} **{}** {} · {}",
                one.item.id,
                escaped(&severity),
                escaped(&one.said(words)),
            );
            let place = one.finding.place.to_string();
            if !place.is_empty() {
                line.push_str(&format!(" · {}", escaped(&place)));
            }
            if let Some(witness) = one.witness(self.report) {
                line.push_str(&format!(" · {}", escaped(&witness)));
            }
            if let Some(waived) = one.waived(words) {
                line.push_str(&format!(" · {}", escaped(&waived)));
            }
            line
        });
        let title = Message::new(title).with("count", all.len());
        Folded {
            title: escaped(&words.say(&title)),
            head: Vec::new(),
            lines: lines.collect(),
        }
    }

    /// Every item.
    fn items(&self) -> Folded {
        let words = self.words;
        let headings = [
            "csv-item",
            "csv-title",
            "csv-severity",
            "markdown-verdict",
            "markdown-count",
        ];
        let headings: Vec<String> = headings
            .into_iter()
            .map(|id| escaped(&words.text(id)))
            .collect();
        let lines = self.report.judgement.items.iter().map(|judged| {
            let verdict = judged.verdict();
            let mut word = escaped(&words.text(describe::item_verdict(verdict)));
            if let State::NotAssessed(why) = &judged.outcome.state {
                word = format!("{word}: {}", escaped(&words.say(why)));
            }
            let count = match judged.outcome.findings.len() {
                0 => String::new(),
                count => count.to_string(),
            };
            row(&[
                judged.item.id.to_string(),
                escaped(describe::title(words, judged.item)),
                escaped(&words.text(describe::severity(judged.item.severity))),
                format!("{} {word}", describe::item_shape(verdict)),
                count,
            ])
        });
        let count = self.report.judgement.items.len();
        let title = Message::new("markdown-all-items").with("count", count);
        Folded {
            title: escaped(&words.say(&title)),
            head: vec![
                row(&headings),
                format!("{}|", "|---".repeat(headings.len())),
            ],
            lines: lines.collect(),
        }
    }

    /// What was not read.
    fn unread(&self) -> Folded {
        let gaps = &self.report.topology().snapshot().gaps;
        let lines = gaps.iter().map(|gap| {
            let what = escaped(&self.words.say(&gap.message));
            format!("- {}: {what}", escaped(&gap.place.to_string()))
        });
        let title = Message::new("markdown-unread").with("count", gaps.len());
        Folded {
            title: escaped(&self.words.say(&title)),
            head: Vec::new(),
            lines: lines.collect(),
        }
    }
}

fn shape(status: Status) -> &'static str {
    match status {
        Status::Open => "●",
        Status::Latent => "◐",
        Status::Unknown => "?",
    }
}

fn row(cells: &[String]) -> String {
    format!("| {} |", cells.join(" | "))
}

/// Text that means nothing to Markdown, HTML or GitHub: no cell, no emphasis, no tag, no link, and
/// nobody is called by `@` or `#`.
pub(crate) fn escaped(text: &str) -> String {
    let line = one_line(text);
    let mut escaped = String::with_capacity(line.len());
    for character in line.trim().chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '@' | '#' => {
                escaped.push(character);
                escaped.push_str("&#8203;");
            }
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '!' => {
                escaped.extend(['\\', character]);
            }
            other => escaped.push(other),
        }
    }
    // Bare addresses become links too.
    let escaped = escaped.replace("://", ":&#8203;//");
    let escaped = escaped.replace("www.", "www&#8203;.");
    escaped.replace("WWW.", "WWW&#8203;.")
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn text_of_users_stays_text() {
        assert_eq!(escaped("a|b"), "a\\|b");
        assert_eq!(escaped("<b>&"), "&lt;b&gt;&amp;");
        assert_eq!(escaped("x\n## y"), "x #&#8203;#&#8203; y");
        assert_eq!(
            escaped("@all ![a](http://b)"),
            "@&#8203;all \\!\\[a\\](http:&#8203;//b)"
        );
        assert_eq!(escaped("`*_~\\"), "\\`\\*\\_\\~\\\\");
    }
}
