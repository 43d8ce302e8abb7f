//! An estate written down, judged: what all tests here begin with.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use jiff::Timestamp;
use yumen_baseline::{Estate, Findings, Judgement, Records, Settings, Waiver};
use yumen_cloud::{Id, Snapshot};
use yumen_reach::{
    Analysis, Conflict, Exposure, Internet, LateralReach, RuleFate, Topology, conflicts, exposures,
    fates,
};

/// When everything here is judged.
pub(crate) const NOW: &str = "2026-03-18T00:00:00Z";

/// Two lines that every estate begins with.
const GROUND: &str = "vpc vpc-a 10.0.0.0/16\nvswitch vsw-1 vpc-a 10.0.1.0/24\n";

/// What was found in an estate.
pub(crate) struct Found {
    pub(crate) analysis: Analysis,
    pub(crate) exposures: Vec<Exposure>,
    fates: Vec<RuleFate>,
    conflicts: Vec<Conflict>,
    lateral: LateralReach,
    pub(crate) settings: Settings,
    pub(crate) records: Option<Ledger>,
}

/// Records as a ledger would give them.
#[derive(Clone, Default)]
pub(crate) struct Ledger {
    pub(crate) groups: BTreeMap<String, (Timestamp, bool)>,
}

impl Records for Ledger {
    fn reviewed(&self, group: &Id) -> Option<Timestamp> {
        Some(self.groups.get(group.as_str())?.0)
    }

    fn is_as_approved(&self, group: &Id) -> bool {
        let known = self.groups.get(group.as_str());
        known.is_some_and(|(_, approved)| *approved)
    }
}

impl Found {
    pub(crate) fn new(estate: &str, settings: &str) -> Self {
        let mut ground = String::new();
        for line in GROUND.lines() {
            let name: Vec<&str> = line.split_whitespace().take(2).collect();
            if !estate.contains(&name.join(" ")) {
                ground.push_str(line);
                ground.push('\n');
            }
        }
        let snapshot = crate::estate::parse(&format!("{ground}{estate}"));
        Self::of(&snapshot, settings)
    }

    pub(crate) fn of(snapshot: &Snapshot, settings: &str) -> Self {
        let (settings, problems) = Settings::parse("yumen.toml", settings);
        assert!(problems.is_empty(), "{problems:?}");
        let internet = Internet::without(&settings.trusted);
        let topology = Topology::new(snapshot, &internet);
        let analysis = Analysis::new(topology, NonZeroUsize::MIN).unwrap();
        Self {
            exposures: exposures(&analysis).unwrap(),
            fates: fates(&analysis, true).unwrap(),
            conflicts: conflicts(&analysis),
            lateral: LateralReach::new(&analysis).unwrap(),
            analysis,
            settings,
            records: None,
        }
    }

    pub(crate) fn topology(&self) -> &Topology {
        self.analysis.topology()
    }

    pub(crate) fn estate(&self) -> Estate<'_> {
        let records = self.records.as_ref();
        let found = Findings {
            analysis: &self.analysis,
            exposures: &self.exposures,
            fates: &self.fates,
            conflicts: Some(&self.conflicts),
            lateral: Some(&self.lateral),
            as_of: NOW.parse().ok(),
            records: records.map(|records| records as &(dyn Records + Sync)),
        };
        Estate::new(found, &self.settings)
    }

    pub(crate) fn judge(&self, waivers: &[Waiver]) -> Judgement {
        Judgement::new(&self.estate(), waivers, NonZeroUsize::MIN).unwrap()
    }
}
