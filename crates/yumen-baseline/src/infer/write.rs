//! The guess as a file: a section for each thing, the reason above each line, what is only possible
//! behind a `#`.

use yumen_diagnostics::Message;

use crate::settings::Limits;

use super::{Confidence, Guess, GuessedMembers, GuessedRole};

/// Names of machines that a remark shows.
const NAMES_SHOWN: usize = 8;

type Say<'a> = &'a dyn Fn(&Message) -> String;

impl Guess {
    /// The guess as a `yumen.toml`, with its reasons in the words that `say` has for them. It can
    /// be read again without problems, whatever names and words there are.
    #[must_use]
    pub fn to_toml(&self, say: &dyn Fn(&Message) -> String) -> String {
        let mut file = File {
            say,
            text: String::new(),
        };
        file.remark("infer-head");
        self.write_trusted(&mut file);
        self.write_limits(&mut file);
        self.write_roles(&mut file);
        self.write_environments(&mut file);
        self.write_zones(&mut file);
        self.write_protection(&mut file);
        self.write_tags(&mut file);
        file.text
    }

    fn write_trusted(&self, file: &mut File<'_>) {
        file.heading("infer-trusted-head");
        let any = self
            .trusted
            .iter()
            .any(|guess| guess.confidence == Confidence::Firm);
        if self.trusted.is_empty() {
            file.remark("infer-trusted-none");
            file.off("trusted = [\"203.0.113.0/24\"]");
            return;
        }
        file.line(any, "trusted = [");
        for guess in &self.trusted {
            let line = quoted(&guess.value.to_string());
            file.entry(any, guess.confidence, &guess.reasons, &line);
        }
        file.line(any, "]");
    }

    fn write_limits(&self, file: &mut File<'_>) {
        let limits = Limits::default();
        file.heading("infer-limits-head");
        file.off("[limits]");
        file.off(&format!("blast_radius = {}", limits.blast_radius));
        file.off(&format!("prefix_length = {}", limits.prefix_length));
        file.off(&format!("prefix_length_v6 = {}", limits.prefix_length_v6));
        file.off(&format!("review_days = {}", limits.review_days));
        file.off(&format!("log_days = {}", limits.log_days));
    }

    fn write_roles(&self, file: &mut File<'_>) {
        file.heading("infer-roles-head");
        for role in &self.roles {
            file.blank();
            role.write(file);
        }
        // What items ask for.
        for (kind, id, example) in [
            ("data", "infer-data-none", "tag:tier=data"),
            ("bastion", "infer-bastion-none", "name:bastion-*"),
        ] {
            let found = self.roles.iter().filter(|role| role.kind.word() == kind);
            if found.flat_map(|role| &role.members).any(is_firm) {
                continue;
            }
            file.blank();
            file.remark(id);
            if self.roles.iter().all(|role| role.kind.word() != kind) {
                file.off(&format!("[roles.{kind}]"));
                file.off(&format!("kind = {}", quoted(kind)));
                file.off(&format!("match = [{}]", quoted(example)));
                file.off("services = []");
            }
        }
        file.left("infer-without-role", &self.without_role);
    }

    fn write_environments(&self, file: &mut File<'_>) {
        file.heading("infer-environments-head");
        for (kind, id, example) in [
            ("production", "infer-production-none", "tag:env=prod"),
            ("test", "infer-test-none", "tag:env=test"),
        ] {
            let mut all = self.environments.iter();
            let found = all.find(|one| one.kind.word() == kind);
            let members = found.map(|one| one.members.as_slice()).unwrap_or_default();
            file.blank();
            if !members.iter().any(is_firm) {
                file.remark(id);
            }
            if members.is_empty() {
                file.off(&format!("[environments.{kind}]"));
                file.off(&format!("kind = {}", quoted(kind)));
                file.off(&format!("match = [{}]", quoted(example)));
            } else {
                let head = [
                    format!("[environments.{kind}]"),
                    format!("kind = {}", quoted(kind)),
                ];
                file.members(&head, members);
            }
        }
        file.left("infer-without-environment", &self.without_environment);
    }

    fn write_zones(&self, file: &mut File<'_>) {
        file.heading("infer-zones-head");
        if self.zones.is_empty() {
            file.remark("infer-zones-none");
            file.off("[zones.edge]");
            file.off("match = [\"vswitch:dmz-*\"]");
            file.blank();
            file.off("[zones.data]");
            file.off("match = [\"vswitch:data-*\"]");
        }
        for zone in &self.zones {
            file.blank();
            file.members(&[format!("[zones.{}]", zone.name)], &zone.members);
        }
        file.left("infer-without-zone", &self.unplaced);
    }

    fn write_protection(&self, file: &mut File<'_>) {
        file.heading("infer-protection-head");
        file.off("[protection]");
        file.off("firewall = [\"vswitch:dmz-*\", \"vpc:vpc-prod\"]");
        let waf: Vec<String> = self
            .balancers
            .iter()
            .map(|one| quoted(&one.to_string()))
            .collect();
        file.off(&match waf.is_empty() {
            true => "waf = [\"balancer:alb-*\"]".to_owned(),
            false => format!("waf = [{}]", waf.join(", ")),
        });
    }

