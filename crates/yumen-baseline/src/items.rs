//! The catalogue: the 47 items, one file each with its page in both languages beside it.

mod exposed;
mod fact;
mod neighbours;
mod outward;
mod prelude;
mod rules;

mod exp_01;
mod exp_02;
mod exp_03;
mod exp_04;
mod exp_05;
mod exp_06;
mod exp_07;
mod exp_08;
mod exp_09;
mod exp_10;
mod exp_11;
mod exp_12;
mod exp_13;
mod exp_14;
mod exp_15;
mod exp_16;
mod gov_01;
mod gov_02;
mod gov_03;
mod gov_04;
mod hrd_01;
mod hrd_02;
mod lat_01;
mod lat_02;
mod lat_03;
mod lat_04;
mod lat_05;
mod lat_06;
mod log_01;
mod log_02;
mod log_03;
mod net_01;
mod net_02;
mod net_03;
mod net_04;
mod net_05;
mod net_06;
mod out_01;
mod out_02;
mod out_03;
mod rul_01;
mod rul_02;
mod rul_03;
mod rul_04;
mod rul_05;
mod rul_06;
mod rul_07;

pub(crate) use exp_13::{
    declared as declared_services, declared_by_all, has_declared, ports_in_words, web_services,
    without as without_ports,
};
pub(crate) use exposed::{at_interface, port_count, service_ports};
pub(crate) use lat_05::MANAGEMENT;
pub(crate) use neighbours::reached;

use yumen_diagnostics::{Argument, Message};
use yumen_packets::Error;

use crate::estate::Estate;
use crate::finding::{Outcome, Part};
use crate::item::{FixKind, ItemId, Severity};
use crate::service::Known;

/// Services that keep data.
pub(crate) const DATA_SERVICES: [&[Known]; 3] =
    [exp_06::SERVICES, exp_07::SERVICES, exp_08::SERVICES];

/// Services that nobody outside has any business with: management, data, containers, consoles,
/// file sharing.
pub(crate) const INNER_SERVICES: [&[Known]; 9] = [
    exp_03::SERVICES,
    exp_04::SERVICES,
    exp_05::SERVICES,
    exp_06::SERVICES,
    exp_07::SERVICES,
    exp_08::SERVICES,
    exp_09::SERVICES,
    exp_10::SERVICES,
    exp_11::SERVICES,
];

/// One of the 47 mandatory checks.
#[derive(Debug)]
pub struct Item {
    /// Its name
    pub id: ItemId,
    /// How bad an open finding is, before grades
    pub severity: Severity,
    /// What can be done by program
    pub fix: FixKind,
    /// Its page in English: title, summary, and sections under fixed headings
    pub english: &'static str,
    /// Its page in Chinese
    pub chinese: &'static str,
    pub(crate) judge: fn(&Estate<'_>) -> Result<Outcome, Error>,
}

impl Item {
    /// The title of a page, without the item's name.
    #[must_use]
    pub fn title(page: &'static str) -> &'static str {
        let first = page.lines().next().unwrap_or_default();
        let title = first.trim_start_matches('#').trim();
        title.split_once(' ').map_or(title, |(_, title)| title)
    }

    /// The sentence that sums a page up.
    #[must_use]
    pub fn summary(page: &'static str) -> &'static str {
        let mut lines = page.lines().skip(1).filter(|line| !line.is_empty());
        lines.next().unwrap_or_default()
    }
}

/// All items, in the order of the report.
pub const CATALOGUE: [&Item; 47] = [
    &exp_01::ITEM,
    &exp_02::ITEM,
    &exp_03::ITEM,
    &exp_04::ITEM,
    &exp_05::ITEM,
    &exp_06::ITEM,
    &exp_07::ITEM,
    &exp_08::ITEM,
    &exp_09::ITEM,
    &exp_10::ITEM,
    &exp_11::ITEM,
    &exp_12::ITEM,
    &exp_13::ITEM,
    &exp_14::ITEM,
    &exp_15::ITEM,
    &exp_16::ITEM,
    &net_01::ITEM,
    &net_02::ITEM,
    &net_03::ITEM,
    &net_04::ITEM,
    &net_05::ITEM,
    &net_06::ITEM,
    &lat_01::ITEM,
    &lat_02::ITEM,
    &lat_03::ITEM,
    &lat_04::ITEM,
    &lat_05::ITEM,
    &lat_06::ITEM,
    &out_01::ITEM,
    &out_02::ITEM,
    &out_03::ITEM,
    &hrd_01::ITEM,
    &hrd_02::ITEM,
    &rul_01::ITEM,
    &rul_02::ITEM,
    &rul_03::ITEM,
    &rul_04::ITEM,
    &rul_05::ITEM,
    &rul_06::ITEM,
    &rul_07::ITEM,
    &gov_01::ITEM,
    &gov_02::ITEM,
    &gov_03::ITEM,
    &gov_04::ITEM,
    &log_01::ITEM,
    &log_02::ITEM,
    &log_03::ITEM,
];

/// An item by its name, in either case.
#[must_use]
pub fn find_item(name: &str) -> Option<&'static Item> {
    let mut items = CATALOGUE.iter();
    items
        .find(|item| item.id.as_str().eq_ignore_ascii_case(name))
        .copied()
}

/// The item whose name is nearest to a word.
#[must_use]
pub fn nearest_item(name: &str) -> ItemId {
    let name = name.to_ascii_uppercase();
    let distance = |item: &&Item| strsim::damerau_levenshtein(&name, item.id.as_str());
    let nearest = CATALOGUE.into_iter().min_by_key(distance);
    nearest.map_or(exp_01::ITEM.id, |item| item.id)
}

/// From how many ports on an item finds something at all.
pub(crate) fn fewest_ports(item: ItemId) -> u32 {
    if item == exp_01::ITEM.id || item == out_01::ITEM.id {
        exp_01::EVERY_PORT
    } else {
        0
    }
}

/// Puts the ports of parts into a message that names ports or services.
pub(crate) fn say_again(message: &mut Message, parts: &[Part]) {
    for (name, value) in &mut message.arguments {
        match (*name, &value) {
            ("ports", Argument::Number(_)) => *value = u64::from(port_count(parts)).into(),
            ("ports" | "services", Argument::Text(_)) => {
                *value = ports_in_words(parts).into();
            }
            _ => {}
        }
    }
}
