//! Messages turned into words of one language.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use thiserror::Error;
use unic_langid::LanguageIdentifier;
use yumen_diagnostics::{Argument, Message, Texts};

/// The languages that every word exists in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English
    English,
    /// Simplified Chinese
    Chinese,
}

impl Language {
    /// The language that a locale name such as `zh_CN.UTF-8` asks for; English unless it is
    /// Chinese.
    #[must_use]
    pub fn of_locale(locale: &str) -> Self {
        if locale.to_ascii_lowercase().starts_with("zh") {
            Self::Chinese
        } else {
            Self::English
        }
    }

    fn identifier(self) -> LanguageIdentifier {
        let name = match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        };
        name.parse().unwrap_or_default()
    }
}

/// Says messages in one language.
pub struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

/// A text that cannot be read: a mistake of ours, found by the tests of the crate that owns it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the texts of `{owner}` are not valid Fluent: {reason}")]
pub struct BadTexts {
    owner: &'static str,
    reason: String,
}

impl Words {
    /// Words of a language, from the texts of some crates.
    ///
    /// # Errors
    /// A text is not valid Fluent, or two crates use the same id.
    pub fn new(language: Language, texts: &[Texts]) -> Result<Self, BadTexts> {
        let mut bundle = FluentBundle::new(vec![language.identifier()]);
        bundle.set_use_isolating(false);
        for texts in texts {
            let bad = |reason: String| BadTexts {
                owner: texts.owner,
                reason,
            };
            let source = match language {
                Language::English => texts.english,
                Language::Chinese => texts.chinese,
            };
            let resource = FluentResource::try_new(source.to_owned())
                .map_err(|(_, errors)| bad(format!("{errors:?}")))?;
            bundle
                .add_resource(resource)
                .map_err(|errors| bad(format!("{errors:?}")))?;
        }
        Ok(Self { language, bundle })
    }

    /// The language.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// A message in words. A message without a text is shown in its plain form: nothing that was
    /// found is lost over a missing word.
    #[must_use]
    pub fn say(&self, message: &Message) -> String {
        let Some(pattern) = self
            .bundle
            .get_message(message.id)
            .and_then(|text| text.value())
        else {
            return message.to_string();
        };
        let mut arguments = FluentArgs::new();
        for (name, value) in &message.arguments {
            let value: FluentValue<'_> = match value {
                Argument::Text(text) => text.as_str().into(),
                Argument::Number(number) => (*number).into(),
            };
            arguments.set(*name, value);
        }
        let mut errors = Vec::new();
        let said = self
            .bundle
            .format_pattern(pattern, Some(&arguments), &mut errors);
        if errors.is_empty() {
            said.into_owned()
        } else {
            message.to_string()
        }
    }

    /// A text without values.
    #[must_use]
    pub fn text(&self, id: &'static str) -> String {
        self.say(&Message::new(id))
    }

    /// Items in a row, as the language joins them.
    #[must_use]
    pub fn list(&self, items: &[String]) -> String {
        match self.language {
            Language::English => items.join(", "),
            Language::Chinese => items.join("、"),
        }
    }
}