    fn write_tags(&self, file: &mut File<'_>) {
        file.heading("infer-tags-head");
        let keys = [
            ("owner", &self.tags.owner),
            ("environment", &self.tags.environment),
            ("tier", &self.tags.tier),
        ];
        let any = keys.iter().any(|(_, keys)| !keys.is_empty());
        if !any {
            file.remark("infer-tags-none");
        }
        file.line(any, "[tags]");
        for (name, keys) in keys {
            if keys.is_empty() {
                file.off(&format!("{name} = [{}]", quoted(name)));
            } else {
                let keys: Vec<String> = keys.iter().map(|key| quoted(key)).collect();
                file.line(any, &format!("{name} = [{}]", keys.join(", ")));
            }
        }
    }
}

impl GuessedRole {
    fn write(&self, file: &mut File<'_>) {
        let kind = self.kind.word();
        let head = [
            format!("[roles.{kind}]"),
            format!("kind = {}", quoted(kind)),
        ];
        file.members(&head, &self.members);
        let on = self.members.iter().any(is_firm);
        for remark in &self.remarks {
            file.comment(&(file.say)(remark), "");
        }
        if self.services.is_empty() {
            file.line(on, "services = []");
            return;
        }
        file.line(on, "services = [");
        for guess in &self.services {
            let line = quoted(&guess.value.to_string());
            file.entry(on, guess.confidence, &guess.reasons, &line);
        }
        file.line(on, "]");
    }
}

fn is_firm(line: &GuessedMembers) -> bool {
    line.confidence == Confidence::Firm
}

/// The file so far.
struct File<'a> {
    say: Say<'a>,
    text: String,
}

impl File<'_> {
    fn blank(&mut self) {
        self.text.push('\n');
    }

    fn heading(&mut self, id: &'static str) {
        self.blank();
        self.remark(id);
    }

    fn remark(&mut self, id: &'static str) {
        let said = (self.say)(&Message::new(id));
        self.comment(&said, "");
    }

    fn comment(&mut self, text: &str, indent: &str) {
        for line in text.lines() {
            self.text
                .push_str(&format!("{indent}# {}\n", harmless(line)));
        }
    }

    /// A line that counts, or one behind a `#`.
    fn line(&mut self, on: bool, line: &str) {
        if on {
            self.text.push_str(line);
            self.text.push('\n');
        } else {
            self.off(line);
        }
    }

    fn off(&mut self, line: &str) {
        self.text.push_str(&format!("# {line}\n"));
    }

    /// An entry of a list with its reasons above it.
    fn entry(&mut self, on: bool, confidence: Confidence, reasons: &[Message], entry: &str) {
        for reason in reasons {
            let said = (self.say)(reason);
            let said = said.lines().collect::<Vec<_>>().join(" ");
            if on {
                self.comment(&said, "    ");
            } else {
                self.text
                    .push_str(&format!("#     # {}\n", harmless(&said)));
            }
        }
        let hidden = if on && confidence == Confidence::Weak {
            "# "
        } else {
            ""
        };
        self.line(on, &format!("    {hidden}{entry},"));
    }

    /// A section with a list of selectors; behind a `#` as a whole if none of them is likely.
    fn members(&mut self, head: &[String], members: &[GuessedMembers]) {
        let on = members.iter().any(is_firm);
        for line in head {
            self.line(on, line);
        }
        self.line(on, "match = [");
        let firm = members.iter().filter(|line| is_firm(line));
        let weak = members.iter().filter(|line| !is_firm(line));
        for line in firm.chain(weak) {
            let entry = quoted(&line.selector.to_string());
            self.entry(on, line.confidence, &line.reasons, &entry);
        }
        self.line(on, "]");
    }

    /// What nothing was found for.
    fn left(&mut self, id: &'static str, names: &[String]) {
        if names.is_empty() {
            return;
        }
        let mut shown: Vec<&str> = names.iter().take(NAMES_SHOWN).map(String::as_str).collect();
        if names.len() > NAMES_SHOWN {
            shown.push("…");
        }
        let message = Message::new(id).with("count", names.len());
        let said = (self.say)(&message.with("names", shown.join(", ")));
        self.blank();
        self.comment(&said, "");
    }
}

/// A text as TOML has it, in which no character does anything.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for one in text.chars() {
        match one {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(one);
            }
            one if is_hidden(one) => {
                quoted.push_str(&format!("\\U{:08X}", u32::from(one)));
            }
            one => quoted.push(one),
        }
    }
    quoted.push('"');
    quoted
}

/// A text inside a comment, on one line and with nothing that hides or turns round what follows.
fn harmless(text: &str) -> String {
    let mut harmless = String::with_capacity(text.len());
    for one in text.chars() {
        if is_hidden(one) {
            harmless.extend(one.escape_unicode());
        } else {
            harmless.push(one);
        }
    }
    harmless
}

/// Control characters, and those that change the direction of text or have no width.
fn is_hidden(one: char) -> bool {
    one.is_control()
        || matches!(one, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}')
        || matches!(one, '\u{2060}'..='\u{2069}' | '\u{061C}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::{harmless, quoted};

    #[test]
    fn nothing_in_a_name_leaves_its_quotes() {
        assert_eq!(quoted("a\"b\\c"), r#""a\"b\\c""#);
        assert_eq!(quoted("a\nb\u{202e}"), r#""a\U0000000Ab\U0000202E""#);
        assert_eq!(harmless("a\r\u{7f}b"), "a\\u{d}\\u{7f}b");
    }
}
