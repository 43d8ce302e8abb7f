//! The score as a ring: what is left is drawn thick, what was taken off is its missing arc, in
//! labelled parts.

use std::f64::consts::TAU;

use maud::{Markup, html};

use super::{at, length};

/// A part of what was taken off.
pub(crate) struct Segment {
    /// For what
    pub(crate) label: String,
    /// How much, as it is shown
    pub(crate) points: String,
    /// Its share of everything that was taken off, from 0 to 1
    pub(crate) share: f64,
    /// Where the page says more
    pub(crate) href: String,
}

/// What the ring says.
pub(crate) struct Ring {
    /// From 1 to 100
    pub(crate) value: u8,
    /// Class of the colour of what is left
    pub(crate) class: &'static str,
    /// What stands under the number
    pub(crate) caption: String,
    /// The picture in words
    pub(crate) title: String,
    /// What was taken off, largest first; at most five
    pub(crate) segments: Vec<Segment>,
}

const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 268.0;
const RADIUS: f64 = 86.0;
const CENTRE: (f64, f64) = (WIDTH / 2.0, HEIGHT / 2.0);

/// Space between the baselines of two labels on one side.
const LABEL_SPACE: f64 = 40.0;

/// Angle between two parts.
const BREAK: f64 = 0.035;

/// A label beside the ring.
struct Label<'s> {
    segment: &'s Segment,
    number: usize,
    angle: f64,
    y: f64,
}

pub(crate) fn draw(ring: &Ring) -> Markup {
    let kept = TAU * f64::from(ring.value) / 100.0;
    let missing = TAU - kept;
    let mut from = kept;
    let mut arcs = Vec::new();
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for (number, segment) in ring.segments.iter().enumerate() {
        let to = from + missing * segment.share;
        let middle = f64::midpoint(from, to);
        let gap = BREAK.min((to - from) / 4.0);
        arcs.push((segment, number, arc(from + gap, to - gap)));
        let label = Label {
            segment,
            number,
            angle: middle,
            y: point(RADIUS + 18.0, middle).1,
        };
        if middle.sin() < 0.0 {
            left.push(label);
        } else {
            right.push(label);
        }
        from = to;
    }
    spread(&mut left);
    spread(&mut right);
    let labels = left.iter().map(|one| (one, -1.0));
    let labels = labels.chain(right.iter().map(|one| (one, 1.0)));
    html! {
        svg.ring viewBox={ "0 0 " (at(WIDTH)) " " (at(HEIGHT)) } role="img" aria-labelledby="ring-title" {
            title #ring-title { (ring.title) }
            circle.ring-track cx=(at(CENTRE.0)) cy=(at(CENTRE.1)) r=(at(RADIUS)) {}
            @for (segment, number, path) in &arcs {
                a href=(segment.href) {
                    path class={ "ring-part part-" (number) } d=(path) {
                        title { (segment.label) " " (segment.points) }
                    }
                }
            }
            @if ring.value >= 100 {
                circle class={ "ring-kept " (ring.class) } cx=(at(CENTRE.0)) cy=(at(CENTRE.1)) r=(at(RADIUS)) {}
            } @else {
                path class={ "ring-kept " (ring.class) } d=(arc(0.0, kept)) {}
            }
            text.ring-value x=(at(CENTRE.0)) y=(at(CENTRE.1 + 14.0)) { (ring.value) }
            text.ring-caption x=(at(CENTRE.0)) y=(at(CENTRE.1 + 38.0)) { (ring.caption) }
            @for (label, side) in labels { (labelled(label, side)) }
        }
    }
}

/// A label with its line to the ring.
fn labelled(label: &Label<'_>, side: f64) -> Markup {
    let start = point(RADIUS + 9.0, label.angle);
    let x = CENTRE.0 + side * (RADIUS + 30.0);
    let anchor = if side < 0.0 { "end" } else { "start" };
    let line = format!(
        "M{} {}L{} {}H{}",
        at(start.0),
        at(start.1),
        at(x - side * 8.0),
        at(label.y),
        at(x - side * 3.0),
    );
    html! {
        path.ring-leader d=(line) {}
        a href=(label.segment.href) {
            text.ring-label text-anchor=(anchor) x=(at(x)) y=(at(label.y - 1.0)) { (label.segment.label) }
            text class={ "ring-points part-" (label.number) } text-anchor=(anchor) x=(at(x)) y=(at(label.y + 15.0)) { (label.segment.points) }
        }
    }
}

/// Moves labels of one side apart and keeps them on the picture.
fn spread(labels: &mut [Label<'_>]) {
    labels.sort_by(|one, other| one.y.total_cmp(&other.y));
    let count = length(labels.len());
    let mut lowest = 16.0;
    for label in labels.iter_mut() {
        label.y = label.y.max(lowest);
        lowest = label.y + LABEL_SPACE;
    }
    let mut highest = HEIGHT - 22.0;
    for label in labels.iter_mut().rev() {
        label.y = label.y.min(highest).max(16.0);
        highest = label.y - LABEL_SPACE.min((HEIGHT - 38.0) / count.max(1.0));
    }
}

/// A point at an angle, clockwise from the top.
fn point(radius: f64, angle: f64) -> (f64, f64) {
    (
        CENTRE.0 + radius * angle.sin(),
        CENTRE.1 - radius * angle.cos(),
    )
}

fn arc(from: f64, to: f64) -> String {
    let (start, end) = (point(RADIUS, from), point(RADIUS, to));
    let large = u8::from(to - from > TAU / 2.0);
    let radius = at(RADIUS);
    format!(
        "M{} {}A{radius} {radius} 0 {large} 1 {} {}",
        at(start.0),
        at(start.1),
        at(end.0),
        at(end.1)
    )
}
