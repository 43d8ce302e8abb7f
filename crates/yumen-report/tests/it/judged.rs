//! Reports on small estates: what all tests here begin with.

use std::num::NonZeroUsize;

use yumen_baseline::{Settings, Waiver};
use yumen_reach::{Analysis, Internet, Topology};
use yumen_report::{Audit, Grounds, Language, Previous, Report, Words};

/// When everything here is judged.
pub(crate) const NOW: &str = "2026-03-18T00:00:00Z";

/// An estate with something of everything: open, latent and unknown, found by packets, between
/// neighbours and by facts, and names that try to break out.
pub(crate) const ESTATE: &str = r#"
vpc vpc-a 10.0.0.0/16
vswitch vsw-1 vpc-a 10.0.1.0/24
sg sg-web vpc-a basic name=web desc=web_servers
  in accept 1 tcp 22 from 0.0.0.0/0
  in accept 1 tcp 443 from 0.0.0.0/0 desc=web
  in accept 2 tcp 443 from 0.0.0.0/0
sg sg-evil vpc-a advanced name==cmd|'/c_calc'!A1,"<script>alert(1)</script>`x`_@everyone_[l](http://evil.example/)
  in accept 1 tcp 3306/3307 from 0.0.0.0/0
  in accept 5 udp 53 from 203.0.113.0/24
sg sg-app vpc-a basic unread
sg sg-none vpc-a basic
  in accept 1 tcp 3389 from 0.0.0.0/0
eni eni-1 vpc-a vsw-1 10.0.1.5 sg-web instance=i-1 public=47.1.1.1 name=web-01
eni eni-2 vpc-a vsw-1 10.0.1.6 sg-evil instance=i-2 public=47.1.1.2 name=|_*b*_<img_src=x>_&amp;
eni eni-3 vpc-a vsw-1 10.0.1.7 sg-app instance=i-3 public=47.1.1.3 name=玉门_一号
eni eni-4 vpc-a vsw-1 10.0.1.8 sg-none instance=i-4 name=latent-01 token=no
flowlog fl-1 vpc-a days=30
trail trail-1 one write
database db-1 mysql public 0.0.0.0/0
alb lb-1 vpc-a 47.9.9.9
  listener lsn-1 http 80 everyone -
"#;

/// What is declared for it.
pub(crate) const SETTINGS: &str = r#"
trusted = ["198.51.100.0/24"]

[roles.bastion]
kind = "bastion"
match = ["name:web-*"]

[[intent]]
rule = "never internet -> name:web-* on tcp/22"

[[intent]]
rule = "never internet -> name:latent-*"
"#;

/// Two waivers: one that counts, one that is over.
pub(crate) const WAIVERS: &str = r#"
[[waiver]]
item = ["EXP-06"]
resource = ["eni-2"]
owner = "=HYPERLINK(\"http://evil.example\")"
reason = "a | pipe, a \"quote\",\nand a line"
until = "2026-12-31"

[[waiver]]
item = ["EXP-03"]
resource = ["eni-1"]
owner = "ops"
reason = "was needed once"
until = "2025-12-31"
"#;

/// A report on an estate.
pub(crate) fn judged(estate: &str, settings: &str, waivers: &str) -> Report {
    with_known(estate, settings, waivers, None)
}

/// A report on an estate beside an earlier one.
pub(crate) fn with_known(
    estate: &str,
    settings: &str,
    waivers: &str,
    earlier: Option<&str>,
) -> Report {
    let (settings, problems) = Settings::parse("yumen.toml", settings);
    assert!(problems.is_empty(), "{problems:?}");
    let (waivers, problems) = Waiver::parse("waivers.toml", waivers);
    assert!(problems.is_empty(), "{problems:?}");
    let snapshot = crate::estate::parse(estate);
    let internet = Internet::without(&settings.trusted);
    let topology = Topology::new(&snapshot, &internet);
    let analysis = Analysis::new(topology, NonZeroUsize::MIN).unwrap();
    let audit = Audit::new(analysis, Some(NOW.to_owned())).unwrap();
    let earlier = earlier.map(|text| Previous::parse(text).unwrap());
    let grounds = Grounds {
        settings,
        waivers,
        known: earlier.as_ref().map(|earlier| earlier.known.clone()),
        previous: earlier,
    };
    Report::new(audit, grounds, NonZeroUsize::MIN).unwrap()
}

/// The report that most tests look at.
pub(crate) fn sample() -> Report {
    judged(ESTATE, SETTINGS, WAIVERS)
}

/// Words of both languages.
pub(crate) fn languages() -> [Words; 2] {
    [Language::English, Language::Chinese].map(|language| {
        let texts = [
            yumen_report::TEXTS,
            yumen_baseline::TEXTS,
            yumen_cloud::TEXTS,
        ];
        Words::new(language, &texts).unwrap()
    })
}

/// How many findings there are, those that are waived too.
pub(crate) fn count(report: &Report) -> usize {
    report.findings().count() + report.judgement.waived().count()
}

/// Fails if an id of a text is left where words should be.
pub(crate) fn assert_in_words(text: &str) {
    let ids = [
        "found-",
        "listed-",
        "needs-",
        "item-",
        "family-",
        "html-",
        "status-",
        "severity-",
        "csv-",
        "markdown-",
        "junit-",
        "sarif-",
        "ocsf-",
        "compliance-",
        "clause-",
        "beyond-",
        "framework-",
        "band-",
        "report-",
        "audit-",
        "fix-kind",
    ];
    let of_text = |word: &str| {
        let word = word.trim_start_matches(['"', '(', '`', '*', '_', '>', '|', '<']);
        ids.iter().any(|id| word.starts_with(id)) && !word.starts_with("report-uri")
    };
    let left = text.split_whitespace().find(|word| of_text(word));
    assert_eq!(left, None);
}

/// Fails where a value does not fit a JSON Schema, telling every place.
pub(crate) fn assert_valid(schema: &str, value: &serde_json::Value) {
    let schema = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .take(10)
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}
