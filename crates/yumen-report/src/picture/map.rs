//! The map as SVG: boxes and lines where [`super::lanes`] puts them.

use maud::{Markup, html};
use yumen_diagnostics::Message;
use yumen_reach::{Breadth, Protocols};

use super::lanes::{Box, Layout, RUN, Route};
use super::model::{Arrow, Lane, Map, Node, State};
use super::{at, text_width};
use crate::audit::Service;
use crate::columns::{fit, width};
use crate::words::Words;

/// From this width on a map is not made narrower on a phone, but scrolls.
const WIDE: f64 = 980.0;

/// Ranges of ports that a line names; the table has them all.
const PORTS_SHOWN: usize = 2;

/// Columns that they may take.
const COLUMNS: usize = 16;

/// Draws a map. Its boxes and lines lead to the rows of the tables beside it.
pub(crate) fn draw(
    map: &Map,
    layout: &Layout,
    words: &Words,
    node_title: &dyn Fn(&Node) -> String,
    arrow_title: &dyn Fn(&Arrow) -> String,
) -> Markup {
    let mut order: Vec<(usize, &Arrow)> = map.arrows.iter().enumerate().collect();
    order.sort_by_key(|(number, arrow)| (arrow.state, *number));
    let (width, height) = (at(layout.width), at(layout.height));
    html! {
        svg.map.wide[layout.width > WIDE] viewBox={ "0 0 " (width) " " (height) } width=(width) height=(height) role="img" {
            title { (words.text("map-title")) }
            @for (lane, x, width) in &layout.lanes {
                @if *lane != Lane::Internet {
                    text.map-lane x=(at(x + width / 2.0)) y="18" { (words.text(lane.text())) }
                }
            }
            @for (number, (band, top, _)) in layout.bands.iter().enumerate() {
                @let start = layout.lanes.get(1).map_or(0.0, |(_, x, _)| *x);
                @if number > 0 {
                    path.map-divider d={ "M" (at(start)) " " (at(*top)) "H" (at(layout.width)) } {}
                }
                @if layout.bands.len() > 1 {
                    text.map-band x=(at(start)) y=(at(top + 20.0)) { (words.text(band.text())) }
                }
            }
            @for (number, arrow) in &order {
                @if let Some(route) = layout.routes.get(*number) {
                    a href={ "#map-a" (number) } { (line(arrow, route, words, &arrow_title(arrow))) }
                }
            }
            @for (number, (node, place)) in map.nodes.iter().zip(&layout.boxes).enumerate() {
                a href={ "#map-n" (number) } { (boxed(node, place, &node_title(node))) }
            }
            @for (number, arrow) in &order {
                @if let Some(route) = layout.routes.get(*number).filter(|route| route.leads) { (label(arrow, route, words)) }
            }
        }
    }
}

fn boxed(node: &Node, place: &Box, title: &str) -> Markup {
    let Box {
        x,
        y,
        width,
        height,
    } = *place;
    if matches!(node.state, State::Inside) {
        let middle = x + width / 2.0;
        return html! {
            g.map-internet {
                title { (title) }
                rect x=(at(x)) y=(at(y)) width=(at(width)) height=(at(height)) rx="6" {}
                path.map-globe d=(globe(middle, y + 34.0)) {}
                text x=(at(middle)) y=(at(y + 68.0)) { (node.name) }
            }
        };
    }
    let count = if node.count > 1 && !node.folded {
        format!("×{}", node.count)
    } else {
        String::new()
    };
    let room = width - 34.0 - text_width(&count, 12.0);
    let middle = y + height / 2.0;
    html! {
        g class={ "map-node " (node.state.word()) } {
            title { (title) }
            @if node.count > 1 || node.folded {
                rect.map-behind x=(at(x + 4.0)) y=(at(y + 4.0)) width=(at(width)) height=(at(height)) rx="5" {}
            }
            rect.map-box x=(at(x)) y=(at(y)) width=(at(width)) height=(at(height)) rx="5" {}
            text.map-shape x=(at(x + 10.0)) y=(at(middle - 3.0)) { (node.state.shape()) }
            text.map-name x=(at(x + 26.0)) y=(at(middle - 3.0)) { (cut(&node.name, room, 13.0)) }
            text.map-detail x=(at(x + 26.0)) y=(at(middle + 13.0)) { (cut(&node.detail, width - 34.0, 11.0)) }
            @if !count.is_empty() {
                text.map-count text-anchor="end" x=(at(x + width - 9.0)) y=(at(middle - 3.0)) { (count) }
            }
        }
    }
}

