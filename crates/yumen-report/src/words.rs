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
        let arguments = message.arguments.iter();
        let arguments = arguments.map(|(name, value)| (*name, value));
        self.say_named(message.id, arguments)
            .unwrap_or_else(|| message.to_string())
    }

    /// A message that came from elsewhere, such as the ledger, in words; `None` if there is no such
    /// text here or it mentions other values.
    #[must_use]
    pub fn say_named<'m>(
        &self,
        id: &str,
        values: impl Iterator<Item = (&'m str, &'m Argument)>,
    ) -> Option<String> {
        let pattern = self.bundle.get_message(id)?.value()?;
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            let value: FluentValue<'_> = match value {
                Argument::Text(text) => text.as_str().into(),
                Argument::Number(number) => (*number).into(),
            };
            arguments.set(name, value);
        }
        let mut errors = Vec::new();
        let said = self
            .bundle
            .format_pattern(pattern, Some(&arguments), &mut errors);
        errors.is_empty().then(|| said.into_owned())
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
