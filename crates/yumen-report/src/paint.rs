//! Colour on a terminal. It is never the only sign: every verdict has a shape and a word.

use anstyle::{AnsiColor, Style};
use yumen_reach::Verdict;

/// Paints text, or leaves it as it is.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    /// True if colour is wanted
    pub colour: bool,
}

impl Paint {
    /// Text in the colour of a verdict.
    #[must_use]
    pub fn verdict(self, verdict: Verdict, text: &str) -> String {
        let colour = match verdict {
            Verdict::Open => AnsiColor::Red,
            Verdict::Latent => AnsiColor::Yellow,
            Verdict::Unknown => AnsiColor::Blue,
            Verdict::Closed => AnsiColor::Green,
        };
        self.with(colour.on_default(), text)
    }

    /// The text that matters most.
    #[must_use]
    pub fn strong(self, text: &str) -> String {
        self.with(Style::new().bold(), text)
    }

    /// Text that matters less.
    #[must_use]
    pub fn muted(self, text: &str) -> String {
        self.with(Style::new().dimmed(), text)
    }

    fn with(self, style: Style, text: &str) -> String {
        if self.colour && !text.is_empty() {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}

/// The shape of a verdict.
#[must_use]
pub fn shape(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Open => "●",
        Verdict::Latent => "◐",
        Verdict::Unknown => "?",
        Verdict::Closed => "○",
    }
}
