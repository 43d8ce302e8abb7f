//! The report as one HTML file: no request to anywhere, whole without its few lines of script, for
//! screens of any width, light and dark, and for paper.
//!
//! [`report`] puts the sections of the folder `html` in the order in which they are read. What
//! users wrote (names, descriptions, tags) goes through `maud`, which escapes it.

mod assessment;
mod changes;
mod entries;
mod exposures;
mod findings;
mod frameworks;
mod gaps;
mod intents;
mod items;
mod map;
mod pieces;
mod prose;
mod rules;
mod summary;
mod waivers;

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::prelude::BASE64_STANDARD as STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};
use yumen_diagnostics::Message;
use yumen_reach::{Cause, EndpointIndex, Topology, Verdict};

use crate::audit::CauseReport;
use crate::report::{EntryKey, Report};
use crate::words::{Language, Words};

const STYLE: &str = concat!(
    include_str!("html/style.css"),
    include_str!("html/picture.css"),
    include_str!("html/print.css")
);
const SCRIPT: &str = include_str!("html/script.js");

/// Entries at most; the rest is counted, and stands in the JSON report.
const ENTRIES: usize = 200;

/// Machines in the list of exposures at most.
const MACHINES: usize = 200;

/// Findings under items at most, over all items.
const FINDINGS: usize = 500;

/// Rows of every other list at most.
const ROWS: usize = 300;

/// The report as HTML. `directory` is what commands for this estate take, `next` is the next of
/// them.
#[must_use]
pub fn report(report: &Report, words: &Words, directory: &str, next: &Message) -> String {
    let page = Page::new(report, words, directory, next);
    page.html().into_string()
}

/// A report on its way to HTML.
struct Page<'a> {
    report: &'a Report,
    words: &'a Words,
    directory: &'a str,
    next: &'a Message,
    /// What each cause lets pass, worst verdict first
    causes: BTreeMap<&'a Cause, Vec<(Verdict, &'a CauseReport)>>,
    /// Position of the entry of each cause
    entry_of: BTreeMap<&'a Cause, usize>,
    /// Machines with exposures, worst first
    machines: Vec<exposures::Machine>,
    /// Position among these of each interface
    machine_of: BTreeMap<EndpointIndex, usize>,
    /// Positions of the entries with findings about the exposures of each interface
    exposed_in: BTreeMap<EndpointIndex, BTreeSet<usize>>,
}

impl<'a> Page<'a> {
    fn new(report: &'a Report, words: &'a Words, directory: &'a str, next: &'a Message) -> Self {
        let audit = &report.audit;
        let mut causes: BTreeMap<&Cause, Vec<_>> = BTreeMap::new();
        for (verdict, list) in [
            (Verdict::Open, &audit.causes),
            (Verdict::Open, &audit.named),
            (Verdict::Unknown, &audit.unknown),
            (Verdict::Latent, &audit.latent),
        ] {
            for one in list {
                if let Some(cause) = &one.cause {
                    causes.entry(cause).or_default().push((verdict, one));
                }
            }
        }
        let entries = report.entries.iter().enumerate();
        let entry_of = entries.filter_map(|(position, entry)| match &entry.key {
            EntryKey::Cause(cause) => Some((cause, position)),
            EntryKey::Item(_) => None,
        });
        let machines = exposures::machines(report);
        let of_machine = machines.iter().take(MACHINES).enumerate();
        let machine_of = of_machine.flat_map(|(position, machine)| {
            let interfaces = machine.interfaces.iter();
            interfaces.map(move |index| (*index, position))
        });
        Self {
            report,
            words,
            directory,
            next,
            causes,
            entry_of: entry_of.collect(),
            machine_of: machine_of.collect(),
            machines,
            exposed_in: exposures::exposed_in(report),
        }
    }

    fn topology(&self) -> &'a Topology {
        self.report.topology()
    }

    fn is_chinese(&self) -> bool {
        self.words.language() == Language::Chinese
    }

    fn text(&self, id: &'static str) -> String {
        self.words.text(id)
    }

    fn say(&self, message: &Message) -> String {
        self.words.say(message)
    }

    fn html(&self) -> Markup {
        let language = if self.is_chinese() { "zh-CN" } else { "en" };
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
            digest(STYLE),
            digest(SCRIPT)
        );
        let sections = self.sections();
        html! {
            (DOCTYPE)
            html lang=(language) {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="referrer" content="no-referrer";
                    meta name="color-scheme" content="light dark";
                    title { (self.page_title()) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    a.skip href="#summary" { (self.text("html-skip")) }
                    (self.masthead())
                    nav.contents aria-label=(self.text("html-contents")) {
                        ul {
                            @for section in &sections {
                                li {
                                    a href={ "#" (section.id) } {
                                        (self.text(section.title))
                                        @if let Some(count) = &section.count { " " span.count { (count) } }
                                    }
                                }
                            }
                        }
                    }
                    main {
                        @if self.is_chinese() { (self.assessment()) }
                        (self.summary())
                        @for section in &sections { (self.section(section)) }
                    }
                    (self.colophon())
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        }
    }

    /// All sections after the summary, in the order in which they are read.
    fn sections(&self) -> Vec<Section> {
        vec![
            self.entries(),
            self.exposures(),
            self.map(),
            self.items(),
            self.intents(),
            self.frameworks(),
            self.rules(),
            self.waivers(),
            self.gaps(),
            self.changes(),
        ]
    }

    fn section(&self, section: &Section) -> Markup {
        html! {
            section id=(section.id) aria-labelledby={ (section.id) "-title" } {
                h2 id={ (section.id) "-title" } {
                    (self.text(section.title))
                    @if let Some(count) = &section.count { " " span.count { (count) } }
                }
                p.lead { (self.text(section.lead)) }
                (section.body)
            }
        }
    }
}

/// A section of the page.
struct Section {
    id: &'static str,
    title: &'static str,
    lead: &'static str,
    count: Option<String>,
    body: Markup,
}

/// The SHA-256 of a text, as a content security policy names it.
fn digest(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::digest;

    #[test]
    fn the_digest_is_what_browsers_compute() {
        assert_eq!(digest(""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(
            digest("abc"),
            "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
        );
    }
}
