//! Which language to speak, decided before anything is parsed so that errors speak it too.

use std::ffi::OsString;

use yumen_diagnostics::Texts;
use yumen_report::Language;

/// The words of this program.
const TEXTS: Texts = Texts {
    owner: "yumen",
    english: include_str!("../i18n/en.ftl"),
    chinese: include_str!("../i18n/zh.ftl"),
};

/// The words of all crates that speak to users.
pub(crate) fn texts() -> Vec<Texts> {
    vec![
        TEXTS,
        yumen_report::TEXTS,
        yumen_baseline::TEXTS,
        yumen_aliyun::TEXTS,
        yumen_cloud::TEXTS,
        yumen_diagnostics::TEXTS,
        yumen_synthesis::TEXTS,
        yumen_change::TEXTS,
        yumen_ledger::TEXTS,
        yumen_store::TEXTS,
        yumen_notify::TEXTS,
        yumen_operations::TEXTS,
    ]
}

/// `--lang`, else the locale as POSIX orders its variables.
pub(crate) fn language(arguments: &[OsString]) -> Language {
    let mut rest = arguments.iter().map(|argument| argument.to_string_lossy());
    let mut asked = None;
    while let Some(argument) = rest.next() {
        if argument == "--lang" {
            asked = rest.next().map(std::borrow::Cow::into_owned);
        } else if let Some(value) = argument.strip_prefix("--lang=") {
            asked = Some(value.to_owned());
        }
    }
    let locale = asked.or_else(|| {
        ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(|name| std::env::var(name).ok())
            .find(|value| !value.is_empty())
    });
    locale.map_or(Language::English, |locale| Language::of_locale(&locale))
}

#[cfg(test)]
mod tests {
    use super::{language, texts};
    use yumen_report::{Language, Words};

    #[test]
    fn every_text_is_valid_in_both_languages() {
        for language in [Language::English, Language::Chinese] {
            Words::new(language, &texts()).unwrap();
        }
    }

    #[test]
    fn the_option_wins_over_the_locale() {
        let arguments = ["yumen", "audit", "--lang", "zh", "."].map(Into::into);
        assert_eq!(language(&arguments), Language::Chinese);
        let arguments = ["yumen", "--lang=en", "audit"].map(Into::into);
        assert_eq!(language(&arguments), Language::English);
    }
}
