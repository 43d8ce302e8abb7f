//! Pictures, drawn as SVG on the server: the score as a ring, its trend, the map in lanes.
//!
//! Same input, same bytes. Colours come from the classes of the page's style, text is text.

pub(crate) mod lanes;
pub(crate) mod map;
pub(crate) mod model;
pub(crate) mod ring;
pub(crate) mod trend;

use crate::columns::width;

/// A coordinate with one decimal at most.
pub(crate) fn at(value: f64) -> String {
    let text = format!("{value:.1}");
    let short = text.strip_suffix(".0").unwrap_or(&text);
    if short == "-0" { "0" } else { short }.to_owned()
}

/// A count as a length.
pub(crate) fn length(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Width that a text takes in a font of a size, about: a column is a little more than half of it.
pub(crate) fn text_width(text: &str, size: f64) -> f64 {
    length(width(text)) * size * 0.56
}
