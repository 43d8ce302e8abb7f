//! A game server: its ports over TCP and UDP for players, downloads for the CDN alone, one rule
//! for each range so that each can be audited by itself.

use yumen_diagnostics::Message;
use yumen_packets::Interval;

use super::draft::{Draft, Side, TCP, UDP, services, with_ports};
use super::{BASTION, NAME, Parameter, ParameterKind, Template, Values};
use crate::settings::RoleKind;

pub(super) const TEMPLATE: Template = Template {
    name: "game",
    title: "template-game",
    about: "template-game-about",
    parameters: &[
        NAME,
        Parameter {
            name: "game_ports",
            kind: ParameterKind::Ports,
            default: Some("27000-27017"),
            about: "template-set-game-ports",
        },
        Parameter {
            name: "per_port",
            kind: ParameterKind::Switch,
            default: Some("no"),
            about: "template-set-per-port",
        },
        Parameter {
            name: "players",
            kind: ParameterKind::Networks,
            default: Some("internet"),
            about: "template-set-players",
        },
        Parameter {
            name: "cdn",
            kind: ParameterKind::Networks,
            default: Some(""),
            about: "template-set-cdn",
        },
        Parameter {
            name: "origin_ports",
            kind: ParameterKind::Ports,
            default: Some("https"),
            about: "template-set-origin-ports",
        },
        BASTION,
    ],
    roles: &[("game", RoleKind::Web)],
    draft,
};

fn draft(values: &Values, draft: &mut Draft<'_>) -> Result<(), Message> {
    let ranges = values.ports("game_ports");
    let single: Vec<Interval<u16>> = ranges
        .iter()
        .flat_map(|range| (range.low()..=range.high()).map(Interval::single))
        .collect();
    let ruled = if values.switch("per_port") {
        &single
    } else {
        ranges
    };
    let (players, cdn) = (values.networks("players"), values.networks("cdn"));
    super::draft::few_ports("game_ports", ranges, players)?;
    let origin = values.ports("origin_ports");
    let mut declared = services(TCP, ranges);
    declared.extend(services(UDP, ranges));
    let mut outside = declared.clone();
    if !cdn.is_empty() {
        outside.extend(services(TCP, origin));
    }
    draft.role("game", RoleKind::Web, outside);
    for (protocol, word) in [(TCP, "tcp"), (UDP, "udp")] {
        for range in ruled {
            let why = with_ports("template-rule-players", &[*range]).with("protocol", word);
            draft.accept("game", protocol, &[*range], Side::Networks(players), why);
        }
    }
    let why = with_ports("template-rule-cdn", origin);
    draft.accept("game", TCP, origin, Side::Networks(cdn), why);
    draft.manage(&["game"], values.networks("bastion"));
    draft.always_from(players, "game", &declared);
    draft.always_from(cdn, "game", &services(TCP, origin));
    draft.items(&["EXP-01", "EXP-03", "EXP-13", "RUL-05"]);
    Ok(())
}
