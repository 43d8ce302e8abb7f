//! The map with its legend, and everything on it as tables.

use maud::{Markup, html};
use yumen_diagnostics::Message;

use super::pieces::breadth;
use super::{Page, Section};
use crate::describe;
use crate::picture::lanes::layout;
use crate::picture::map::draw;
use crate::picture::model::{self, Arrow, Lane, Map, Node, State};

/// Machines of a node that the table names.
const NAMED: usize = 6;

impl Page<'_> {
    pub(super) fn map(&self) -> Section {
        let map = model::map(self.report, self.words);
        let layout = layout(&map);
        let node_title = |node: &Node| self.node_title(node);
        let arrow_title = |arrow: &Arrow| self.arrow_title(&map, arrow);
        let picture = draw(&map, &layout, self.words, &node_title, &arrow_title);
        let declared = !self.report.settings.roles.is_empty();
        let body = html! {
            @if map.nodes.len() < 2 { (self.nothing("map-none")) }
            @else {
                @if !declared { p.note { (self.text("map-no-roles")) } }
                (self.legend())
                div.scroll.map-scroll tabindex="0" role="region" aria-label=(self.text("html-map")) { (picture) }
                @if map.folded > 0 { p.more { (self.say(&Message::new("map-folded-count").with("count", map.folded))) } }
                @if map.left_out > 0 { p.more { (self.say(&Message::new("map-left-out").with("count", map.left_out))) } }
                details { summary { (self.text("map-table")) } (self.map_tables(&map)) }
            }
        };
        Section {
            id: "map",
            title: "html-map",
            lead: "html-map-lead",
            count: None,
            body,
        }
    }

    fn legend(&self) -> Markup {
        let states = [State::Open, State::Declared, State::Unknown, State::Inside];
        let widths = [
            ("3.2", "breadth-world"),
            ("2.0", "breadth-broad"),
            ("1.1", "breadth-named"),
        ];
        html! {
            ul.legend {
                @for state in states {
                    li { (sample(state.word(), "2.4")) (self.text(state.text())) }
                }
                li { span.sign.latent { span.shape { "◐" } " " (self.text("map-latent-node")) } }
                li { span.sign.closed { span.shape { "○" } " " (self.text("map-closed-node")) } }
                li.muted { (self.text("map-thickness")) }
                @for (width, id) in widths { li { (sample("plain", width)) (self.text(id)) } }
            }
        }
    }

    fn lane_of(&self, node: &Node) -> String {
        let lane = self.text(node.lane.text());
        match node.lane {
            Lane::Internet => lane,
            _ => format!("{lane} · {}", self.text(node.band.text())),
        }
    }

    fn node_title(&self, node: &Node) -> String {
        let mut title = format!("{} — {}", node.name, self.lane_of(node));
        if !node.detail.is_empty() {
            title.push_str(&format!(" — {}", node.detail));
        }
        if node.state != State::Inside {
            title.push_str(&format!(" — {}", self.text(node.state.text())));
        }
        title
    }

    fn arrow_title(&self, map: &Map, arrow: &Arrow) -> String {
        let name = |number: usize| {
            let node = map.nodes.get(number);
            node.map(|node| node.name.clone()).unwrap_or_default()
        };
        let title = Message::new("map-arrow")
            .with("from", name(arrow.from))
            .with("to", name(arrow.to))
            .with("services", describe::services(self.words, &arrow.services));
        let title = self.say(&title);
        if arrow.state == State::Inside {
            title
        } else {
            format!("{title} ({})", self.text(breadth(arrow.breadth)))
        }
    }

    fn map_tables(&self, map: &Map) -> Markup {
        html! {
            div.scroll {
                table {
                    caption { (self.text("map-nodes")) }
                    thead { tr {
                        th scope="col" { (self.text("map-name")) }
                        th scope="col" { (self.text("map-where")) }
                        th.number scope="col" { (self.text("map-count")) }
                        th scope="col" { (self.text("html-status")) }
                        th scope="col" { (self.text("html-machines")) }
                    } }
                    tbody {
                        @for (number, node) in map.nodes.iter().enumerate() {
                            tr id={ "map-n" (number) } {
                                td { (node.name) @if !node.detail.is_empty() { br; span.muted { (node.detail) } } }
                                td { (self.lane_of(node)) }
                                td.number { @if node.count > 0 { (node.count) } }
                                td { @if node.state != State::Inside { (self.state(node.state)) } }
                                td { (self.machines(&node.members, NAMED)) }
                            }
                        }
                    }
                }
            }
            div.scroll {
                table {
                    caption { (self.text("map-arrows")) }
                    thead { tr {
                        th scope="col" { (self.text("map-from")) }
                        th scope="col" { (self.text("map-to")) }
                        th scope="col" { (self.text("map-services")) }
                        th scope="col" { (self.text("map-breadth")) }
                        th scope="col" { (self.text("html-status")) }
                    } }
                    tbody {
                        @for (number, arrow) in map.arrows.iter().enumerate() {
                            @let ends = map.nodes.get(arrow.from).zip(map.nodes.get(arrow.to));
                            @if let Some((from, to)) = ends {
                                tr id={ "map-a" (number) } {
                                    td { a href={ "#map-n" (arrow.from) } { (from.name) } }
                                    td { a href={ "#map-n" (arrow.to) } { (to.name) } }
                                    td { (describe::services(self.words, &arrow.services)) }
                                    td { @if arrow.state == State::Inside { "–" } @else { (self.text(breadth(arrow.breadth))) } }
                                    td { (self.state(arrow.state)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn state(&self, state: State) -> Markup {
        self.sign(state.word(), state.shape(), &self.text(state.text()))
    }
}

/// A piece of an arrow for the legend.
fn sample(class: &str, width: &str) -> Markup {
    html! {
        svg.sample viewBox="0 0 34 12" width="34" height="12" aria-hidden="true" {
            g class={ "map-arrow " (class) } {
                path.map-line stroke-width=(width) d="M1 6H26" {}
                path.map-head d="M24 1.5L33 6L24 10.5Z" {}
            }
        }
    }
}