/// A sphere with one meridian and one parallel.
fn globe(x: f64, y: f64) -> String {
    let (left, top) = (at(x - 15.0), at(y - 15.0));
    format!(
        "M{left} {}a15 15 0 1 0 30 0a15 15 0 1 0 -30 0H{} M{} {top}a7 15 0 0 0 0 30 M{} {top}a7 15 0 0 1 0 30",
        at(y),
        at(x + 15.0),
        at(x),
        at(x),
    )
}

fn line(arrow: &Arrow, route: &Route, words: &Words, title: &str) -> Markup {
    let thick = match arrow.breadth {
        Breadth::World => 3.2,
        Breadth::Broad => 2.0,
        Breadth::Named => 1.1,
    };
    let mut path = String::new();
    let end = route.swings.len().saturating_sub(1);
    for (number, ((x, y), (to_x, to_y))) in route.swings.iter().enumerate() {
        let last = number == end && route.arrives;
        let head = if last { 7.0 } else { 0.0 };
        let run = if last { RUN } else { 0.0 };
        let start = if number == 0 { "M" } else { "L" };
        path.push_str(&format!("{start}{} {}", at(*x), at(*y)));
        if (y - to_y).abs() > 0.05 {
            let turn = to_x - run;
            let half = (turn - x) * 0.55;
            path.push_str(&format!(
                "C{} {} {} {} {} {}",
                at(x + half),
                at(*y),
                at(turn - half),
                at(*to_y),
                at(turn),
                at(*to_y)
            ));
        }
        path.push_str(&format!("H{}", at(to_x - head)));
    }
    let tip = route.swings.last().filter(|_| route.arrives);
    let tip = tip.map(|(_, tip)| *tip);
    let head = tip.map(|(x, y)| {
        let (low, high) = (at(y - 4.5), at(y + 4.5));
        format!(
            "M{} {low}L{} {}L{} {high}Z",
            at(x - 9.0),
            at(x - 0.5),
            at(y),
            at(x - 9.0)
        )
    });
    html! {
        g class={ "map-arrow " (arrow.state.word()) } {
            @if !title.is_empty() { title { (title) " — " (words.text(arrow.state.text())) } }
            path.map-reach d=(path) {}
            path.map-line stroke-width=(at(thick)) d=(path) {}
            @if let Some(head) = head { path.map-head d=(head) {} }
        }
    }
}

/// The ports at the end of a line.
fn label(arrow: &Arrow, route: &Route, words: &Words) -> Markup {
    let Some((_, (x, y))) = route.swings.last() else {
        return html! {};
    };
    html! {
        text class={ "map-ports " (arrow.state.word()) } text-anchor="end" x=(at(x - 12.0)) y=(at(y - 4.0)) {
            (short(words, &arrow.services))
        }
    }
}

/// Services in a few letters; TCP is not named.
pub(crate) fn short(words: &Words, services: &[Service]) -> String {
    if services.iter().any(|one| one.protocols == Protocols::All) {
        return words.text("map-all");
    }
    let mut written = Vec::new();
    let mut more = 0;
    for one in services {
        let every = one
            .ports
            .iter()
            .any(|range| range.low() <= 1 && range.high() == u16::MAX);
        let protocol = match &one.protocols {
            Protocols::Portless(_) => words.text("service-other"),
            other => other.word(),
        };
        if written.len() >= PORTS_SHOWN {
            more += one.ports.len().max(1);
            continue;
        }
        if one.ports.is_empty() {
            written.push(protocol);
            continue;
        }
        if every {
            let every = Message::new("service-every-port").with("protocol", protocol);
            written.push(words.say(&every));
            continue;
        }
        for range in &one.ports {
            if written.len() >= PORTS_SHOWN {
                more += 1;
                continue;
            }
            let ports = if range.low() == range.high() {
                range.low().to_string()
            } else {
                format!("{}–{}", range.low(), range.high())
            };
            written.push(match one.protocols {
                Protocols::Tcp => ports,
                _ => format!("{protocol} {ports}"),
            });
        }
    }
    while written.len() > 1 && width(&written.join(", ")) > COLUMNS {
        written.pop();
        more += 1;
    }
    let mut text = written.join(", ");
    if more > 0 {
        text.push_str(&format!(" +{more}"));
    }
    text
}

/// A text cut to a width in a font of a size.
fn cut(text: &str, room: f64, size: f64) -> String {
    let mut columns = 1;
    while f64::from(columns + 1) * size * 0.56 <= room {
        columns += 1;
    }
    fit(text, usize::try_from(columns).unwrap_or(1))
}
