//! Frameworks: which items speak for which clause, and what no network configuration can show.
//!
//! Clause numbers are those of the standards' own texts. A clause that passes here is evidence for
//! an assessor, never a verdict on compliance.

mod cis;
mod csl;
mod gdpr;
mod mlps3;
mod pci;

use yumen_reach::Topology;

use crate::item::ItemId;
use crate::judgement::{Judged, Judgement, Scope, Verdict};
use crate::score::Score;

/// A standard or law.
#[derive(Debug)]
pub struct Framework {
    /// The word of the command line
    pub id: &'static str,
    /// Id of its title
    pub title: &'static str,
    /// Items whose findings assessors treat as high-risk
    pub high_risk: &'static [ItemId],
    /// Its clauses that a network can speak of, in the order of the text
    pub clauses: &'static [Clause],
}

/// A clause of a framework.
#[derive(Debug)]
pub struct Clause {
    /// Its number, as the text writes it
    pub id: &'static str,
    /// Id of its title
    pub title: &'static str,
    /// Items that speak for it
    pub items: &'static [ItemId],
    /// Id of what a network configuration cannot show of it
    pub beyond: Option<&'static str>,
}

/// All frameworks, in the order of the report.
pub const FRAMEWORKS: [&Framework; 5] = [
    &mlps3::FRAMEWORK,
    &csl::FRAMEWORK,
    &cis::FRAMEWORK,
    &gdpr::FRAMEWORK,
    &pci::FRAMEWORK,
];

/// What a judgement says of a framework.
#[derive(Debug)]
pub struct FrameworkResult<'j> {
    /// The framework
    pub framework: &'static Framework,
    /// Its clauses with what is said of them
    pub clauses: Vec<ClauseResult<'j>>,
    /// The score by the items of its clauses
    pub score: Score,
    /// Checks that pass, and checks that were made
    pub rate: (usize, usize),
}

/// What a judgement says of a clause.
#[derive(Debug)]
pub struct ClauseResult<'j> {
    /// The clause
    pub clause: &'static Clause,
    /// The worst of its items
    pub verdict: Verdict,
    /// Its items with what they say
    pub items: Vec<&'j Judged>,
    /// Items with open findings that assessors treat as high-risk
    pub high_risk: Vec<ItemId>,
}

impl Framework {
    /// A framework by the word of the command line.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        FRAMEWORKS.into_iter().find(|one| one.id == id)
    }

    /// All items of its clauses, each once, in the order of the catalogue.
    #[must_use]
    pub fn items(&self) -> Vec<ItemId> {
        let named = |id: &ItemId| self.clauses.iter().any(|clause| clause.items.contains(id));
        let all = crate::items::CATALOGUE.iter().map(|item| item.id);
        all.filter(named).collect()
    }

    /// The clauses that an item speaks for.
    pub fn clauses_of(&self, item: ItemId) -> impl Iterator<Item = &'static Clause> + use<> {
        let clauses = self.clauses;
        clauses
            .iter()
            .filter(move |clause| clause.items.contains(&item))
    }

    /// What a judgement says of it.
    #[must_use]
    pub fn result<'j>(
        &'static self,
        judgement: &'j Judgement,
        topology: &Topology,
    ) -> FrameworkResult<'j> {
        let clauses = self.clauses.iter().map(|clause| {
            let items: Vec<&Judged> = clause
                .items
                .iter()
                .filter_map(|id| judgement.item(*id))
                .collect();
            let failing = items.iter().filter(|one| one.verdict() == Verdict::Fail);
            let failing = failing.map(|judged| judged.item.id);
            ClauseResult {
                clause,
                verdict: worst(&items),
                high_risk: failing.filter(|id| self.high_risk.contains(id)).collect(),
                items,
            }
        });
        let items = self.items();
        let rates = items.iter().filter_map(|id| judgement.item(*id));
        let rate = rates
            .map(Judged::rate)
            .fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        FrameworkResult {
            framework: self,
            clauses: clauses.collect(),
            score: judgement.score(topology, Scope::Items(&items), false),
            rate,
        }
    }
}

/// The worst of some items. What could not be judged leaves a clause open, unless something else
/// is worse.
fn worst(items: &[&Judged]) -> Verdict {
    let verdicts = items.iter().map(|judged| judged.verdict());
    verdicts.max().unwrap_or(Verdict::NotAssessed)
}
