//! A figure over time as a sparkline: first and last are named, the last is marked.

use maud::{Markup, html};

use super::{at, length};

/// A figure at a time.
pub(crate) struct Moment {
    /// When, as it is shown
    pub(crate) time: String,
    /// From 0 to 100
    pub(crate) value: f64,
    /// The value as it is shown
    pub(crate) shown: String,
}

const WIDTH: f64 = 240.0;
const HEIGHT: f64 = 62.0;
const LEFT: f64 = 6.0;
const RIGHT: f64 = 54.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 20.0;

/// Draws at least two moments, oldest first; nothing for fewer.
pub(crate) fn draw(title: &str, moments: &[Moment]) -> Option<Markup> {
    let (first, last) = (moments.first()?, moments.last()?);
    if moments.len() < 2 {
        return None;
    }
    let values = || moments.iter().map(|one| one.value);
    let (low, high) = (
        values().fold(f64::INFINITY, f64::min),
        values().fold(0.0, f64::max),
    );
    // A change of a few points stays small: the scale spans at least twenty.
    let span = (high - low).max(20.0);
    let floor = ((low + high - span) / 2.0).clamp(0.0, 100.0 - span.min(100.0));
    let step = (WIDTH - LEFT - RIGHT) / length(moments.len() - 1);
    let place = |(number, one): (usize, &Moment)| {
        let x = LEFT + step * length(number);
        let share = (one.value - floor) / span;
        (x, HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM))
    };
    let places: Vec<(f64, f64)> = moments.iter().enumerate().map(place).collect();
    let line: Vec<String> = places
        .iter()
        .map(|(x, y)| format!("{},{}", at(*x), at(*y)))
        .collect();
    let end = places.last().copied()?;
    Some(html! {
        svg.trend viewBox={ "0 0 " (at(WIDTH)) " " (at(HEIGHT)) } role="img" {
            title {
                (title)
                @for one in moments { "; " (one.time) ": " (one.shown) }
            }
            polyline.trend-line points=(line.join(" ")) {}
            @for ((x, y), one) in places.iter().zip(moments) {
                circle.trend-dot cx=(at(*x)) cy=(at(*y)) r="2" { title { (one.time) ": " (one.shown) } }
            }
            circle.trend-last cx=(at(end.0)) cy=(at(end.1)) r="4" {}
            text.trend-value x=(at(end.0 + 9.0)) y=(at(end.1 + 4.5)) { (last.shown) }
            text.trend-time x=(at(LEFT - 4.0)) y=(at(HEIGHT - 3.0)) { (first.time) ": " (first.shown) }
            text.trend-time text-anchor="end" x=(at(WIDTH - RIGHT + 48.0)) y=(at(HEIGHT - 3.0)) { (last.time) }
        }
    })
}
